"""Invitations by mail: what guests get, what changes bring them, and what their answers leave in the history."""

import re
from collections.abc import Callable
from datetime import UTC, timedelta
from email.message import Message
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from app.extensions import db
from app.jobs.outbox import send
from app.models import Appointment, OutgoingMail
from app.models.contacts import Validity
from app.operations import records
from app.operations.outbox import record_address
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.inbound.mailroom import deliver, make_mailbox
from tests.outbound.rfc5545 import faults
from tests.outbound.test_outbox import through
from tests.people import Cast
from tests.servers.smtp import Received, SmtpServer

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def _sent(smtp: SmtpServer) -> list[Received]:
    """The invitations that were not sent before."""
    before = len(smtp.messages)
    for key in db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.event == "invitation").order_by(OutgoingMail.id)):
        send(key)
    return smtp.messages[before:]


def _part(received: Received) -> Message:
    return next(each for each in received.message.walk() if each.get_content_type() == "text/calendar")


def _text(received: Received) -> str:
    plain = next(each for each in received.message.walk() if each.get_content_type() == "text/plain")
    return bytes(plain.get_payload(decode=True)).decode()


def _raw(received: Received) -> bytes:
    return bytes(_part(received).get_payload(decode=True)).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _event(received: Received) -> Any:
    return next(each for each in Calendar.from_ical(_raw(received)).subcomponents if each.name == "VEVENT")


def _form(cast: Cast, **more: Any) -> dict[str, Any]:
    at = clock.now() + timedelta(days=5)
    return {"host": str(cast.anna.id), "starts_at": f"{at:%Y-%m-%dT10:30}", "minutes": "45", "about": "Pokaz terminali; część 1, żółta hala",
            "place": "Białystok", "note": "Rabat do 12 procent", "invite": "k.dudek@jesion.example", "invite_also": "claire@grandouest.example", **more}


def _book(cast: Cast, client_of: Client, smtp: SmtpServer, app: Flask) -> tuple[FlaskClient, Appointment, list[Received]]:
    through(app, smtp)
    records.update(cast.katarzyna, {"language": "pl"}, actor=SYSTEM)
    anna = client_of(cast.anna, "en")
    assert anna.post(f"/opportunityview/book/{cast.terminals.id}", data=_form(cast)).status_code == 302
    return anna, db.session.scalars(select(Appointment)).one(), _sent(smtp)


@pytest.mark.feature("B12", "C24")
def test_a_client_and_a_colleague_get_an_invitation_that_any_calendar_takes(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer) -> None:
    _, meeting, sent = _book(cast, client_of, smtp, app)
    assert [each.recipients for each in sent] == [("k.dudek@jesion.example",), ("claire@grandouest.example",)]
    hours = ("10:30 – 11:15 (czas środkowoeuropejski)", "10 h 30 – 11 h 15 (heure d’Europe centrale)")
    for received, when in zip(sent, hours, strict=True):
        assert faults(_raw(received)) == []
        assert when in _text(received).replace("\N{NO-BREAK SPACE}", " ")
        assert _part(received).get_param("method") == "REQUEST"
        event = _event(received)
        assert (str(event["UID"]), event["SEQUENCE"], str(event["SUMMARY"])) == (meeting.uid, 0, "Pokaz terminali; część 1, żółta hala")
        assert event.decoded("DTSTART") == meeting.starts_at and event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=45)
        assert str(event["ORGANIZER"]) == f"mailto:{record_address(cast.terminals)}", "answers come back to the record"
        assert event["ORGANIZER"].params["CN"] == "Anna Wiśniewska"
        assert {str(each) for each in event["ATTENDEE"]} == {"mailto:k.dudek@jesion.example", "mailto:claire@grandouest.example"}
        assert "Rabat" not in received.raw.decode("utf-8", "replace") and b"Rabat" not in _raw(received), "what colleagues say stays with them"


