"""The private calendar of a person: its address is shown once, opens nothing when revoked, and any calendar program understands it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from app.domain.appointments import Standing
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Appointment, CalendarFeed, Task, TimelineEntry
from app.operations import opportunities, records
from app.operations.transaction import atomic
from app.support import clock
from tests.browsing import Person, Sign
from tests.people import Cast, actor

pytestmark = pytest.mark.database
MEETING = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@atomic
def _meet(cast: Cast, **more: Any) -> Appointment:
    entry = TimelineEntry(kind=Kind.MEETING, occurred_at=MEETING, author=cast.anna, opportunity=cast.terminals, subject="Pokaz terminali, hala „B”; 2. piętro")
    values = {"uid": "pokaz@grandouest.example", "starts_at": MEETING, "ends_at": MEETING + timedelta(hours=1), "host": cast.anna,
              "place": "Łódź, ul. Żeglarska 1", **more}
    found = Appointment(entry=entry, **values)
    db.session.add(found)
    return found


def _address(person: Person) -> str:
    page = person.post("/calendar/renew")
    found = re.search(r'id="feed-address">http://[^/]+(/calendar/[\w-]+\.ics)<', page.text)
    assert found is not None, page.text
    return found[1]


def _read(client_of: Sign, url: str) -> Any:
    """As a calendar program does: without a session, and strict about RFC 5545."""
    answer = client_of(None).get(url)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = answer.data.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert all(len(line) <= 75 for line in lines), "lines are folded at 75 octets (3.1)"
    calendar: Any = Calendar.from_ical(answer.data)
    assert calendar.errors == []
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    names = set()
    for event in calendar.walk("VEVENT"):
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= {*event}
        assert event.decoded("dtend") > event.decoded("dtstart")
        names.add((str(event["uid"]), str(event.get("recurrence-id", ""))))
    assert len(names) == len(calendar.walk("VEVENT")), "no two events of one name"
    zones = {str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")}
    asked = {event["dtstart"].params["TZID"] for event in calendar.walk("VEVENT") if "TZID" in event["dtstart"].params}
    assert asked <= zones, "every zone that is named is explained (3.6.5)"
    return calendar


def _titles(calendar: Any) -> list[str]:
    return sorted(str(event["summary"]) for event in calendar.walk("VEVENT"))


@pytest.mark.feature("C24")
def test_appointments_tasks_and_reminders_and_what_moves_moves(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna, "en"))
    with clock.frozen(MEETING - timedelta(days=3)):
        meeting = _meet(cast)
        task = records.create(Task, {"title": "Umowa", "due_at": MEETING + timedelta(days=1), "opportunity": cast.terminals}, actor=actor(cast.anna))
        records.create(Task, {"title": "Toms own", "assignee": cast.tom, "due_at": MEETING}, actor=actor(cast.tom))
        opportunities.put_on_standby(cast.terminals, MEETING + timedelta(days=2), actor=actor(cast.anna))
        url = _address(anna)
        calendar = _read(client_of, url)
        assert len(_titles(calendar)) == 3
        assert "Pokaz terminali, hala „B”; 2. piętro" in _titles(calendar)
        start = next(e for e in calendar.walk("VEVENT") if e["uid"] == meeting.uid).decoded("dtstart")
        assert (start, str(start.tzinfo)) == (MEETING, cast.anna.time_zone)

    @atomic
    def move() -> None:
        meeting.starts_at += timedelta(days=7)
        meeting.ends_at += timedelta(days=7)

    move()
    records.update(task, {"due_at": MEETING + timedelta(days=3)}, actor=actor(cast.anna))
    with clock.frozen(MEETING):
        calendar = _read(client_of, url)
    moved = {str(e["uid"]): e.decoded("dtstart") for e in calendar.walk("VEVENT")}
    assert moved[meeting.uid] == MEETING + timedelta(days=7)
    assert MEETING + timedelta(days=3) in moved.values()
    assert all(int(e["sequence"]) >= 1 for e in calendar.walk("VEVENT"))


def test_whole_days_series_and_their_exceptions(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna))
    midnight = datetime(2026, 12, 7, tzinfo=UTC)
    _meet(cast, uid="day@x", starts_at=midnight, ends_at=midnight + timedelta(days=2), is_all_day=True)
    weekly = {"frequency": "weekly", "interval": 1, "weekdays": [1], "until": "2027-02-01", "count": None}
    _meet(cast, uid="series@x", repeats=weekly)
    other = MEETING + timedelta(days=7)
    _meet(cast, uid="series@x", occurrence=other.isoformat(), starts_at=other + timedelta(hours=2), ends_at=other + timedelta(hours=3))
    _meet(cast, uid="gone@x", standing=Standing.CANCELLED)
    with clock.frozen(MEETING):
        calendar = _read(client_of, _address(anna))
    events = {(str(e["uid"]), "recurrence-id" in e): e for e in calendar.walk("VEVENT")}
    assert set(events) == {("day@x", False), ("series@x", False), ("series@x", True)}
    assert events["day@x", False].decoded("dtstart") == midnight.date()
    assert events["series@x", False]["rrule"]["BYDAY"] == ["TU"]
    assert events["series@x", True].decoded("recurrence-id") == other


@pytest.mark.feature("C24")
def test_its_address_is_shown_once_renewed_and_revoked(cast: Cast, client_of: Sign) -> None:
    anna, nobody = Person(client_of(cast.anna)), client_of(None)
    first = _address(anna)
    secret = first.rpartition("/")[2].removesuffix(".ics")
    assert secret not in anna.get("/calendar/").text
    assert secret not in "".join(map(str, db.session.execute(CalendarFeed.__table__.select()).one()))
    assert nobody.get(first).status_code == 200
    second = _address(anna)
    assert nobody.get(first).status_code == 404
    assert nobody.get(second).status_code == 200
    assert nobody.get(second.replace("/calendar/", "/calendar/x")).status_code == 404
    anna.post("/calendar/revoke")
    assert nobody.get(second).status_code == 404
    assert db.session.query(CalendarFeed).count() == 0


def test_who_left_has_no_calendar_any_more(cast: Cast, client_of: Sign) -> None:
    url = _address(Person(client_of(cast.jean)))

    @atomic
    def leave() -> None:
        cast.jean.active = False

    leave()
    assert client_of(None).get(url).status_code == 404
