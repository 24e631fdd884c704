"""Dates above forwarded mails, as programs write them in many languages."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inbound.mime.shown_dates import read_date


def naive(*parts: int) -> datetime:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=UTC).replace(tzinfo=None)


def moment(hours: int) -> datetime:
    return datetime(2026, 11, 3, 10, 12, tzinfo=timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(
    "shown",
    [
        "mardi 3 novembre 2026 10:12",
        "mar. 3 nov. 2026 à 10:12",
        "mar. 3 nov. 2026 10h12",
        "03/11/2026 10:12",
        "03/11/26 10:12",
        "wtorek, 3 listopada 2026 10:12",
        "wt., 3 lis 2026 o 10:12",
        "3.11.2026 10:12",
        "2026-11-03 10:12",
        "10:12 Wtorek 2026-11-03",
        "Tue, Nov 3, 2026 at 10:12 AM",
        "Tuesday, November 3rd, 2026 10:12 AM",
        "11/3/2026 10:12 AM",
        "On Tuesday, November 3rd, 2026 at 10:12 AM",
        "Dienstag, 03. November 2026 um 10:12 Uhr",
        "tirsdag den 3. november 2026 10.12.00",
        "2026. november 3., kedd 10:12",
        "3 Kas 2026 Sal, 10:12",
        "вт, 3 нояб. 2026 г. в 10:12",
        "ti 3. marrask. 2026 klo 10.12",
        "2026年11月3日 10:12",
        "martedì 3 novembre 2026 10:12",
        "marți, 3 noiembrie 2026 10:12",
        "mardi, novembre 3, 2026 10:12 AM",
        "вт, 3 ное 2026 10:12",
    ],
)
def test_day_and_time(shown: str) -> None:
    assert read_date(shown) == naive(2026, 11, 3, 10, 12)


@pytest.mark.parametrize(("shown", "month"), [
    ("dinsdag 3 maart 2026", 3), ("út 3. bře 2026", 3), ("ne 3 kvě 2026", 5), ("st 3 čvn 2026", 6), ("pá 3 čvc 2026", 7), ("3 avgust 2026", 8),
    ("неделя, 3 май 2026", 5), ("уторак, 3 фебруар 2026", 2),
])  # fmt: skip
def test_names_of_months(shown: str, month: int) -> None:
    assert read_date(shown) == naive(2026, month, 3)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("Tue, 3 Nov 2026 10:12:00 +0100", moment(1)),
        ("3 November 2026 at 10:12:00 CET", moment(1)),
        ("3 novembre 2026 à 10:12:00 UTC+1", moment(1)),
        ("3 listopada 2026 o 10:12:00 CEST", moment(2)),
        ("2026-11-03T10:12:00Z", datetime(2026, 11, 3, 10, 12, tzinfo=UTC)),
        ("03.11.2026 10:12 (GMT+01:00)", moment(1)),
    ],
)
def test_zone(shown: str, expected: datetime) -> None:
    found = read_date(shown)
    assert found is not None
    assert (found, found.utcoffset()) == (expected, expected.utcoffset())


@pytest.mark.parametrize("shown", ["", "soon", "tel. 601 234 567", "32/13/2026", "12:30", "1.2.3", "mar."])
def test_no_date(shown: str) -> None:
    assert read_date(shown) is None


def test_language_decides_on_names_of_months() -> None:
    assert read_date("3. listopada 2026.", "hr") == naive(2026, 10, 3)
    assert read_date("3 listopada 2026", "pl") == naive(2026, 11, 3)


def test_dotted_day_is_no_time() -> None:
    assert read_date("03.11.2026") == naive(2026, 11, 3)


@given(st.text(max_size=200))
def test_any_text_is_read_without_error(shown: str) -> None:
    read_date(shown)