def _reply(received: Received, sender: str, answer: str) -> bytes:
    """What a calendar program sends for the guest ``sender``."""
    event = _event(received)
    organizer = str(event["ORGANIZER"]).removeprefix("mailto:")
    lines = (
        "BEGIN:VCALENDAR", "PRODID:-//Guest//EN", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{event['UID']}", f"SEQUENCE:{event['SEQUENCE']}",
        "DTSTAMP:20261122T100000Z", f"DTSTART:{event.decoded('DTSTART').astimezone(clock.now().tzinfo):%Y%m%dT%H%M%SZ}", f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT={answer}:mailto:{sender}", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    head = f"From: {sender}\r\nTo: {organizer}\r\nSubject: Re\r\nMessage-ID: <{answer}-{sender}>\r\nMIME-Version: 1.0\r\n"
    return (head + "Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n" + "\r\n".join(lines)).encode()


@pytest.mark.feature("C24", "B12")
@pytest.mark.parametrize(("answer", "words"), [("ACCEPTED", "comes"), ("DECLINED", "does not come"), ("TENTATIVE", "comes perhaps")])
def test_an_answer_stands_on_the_meeting(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer, answer: str, words: str) -> None:
    anna, meeting, sent = _book(cast, client_of, smtp, app)
    mailbox = make_mailbox()
    filed = deliver(mailbox, _reply(sent[0], "k.dudek@jesion.example", answer))
    assert filed.reason == "calendar_changed" and filed.opportunity_id == cast.terminals.id
    db.session.expire_all()
    assert {each["address"]: each["answer"] for each in meeting.guests} == {"k.dudek@jesion.example": answer.lower(), "claire@grandouest.example": "none"}
    page = anna.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)
    assert f"Katarzyna Dudek ({words})" in page
    forged = _reply(sent[0], "claire@grandouest.example", "DECLINED").replace(b"From: claire@grandouest.example", b"From: eve@else.example")
    assert deliver(mailbox, forged).reason == "calendar_foreign", "each guest answers for themselves"


