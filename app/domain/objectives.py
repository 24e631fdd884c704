"""Objectives: what a person or a team is to reach each month or quarter, and how far that is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.results import first_of
from app.domain.workdays import workdays_between
from app.support.money import Money


class Measure(StrEnum):
    """What is counted."""

    WON_AMOUNT = "won_amount"
    WON_COUNT = "won_count"
    CREATED = "created"
    CALLS = "calls"
    MEETINGS = "meetings"


class Every(StrEnum):
    """How often it begins anew."""

    MONTH = "month"
    QUARTER = "quarter"


def period_around(every: Every, day: date) -> tuple[date, date]:
    """The first day of the period that holds ``day``, and that of the next one."""
    if every is Every.MONTH:
        return first_of(day), first_of(day, -1)
    start = first_of(day, (day.month - 1) % 3)
    return start, first_of(start, -3)


@dataclass(frozen=True)
class Goal:
    """How far an objective is. ``money`` is (reached, target) of an amount; it is left out for whoever may not know amounts."""

    name: str
    measure: Measure
    every: Every
    start: date
    end: date  # the first day of the next period
    past: int  # working days of the period that are over
    workdays: int
    reached: int = 0
    target: int = 0
    money: tuple[Money, ...] = ()

    @property
    def is_told(self) -> bool:
        return self.measure is not Measure.WON_AMOUNT or len(self.money) > 1

    @property
    def of_target(self) -> tuple[Decimal, Decimal]:
        """(reached, target), whatever is counted."""
        return (self.money[0].amount, self.money[1].amount) if self.money else (Decimal(self.reached), Decimal(self.target))

    @property
    def share(self) -> float:
        reached, target = self.of_target
        return float(reached / target)

    @property
    def due(self) -> float:
        """The share that would be reached by now if every working day brought as much."""
        return self.past / self.workdays if self.workdays else 1.0

    @property
    def is_reached(self) -> bool:
        return self.share >= 1

    @property
    def is_behind(self) -> bool:
        return self.share < min(self.due, 1)


def pace(start: date, end: date, day: date, country: str) -> tuple[int, int]:
    """The working days from ``start`` that are over on the morning of ``day``, and all of them until before ``end``."""
    return workdays_between(start, min(day, end), country), workdays_between(start, end, country)
