"""Working days: Monday to Friday without the public holidays of a country, and hours as a clock on the wall shows them."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

SATURDAY = 5
BEGINS, ENDS = time(9), time(17)  # of a working day


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of ``country`` (ISO 3166 alpha-2) in ``year``; none for a country that is not known."""
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def is_workday(day: date, country: str) -> bool:
    """Whether people work on ``day`` in ``country``."""
    return day.weekday() < SATURDAY and day not in _holidays(country.upper(), day.year)


def last_workday_before(day: date, country: str) -> date:
    """The working day before ``day``: Friday for a Monday, further back over holidays."""
    before = day - timedelta(days=1)
    while not is_workday(before, country):
        before -= timedelta(days=1)
    return before


def workdays_between(start: date, end: date, country: str) -> int:
    """How many days from ``start`` until before ``end`` people work."""
    return sum(is_workday(start + timedelta(days=n), country) for n in range((end - start).days))


def local_day(at: datetime, zone: str) -> date:
    """The date in ``zone`` at the moment ``at``."""
    return at.astimezone(ZoneInfo(zone)).date()


def moment_of(day: date, hour: time, zone: str) -> datetime:
    """When clocks in ``zone`` show ``hour`` on ``day``, in UTC.

    Where clocks go forward over ``hour``, the moment that it would have been; where they go back, the first of both.
    """
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def start_of(day: date, zone: str) -> datetime:
    """Midnight at which ``day`` begins in ``zone``, in UTC."""
    return moment_of(day, time.min, zone)


def workdays_before(at: datetime, days: int, country: str) -> datetime:
    """The moment, at the same hour, with ``days`` working days between it and ``at``."""
    while days:
        at -= timedelta(days=1)
        days -= is_workday(at.date(), country)
    return at


def working_hours_before(at: datetime, hours: int, country: str, zone: str) -> datetime:
    """The moment with ``hours`` working hours, nine to five on working days, between it and ``at``."""
    left, day = timedelta(hours=hours), local_day(at, zone)
    while True:
        begins, ends = moment_of(day, BEGINS, zone), min(at, moment_of(day, ENDS, zone))
        if is_workday(day, country) and ends > begins:
            if ends - begins >= left:
                return ends - left
            left -= ends - begins
        day -= timedelta(days=1)
