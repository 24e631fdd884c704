"""One row of a file on its way to be a record."""

from dataclasses import dataclass, field
from typing import Any

from app.domain.errors import DomainError, Refusal
from app.domain.imports import Outcome
from app.support.i18n import N_


class LeftAlone(DomainError):
    """The record is there already, and stays as it is."""

    def __init__(self, message: str = N_("The record is there already.")) -> None:
        super().__init__("is_there", message)


@dataclass
class Draft:
    """``values`` are read and checked; ``asked`` are the words of a reference that is still to be looked up: (column, words).

    ``new``: what a record has besides when it is made; ``company``: the name of an account that is made for it.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    new: dict[str, Any] = field(default_factory=dict)
    company: str = ""
    lacks: list[str] = field(default_factory=list)  # what a row of an order needs before it is handed in
    refusal: Refusal | None = None
    record_id: int | None = None  # the record that is there already
    outcome: Outcome | None = None
    seen: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    made: list[list[Any]] = field(default_factory=list)
    mended: dict[str, tuple[str, str]] = field(default_factory=dict)  # what a spreadsheet had spoilt: column → (as it stands there, as it is read)

    @property
    def is_open(self) -> bool:
        """Nothing was decided about it yet."""
        return self.refusal is None and self.outcome is None

    def refuse(self, refusal: Refusal) -> None:
        self.refusal, self.outcome = refusal, Outcome.REFUSED
