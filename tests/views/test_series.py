"""Appointments that repeat: on the page of the day and in the morning e-mail on each of their dates, and nowhere else."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrule

from app.domain.appointments import takes_place
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Appointment, TimelineEntry
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from app.queries import summary as queries
from app.support import clock
from tests.browsing import Person, Sign
from tests.people import Cast

pytestmark = pytest.mark.database
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")  # as dateutil numbers them


WEEKLY = {"frequency": "weekly", "interval": 1, "weekdays": [0, 2], "until": None, "count": 4}


@pytest.mark.feature("C20", "C24", "C47")
def test_a_repeating_appointment_stands_on_each_of_its_dates(cast: Cast, client_of: Sign) -> None:
    """Mondays and Wednesdays at ten, four times; one of them is moved to the afternoon, the hour stays when the clocks change."""
    monday = datetime(2026, 10, 19, 10, tzinfo=ZoneInfo("Europe/Warsaw"))
    _series(cast, starts_at=monday, repeats=WEEKLY)
    moved = monday + timedelta(days=2)
    _series(cast, occurrence=moved.astimezone(UTC).isoformat(), starts_at=moved + timedelta(hours=4))
    anna, seen = Person(client_of(cast.anna, "pl")), {}
    for days in range(12):
        with clock.frozen(monday.replace(hour=7) + timedelta(days=days)):
            page = anna.get("/today/").text
            seen[days] = re.findall(r"(?:10|14):00", page.partition('id="group-meetings"')[2].partition("</section>")[0])
            with acting(SYSTEM):
                mine = queries.mine(cast.anna, clock.now().astimezone(monday.tzinfo).date())
            assert mine.meetings.count == len(seen[days])
    assert {days: hours[0] for days, hours in seen.items() if hours} == {0: "10:00", 2: "14:00", 7: "10:00", 9: "10:00"}


def test_one_date_of_a_series_is_closed_and_the_next_one_stands(cast: Cast, client_of: Sign) -> None:
    monday = datetime(2026, 10, 19, 10, tzinfo=ZoneInfo("Europe/Warsaw"))
    series = _series(cast, starts_at=monday, repeats=WEEKLY)
    anna = Person(client_of(cast.anna, "en"))
    for days in (0, 2):
        with clock.frozen(monday + timedelta(days=days, hours=2)):
            assert "Appointments of today" in (page := anna.get("/today/").text)
            assert re.search(r"things? to do, 1 appointment\b", page), "the heading names what the list holds"
            assert anna.post(f"/appointmentview/done/{series.entry_id}", body="Omówione", back="today").status_code == 302
            assert "Appointments of today" not in (page := anna.get("/today/").text)
            assert re.search(r"things? to do, 1 done\b", page)
            assert anna.post(f"/appointmentview/done/{series.entry_id}", body="Omówione", back="today").status_code == 409


@atomic
def _series(cast: Cast, starts_at: datetime, **more: Any) -> Appointment:
    entry = TimelineEntry(kind=Kind.MEETING, occurred_at=starts_at, subject="Narada", author_id=cast.anna.id, opportunity_id=cast.terminals.id)
    db.session.add(entry)
    db.session.flush()
    found = Appointment(entry_id=entry.id, uid="series@x", host_id=cast.anna.id, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **more)
    db.session.add(found)
    db.session.flush()
    return found


@pytest.mark.parametrize(("rule", "dates"), [
    ({"frequency": "daily", "interval": 3, "count": 3}, [0, 3, 6]), ({"frequency": "weekly", "interval": 2, "weekdays": [1]}, [0, 14, 28]),
    ({"frequency": "weekly", "interval": 1, "weekdays": [1, 4], "until": "2026-12-15"}, [0, 3, 7, 10, 14]), ({"frequency": "monthly", "interval": 1}, [0, 31]),
    ({"frequency": "yearly", "interval": 1}, [0]), ({"frequency": "weekly", "interval": 1, "weekdays": [3], "count": 3}, [0, 2, 9]),
])
def test_the_dates_of_a_series(rule: dict[str, Any], dates: list[int]) -> None:
    first = date(2026, 12, 1)
    assert [days for days in range(-3, 32) if takes_place(rule, first, first + timedelta(days=days))] == dates
    ours = {"freq": rule["frequency"].upper(), "interval": rule["interval"], "dtstart": datetime.combine(first, time())}
    far = [first + timedelta(days=days) for days in range(800)]
    named = {"byweekday": rule["weekdays"]} if rule.get("weekdays") else {}
    end = {"count": rule["count"]} if rule.get("count") else {"until": datetime.fromisoformat(rule.get("until") or "2029-02-08")}
    if first.weekday() in (rule.get("weekdays") or [first.weekday()]):  # what begins beside its own days, dateutil leaves out
        theirs = [each.date() for each in rrule(**{**ours, "freq": FREQUENCIES.index(ours["freq"])}, **named, **end)]
        assert [day for day in far if takes_place(rule, first, day)] == [day for day in theirs if day <= far[-1]]
