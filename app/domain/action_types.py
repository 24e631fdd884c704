"""Kinds of action of the firm's own: what one can look like, and as what it counts."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.timeline import Kind


class Symbol(StrEnum):
    """The icon of a kind of action, by what it shows."""

    TALK = "talk"
    TELEPHONE = "telephone"
    CALENDAR = "calendar"
    SCREEN = "screen"
    VIDEO = "video"
    PLACE = "place"
    PEOPLE = "people"
    FAIR = "fair"
    PAPER = "paper"
    PARCEL = "parcel"
    TOOLS = "tools"
    GIFT = "gift"


COUNTS_AS = (Kind.NOTE, Kind.CALL, Kind.MEETING)


@dataclass(frozen=True)
class Known:
    """A kind of action as processes remember it; ``labels`` by language."""

    id: int
    kind: Kind
    symbol: Symbol
    labels: dict[str, str]
    is_archived: bool

    def label_in(self, language: str) -> str:
        return self.labels.get(language) or self.labels["en"]
