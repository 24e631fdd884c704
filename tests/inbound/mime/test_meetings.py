"""Calendars that were written to hurt, and odd ones that were not."""

import time
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from app.domain.appointments import Frequency, Method
from app.inbound.mime.mail import Mail
from app.inbound.mime.meetings import MAX_EVENTS, MAX_GUESTS, meetings_of

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Customized
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:u1
DTSTART;TZID=Customized:20261126T140000
DURATION:PT30M
SUMMARY:Visit
RRULE:FREQ=MONTHLY;INTERVAL=2;UNTIL=20270112T000000Z
ORGANIZER:mailto:K.Dudek@jesion.example
X-GOOGLE-CONFERENCE:https://meet.google.com/abc
END:VEVENT
END:VCALENDAR
"""


def _found(text: str) -> list[object]:
    return list(meetings_of(Mail(calendar=(text,)), UTC))


def test_what_an_invitation_says() -> None:
    (found,) = meetings_of(Mail(calendar=(EVENT,)), UTC)
    assert (found.method, found.starts_at.hour, found.ends_at.minute, found.link) == (Method.REQUEST, 13, 30, "https://meet.google.com/abc")
    assert found.repeats is not None
    assert (found.repeats.frequency, found.repeats.interval, found.repeats.until) == (Frequency.MONTHLY, 2, "2027-01-12")


def test_a_time_without_zone_is_that_of_the_firm() -> None:
    text = EVENT.replace(";TZID=Customized", "")
    (found,) = meetings_of(Mail(calendar=(text,)), ZoneInfo("Europe/Warsaw"))
    assert found.starts_at.hour == 13


def test_a_zone_that_one_sender_defines_is_not_that_of_the_next() -> None:
    _found(EVENT.replace("TZOFFSETTO:+0100", "TZOFFSETTO:-0900"))
    (found,) = meetings_of(Mail(calendar=(EVENT,)), UTC)
    assert found.starts_at.hour == 13


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://meet.example/x", "data:text/html,x"])
def test_only_https_is_a_link(link: str) -> None:
    (found,) = meetings_of(Mail(calendar=(EVENT.replace("https://meet.google.com/abc", link),)), UTC)
    assert found.link is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "garbage",
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\n" + "BEGIN:VEVENT\n" * 5_000,
        EVENT.replace("20261126T140000", "99991231T235959"),
        EVENT.replace("20261126T140000", "00010101T000000"),
        EVENT.replace("FREQ=YEARLY", "FREQ=SECONDLY"),
        EVENT.replace("FREQ=YEARLY", "FREQ=SEC\n ONDLY"),
        EVENT.replace("PT30M", "P99999999W"),
        EVENT.replace("INTERVAL=2", "INTERVAL=99999999999999999999"),
        EVENT.replace("SUMMARY", "ATTENDEE:mailto:a@b.example\n" * 3_000 + "SUMMARY"),
        EVENT.replace("SUMMARY:Visit", "SUMMARY:" + "\\n" * 60_000),
        EVENT.replace("SUMMARY:Visit", "SEQUENCE:-9999999999999\nSUMMARY:\x00Visit"),
    ],
)
def test_a_hostile_calendar_neither_raises_nor_hangs(text: str) -> None:
    start = time.process_time()
    assert len(_found(text)) <= 1
    assert time.process_time() - start < 3


def test_no_more_events_and_guests_than_anybody_invites() -> None:
    event = "BEGIN:VEVENT\nUID:u%d\nDTSTART:20261126\nEND:VEVENT\n"
    many = "BEGIN:VCALENDAR\nMETHOD:REQUEST\n" + "".join(event % number for number in range(900)) + "END:VCALENDAR\n"
    assert len(_found(many)) == MAX_EVENTS
    crowd = EVENT.replace("SUMMARY", "".join(f"ATTENDEE:mailto:a{number}@b.example\n" for number in range(900)) + "SUMMARY")
    (found,) = meetings_of(Mail(calendar=(crowd,)), UTC)
    assert len(found.guests) == MAX_GUESTS
