"""What is counted as a result: the times one may ask for, and one line of figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.domain.opportunities import Status
from app.support.dates import months_from
from app.support.money import Money


class Span(StrEnum):
    """Which months are looked at."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LAST_YEAR = "last_year"
    TWELVE = "twelve"


class By(StrEnum):
    """What the figures are told apart by, besides the firm's own categories."""

    MONTH = "month"
    COHORT = "cohort"  # by the month in which they began, whatever became of them when
    PERSON = "person"
    PIPELINE = "pipeline"
    CAMPAIGN = "campaign"
    REASON = "reason"
    COMPETITOR = "competitor"


COUNTED: Final = (Status.WON, Status.LOST, Status.CANCELLED)


def first_of(day: date, back: int = 0) -> date:
    """The first day of the month that lies ``back`` months before that of ``day``."""
    return months_from(day.replace(day=1), -back)


def months_of(span: Span, today: date) -> list[date]:
    """The first days of the months, and at the end that of the month after them."""
    if span is Span.MONTH:
        count, last = 1, first_of(today)
    elif span is Span.QUARTER:
        count, last = 3, first_of(today, (today.month - 1) % 3 - 2)
    elif span is Span.TWELVE:
        count, last = 12, first_of(today)
    else:
        count, last = 12, date(today.year - (span is Span.LAST_YEAR), 12, 1)
    return [first_of(last, back) for back in range(count - 1, -2, -1)]


def months_before(months: Sequence[date], today: date) -> tuple[date, date]:
    """The first day of as many months before ``months``, and the day after the last one that has its counterpart: of this month, those gone by."""
    count = len(months) - 1
    start, end = first_of(months[0], count), months[0]
    if months[-1] > today:
        last = first_of(today, count)
        end = min(last + timedelta(days=today.day), first_of(last, -1))
    return start, end


@dataclass(frozen=True)
class Line:
    """The figures of one group; ``days`` is how long the won ones took, from the day they began."""

    key: str | None
    counts: Mapping[Status, int] = field(default_factory=dict)
    sums: Mapping[Status, tuple[Money, ...]] = field(default_factory=dict)
    days: int | None = None

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What was won."""
        return self.sums.get(Status.WON, ())

    def count(self, status: Status) -> int:
        return self.counts.get(status, 0)

    @property
    def rate(self) -> float | None:
        """Won of those that were won or lost: what the customer dropped says nothing of us."""
        decided = self.count(Status.WON) + self.count(Status.LOST)
        return self.count(Status.WON) / decided if decided else None

    @property
    def total(self) -> int:
        return sum(self.counts.values())
