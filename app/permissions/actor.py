"""Who acts. Every door says so once with ``acting``; reads follow it, writes are given it by name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.rights import EVERY_ROW, NO_RULES, NOTHING_HELD, Action, FieldRule, Held, Scope


class Level(StrEnum):
    """Places in the hierarchy: the roles that the program itself asks about, by their names in the database."""

    ADMINISTRATOR = "Administrator"
    TEAM_MANAGER = "Team manager"
    USER = "User"
    SYSTEM = "System"
    NOBODY = "Nobody"


@dataclass(frozen=True)
class Actor:
    """A person or the system, with what their rights follow from."""

    id: int | None
    name: str
    level: Level
    team_ids: frozenset[int] = field(default_factory=frozenset)
    managed_team_ids: frozenset[int] = field(default_factory=frozenset)
    held: Held = NOTHING_HELD
    has_teams: bool = True  # whether the firm works in teams at all
    shared: frozenset[str] = frozenset()  # types of which they, or colleagues within their teams, are also responsible for some
    stands_in_for: frozenset[int] = frozenset()  # whose deputy they are at this moment
    is_looking: bool = False  # somebody else looks with their eyes, and may change nothing

    def scope(self, record_type: str, action: Action) -> Scope:
        """The rows of ``record_type`` (a model's class name) that ``action`` reaches."""
        return EVERY_ROW if self.sees_all else self.held.scope(record_type, action)

    def rules(self, record_type: str) -> Mapping[str, FieldRule]:
        """The fields of ``record_type`` that are hidden or read-only; all others may be written."""
        return NO_RULES if self.sees_all else self.held.rules(record_type)

    @property
    def people(self) -> frozenset[int]:
        """Whose work is theirs: their own, and that of those whom they stand in for."""
        return self.stands_in_for if self.id is None else self.stands_in_for | {self.id}

    @property
    def sees_all(self) -> bool:
        return self.level in (Level.SYSTEM, Level.ADMINISTRATOR)


SYSTEM = Actor(None, "Kurier", Level.SYSTEM)
NOBODY = Actor(None, "nobody", Level.NOBODY)

_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


class NoActor(RuntimeError):
    """A protected query where no door said who acts."""


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Within it, protected queries show what ``actor`` may see."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)


def current_actor() -> Actor:
    """The acting person; ``NoActor`` when no door set one."""
    actor = _acting.get()
    if actor is None:
        raise NoActor("a protected query needs acting(actor)")
    return actor


def begin_acting(actor: Actor) -> Token[Actor | None]:
    """For doors whose beginning and end are two functions, such as a web request; end with ``end_acting``."""
    return _acting.set(actor)


def end_acting(token: Token[Actor | None]) -> None:
    """Whoever acted before acts again."""
    _acting.reset(token)
