"""What a morning summary holds: plain values, so that it can be kept as it was sent and read again."""

import types
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from app.domain.objectives import Goal
from app.support.money import Money

S = TypeVar("S")


class Subject(StrEnum):
    """What a line speaks of, which says where its link leads."""

    OPPORTUNITY = "opportunity"
    TASK = "task"
    ENTRY = "entry"
    MESSAGE = "message"
    ALERT = "alert"


@dataclass(frozen=True)
class Line:
    """One record. ``at`` is the moment that its list is about: due, woken, received, won, begun."""

    subject: Subject
    id: int
    title: str
    about: tuple[str, ...] = ()
    money: Money | None = None
    phone: str | None = None
    at: datetime | None = None
    step: str | None = None
    days: int | None = None
    most: int | None = None
    code: str | None = None
    version: int | None = None  # of the record when it was gathered


@dataclass(frozen=True)
class Pile:
    """A list: ``count`` and ``money`` are of all, ``lines`` are the first few."""

    count: int = 0
    money: tuple[Money, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class OrderLine:
    """How far a prospecting order is. ``verdicts`` of verifiers, of which so many ``rejections``."""

    id: int
    name: str
    rows: int
    target: int | None
    waiting: int
    to_correct: int
    verdicts: int
    rejections: int
    due_on: date | None


@dataclass(frozen=True)
class Mine:
    """One person's edition. Today's piles are empty in the summary of a day that is over."""

    day: date
    since: date
    meetings: Pile = field(default_factory=Pile)
    overdue: Pile = field(default_factory=Pile)
    due: Pile = field(default_factory=Pile)
    woken: Pile = field(default_factory=Pile)
    to_do: Pile = field(default_factory=Pile)
    unassigned: Pile = field(default_factory=Pile)
    held: Pile = field(default_factory=Pile)
    alerts: Pile = field(default_factory=Pile)
    won: Pile = field(default_factory=Pile)
    filed: Pile = field(default_factory=Pile)
    orders: tuple[OrderLine, ...] = ()
    goals: tuple[Goal, ...] = ()  # they alone make no mail

    @property
    def is_empty(self) -> bool:
        return not (self.orders or any(pile.count for pile in self.piles()))

    def piles(self) -> Iterator[Pile]:
        return (value for f in fields(self) if isinstance(value := getattr(self, f.name), Pile))


@dataclass(frozen=True)
class Figure:
    count: int = 0
    money: tuple[Money, ...] = ()


@dataclass(frozen=True)
class Results:
    """What was created, won, lost and cancelled by one person; ``name`` is empty for what nobody owns, and for all."""

    name: str
    created: Figure
    won: Figure
    lost: Figure
    cancelled: Figure


@dataclass(frozen=True)
class Intake:
    """Incoming mail of the period by what became of it."""

    attached: int = 0
    created: int = 0
    held: int = 0
    ignored: int = 0
    failed: int = 0
    received: int = 0

    @property
    def total(self) -> int:
        return self.attached + self.created + self.held + self.ignored + self.failed + self.received


@dataclass(frozen=True)
class Team:
    """The edition of those who lead: ``members`` add up to ``total``."""

    day: date
    since: date
    total: Results
    members: tuple[Results, ...]
    unassigned: Pile
    stagnant: Pile
    mail: Intake
    goals: tuple[Goal, ...] = ()  # they alone make no mail

    @property
    def is_empty(self) -> bool:
        total = self.total
        numbers = (total.created, total.won, total.lost, total.cancelled, self.unassigned, self.stagnant)
        return not (any(each.count for each in numbers) or self.mail.total)


Summary = Mine | Team


def lines_of(summary: Summary) -> list[Line]:
    """All lines in the order of the mail, which numbers them from one."""
    piles = summary.piles() if isinstance(summary, Mine) else (summary.unassigned, summary.stagnant)
    return [line for pile in piles for line in pile.lines]


def kept(summary: Summary) -> dict[str, Any]:
    """``summary`` as a JSON column holds it; empty ones are kept as nothing."""
    return {} if summary.is_empty else _plain(asdict(summary))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, date | Decimal | StrEnum) else value


def restored(kind: type[S], found: dict[str, Any]) -> S:
    """The summary that was ``kept``."""
    summary: S = _typed(kind, found)
    return summary


def without(found: Any, names: frozenset[str]) -> Any:
    """What was ``kept``, without the values of ``names`` on every level: the reader may not know them any more."""
    if isinstance(found, dict):
        return {name: without(value, names) for name, value in found.items() if name not in names}
    return [without(each, names) for each in found] if isinstance(found, list) else found


def _typed(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else _typed(get_args(kind)[0], value)
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], each) for each in value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(hints[name], each) for name, each in value.items() if name in hints})  # type: ignore[operator]
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    return kind(value)
