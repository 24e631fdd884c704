"""Appointments: what, when, where, who; as an invitation says it or as a person arranges it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any


class Standing(StrEnum):
    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    NONE = "none"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    OTHER_TIME = "other_time"


class Method(StrEnum):
    """What a calendar message wants (RFC 5546)."""

    REQUEST = "request"
    CANCEL = "cancel"
    REPLY = "reply"
    COUNTER = "counter"


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often: every ``interval`` days, weeks… ``weekdays`` are numbers from Monday, 0. It ends after ``count`` or on ``until``."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    until: str | None = None  # a day, ISO 8601
    count: int | None = None

    def stored(self) -> dict[str, Any]:
        return {
            "frequency": self.frequency.value, "interval": self.interval, "weekdays": list(self.weekdays), "until": self.until,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invited, and what they answered."""

    name: str
    address: str
    answer: Answer = Answer.NONE

    def stored(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address, "answer": self.answer.value}


@dataclass(frozen=True, slots=True)
class Meeting:
    """One appointment in one calendar message.

    ``uid`` names it for all time; ``occurrence`` the one of a series that is meant, empty for all of it.
    Of two messages the one with the higher ``sequence``, then the later ``stamped_at``, counts.
    A whole day begins at midnight UTC of that day and ends at midnight UTC after the last one.
    """

    method: Method
    uid: str
    subject: str
    starts_at: datetime
    ends_at: datetime
    occurrence: str = ""
    sequence: int = 0
    stamped_at: datetime | None = None
    is_all_day: bool = False
    standing: Standing = Standing.CONFIRMED
    description: str = ""
    place: str = ""
    link: str | None = None
    repeats: Repeats | None = None
    organizer: Guest | None = None
    guests: tuple[Guest, ...] = ()


def takes_place(rule: Mapping[str, Any], first: date, day: date) -> bool:
    """Whether a series that begins on ``first`` and repeats by ``rule`` (``Repeats.stored``) has ``day`` among its dates (RFC 5545, 3.3.10)."""
    if day < first or (rule.get("until") and day > date.fromisoformat(rule["until"])) or not _is_date(rule, first, day):
        return False
    count = rule.get("count")
    return not count or sum(_is_date(rule, first, first + timedelta(days=n)) for n in range((day - first).days + 1)) <= count


def _is_date(rule: Mapping[str, Any], first: date, day: date) -> bool:
    """The rule alone, without its end. What the month does not have, such as a 31st, is left out."""
    interval, months = max(int(rule.get("interval") or 1), 1), (day.year - first.year) * 12 + day.month - first.month
    match Frequency(rule["frequency"]):
        case Frequency.DAILY:
            return (day - first).days % interval == 0
        case Frequency.WEEKLY:
            weeks = (day - timedelta(days=day.weekday()) - first + timedelta(days=first.weekday())).days // 7
            return weeks % interval == 0 and (day == first or day.weekday() in (rule.get("weekdays") or [first.weekday()]))
        case Frequency.MONTHLY:
            return months % interval == 0 and day.day == first.day
        case Frequency.YEARLY:
            return months % (12 * interval) == 0 and day.day == first.day