@pytest.mark.feature("C24")
def test_what_the_host_moves_in_their_own_calendar_comes_back(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer) -> None:
    """A meeting that was booked in Kurier, and moved in the calendar that took its invitation."""
    _, meeting, sent = _book(cast, client_of, smtp, app)
    later = meeting.starts_at + timedelta(days=2)
    moved = _reply(sent[0], "k.dudek@jesion.example", "ACCEPTED").replace(b"From: k.dudek@jesion.example", b"From: anna@grandouest.example")
    moved = moved.replace(b"REPLY", b"REQUEST").replace(b"SEQUENCE:0", b"SEQUENCE:1").replace(b"DTSTAMP:20261122", b"DTSTAMP:20991122")
    moved = re.sub(rb"DTSTART:\w+", f"DTSTART:{later.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode(), moved)
    assert deliver(make_mailbox(), moved).reason == "calendar_changed"
    db.session.expire_all()
    assert meeting.starts_at == later and db.session.scalars(select(Appointment)).one() is meeting


def _subscribed(client_of: Client, secret: str) -> dict[str, Any]:
    """Of each event the beginning, as the private calendar tells it to a calendar program."""
    calendar = Calendar.from_ical(client_of(None).get(secret).data)
    return {str(event["UID"]): event.decoded("DTSTART") for event in calendar.walk("VEVENT")}


@pytest.mark.feature("B12", "C24")
def test_guests_learn_of_changes_and_of_the_end(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer) -> None:
    anna, meeting, _ = _book(cast, client_of, smtp, app)
    secret = re.findall(r"/calendar/[\w-]+\.ics", anna.post("/calendar/renew").get_data(as_text=True))[0]
    before = _subscribed(client_of, secret)[meeting.uid]
    url = f"/appointmentview/edit/{meeting.entry_id}"
    page = anna.get(url).get_data(as_text=True)
    assert re.search(r'value="k.dudek@jesion.example"[^>]*checked', page) and 'value="claire@grandouest.example"' in page
    later = {"starts_at": f"{clock.now() + timedelta(days=6):%Y-%m-%dT12:00}", "version": str(meeting.version), "invite_also": ""}
    assert anna.post(url, data=_form(cast, **later)).status_code == 302
    moved, dropped = _sent(smtp)
    assert moved.recipients == ("k.dudek@jesion.example",) and dropped.recipients == ("claire@grandouest.example",)
    assert (_part(moved).get_param("method"), _part(dropped).get_param("method")) == ("REQUEST", "CANCEL")
    there = _subscribed(client_of, secret)[meeting.uid]
    assert there == _event(moved).decoded("DTSTART") != before, "whoever subscribed sees it moved"
    assert _event(moved)["SEQUENCE"] == 1 and faults(_raw(moved)) == [] and faults(_raw(dropped)) == []
    assert anna.post(f"/appointmentview/call_off/{meeting.entry_id}").status_code == 302
    (off,) = _sent(smtp)
    assert off.recipients == ("k.dudek@jesion.example",) and _event(off)["STATUS"] == "CANCELLED" and _event(off)["SEQUENCE"] == 2
    assert faults(_raw(off)) == []


@pytest.mark.parametrize(("typed", "words"), [({"invite_also": "claire"}, "“claire” is not an e-mail address")])
def test_a_wrong_address_is_named_and_nothing_is_booked(cast: Cast, client_of: Client, typed: dict[str, str], words: str) -> None:
    answer = client_of(cast.anna, "en").post(f"/opportunityview/book/{cast.terminals.id}", data=_form(cast, **typed))
    assert answer.status_code == 409 and words in answer.get_data(as_text=True)
    assert db.session.scalars(select(Appointment)).first() is None
    foreign = client_of(cast.anna, "en").post(f"/opportunityview/book/{cast.terminals.id}", data=_form(cast, invite="olivia@stone.example", invite_also=""))
    assert foreign.status_code == 302 and db.session.scalars(select(Appointment)).one().guests == [], "only people of the record are on the list"


@pytest.mark.parametrize("form", [{"invite": "", "invite_also": "P.Rawa@rawa.example"}, {"invite": "k.dudek@jesion.example", "invite_also": ""}])
def test_nobody_is_invited_who_does_not_want_our_mail(cast: Cast, client_of: Client, form: dict[str, str]) -> None:
    """Neither ticked nor typed, nor added later."""
    for contact in (cast.piotr, cast.katarzyna):
        records.update(contact.addresses[0], {"validity": Validity.COMPLAINED}, actor=SYSTEM)
    anna, page = client_of(cast.anna, "en"), f"/opportunityview/book/{cast.terminals.id}"
    answer = anna.post(page, data=_form(cast, **form))
    assert answer.status_code == 409 and "as unwanted" in answer.text
    assert anna.post(page, data=_form(cast, invite="", invite_also="")).status_code == 302
    meeting = db.session.scalars(select(Appointment)).one()
    assert anna.post(f"/appointmentview/edit/{meeting.entry_id}", data=_form(cast, **form)).status_code == 409
    assert db.session.scalars(select(OutgoingMail).where(OutgoingMail.event == "invitation")).first() is None


@pytest.mark.parametrize("broken", [
    b"METHOD:REQUEST\r\n", b"BEGIN:VTIMEZONE", b"DTSTAMP", b"\r\n",
])  # fmt: skip
def test_the_strict_reader_finds_what_is_wrong(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer, broken: bytes) -> None:
    _, _, sent = _book(cast, client_of, smtp, app)
    replaced = {b"\r\n": b"\n", b"DTSTAMP": b"DTSTAMP;TZID=Nowhere"}.get(broken, b"")
    assert faults(_raw(sent[0]).replace(broken, replaced, 1)) != []
