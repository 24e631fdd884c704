from datetime import UTC, date, datetime, time

import pytest

from app.domain.workdays import is_workday, last_workday_before, local_day, moment_of


@pytest.mark.parametrize(
    ("day", "country", "before"),
    [
        (date(2026, 11, 24), "PL", date(2026, 11, 23)),
        (date(2026, 11, 23), "PL", date(2026, 11, 20)),  # Monday looks back to Friday
        (date(2026, 11, 12), "PL", date(2026, 11, 10)),  # Independence Day
        (date(2026, 11, 12), "FR", date(2026, 11, 10)),  # Armistice Day
        (date(2026, 7, 15), "FR", date(2026, 7, 13)),
        (date(2026, 7, 15), "PL", date(2026, 7, 14)),
        (date(2026, 12, 28), "PL", date(2026, 12, 23)),  # Christmas Eve is free since 2025
        (date(2026, 12, 28), "FR", date(2026, 12, 24)),
        (date(2027, 1, 4), "GB", date(2026, 12, 31)),
        (date(2026, 11, 23), "XX", date(2026, 11, 20)),  # a country without a known calendar has weekends
    ],
)
def test_last_workday(day: date, country: str, before: date) -> None:
    assert last_workday_before(day, country) == before


def test_a_holiday_in_one_country_is_a_workday_in_another() -> None:
    assert is_workday(date(2026, 7, 14), "PL")
    assert not is_workday(date(2026, 7, 14), "FR")
    assert not is_workday(date(2026, 11, 22), "PL")


@pytest.mark.parametrize(
    ("day", "hour", "zone", "utc"),
    [
        (date(2026, 11, 24), time(7, 30), "Europe/Warsaw", datetime(2026, 11, 24, 6, 30, tzinfo=UTC)),
        (date(2026, 7, 14), time(7, 30), "Europe/Warsaw", datetime(2026, 7, 14, 5, 30, tzinfo=UTC)),
        (date(2026, 11, 24), time(7, 30), "Europe/London", datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),
        (date(2027, 3, 28), time(2, 30), "Europe/Warsaw", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # an hour that is skipped
        (date(2026, 10, 25), time(2, 30), "Europe/Warsaw", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # one that comes twice
    ],
)
def test_the_clock_on_the_wall(day: date, hour: time, zone: str, utc: datetime) -> None:
    assert moment_of(day, hour, zone) == utc


def test_the_day_is_that_of_the_zone() -> None:
    assert local_day(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "Europe/Warsaw") == date(2026, 11, 24)
