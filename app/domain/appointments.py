"""Appointments: what, when, where, who; as an invitation says it or as a person arranges it."""

from dataclasses import dataclass
from datetime import datetime
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
