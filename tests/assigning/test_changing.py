"""A meeting that was booked is changed on a form: all of it, by whoever may write its line of history."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.appointments import Standing
from app.extensions import db
from app.models import Appointment, AuditLine, User
from app.operations.booking import book_meeting
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.people import Cast, actor

pytestmark = [pytest.mark.database, pytest.mark.feature("A22")]
Client = Callable[..., FlaskClient]


def booked(cast: Cast, host: User | None = None) -> Appointment:
    at = (clock.now() + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    return book_meeting(
        cast.terminals, host or cast.anna, at, minutes=60, about="Visit of the warehouse", place="Białystok", note="Ring twice", actor=actor(cast.anna)
    )


def form_of(client: FlaskClient, meeting: Appointment) -> dict[str, str]:
    """What the form sends when nobody touches it."""
    answer = client.get(f"/appointmentview/edit/{meeting.entry_id}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    found = dict(re.findall(r'<input[^>]* (?=[^>]*name="(\w+)")[^>]*value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)<', page))
    chosen = re.search(r'<select[^>]*name="host".*?value="(\d+)" selected', page, re.DOTALL)
    assert chosen is not None
    return {**found, "host": chosen[1]}


def test_each_field_is_changed_and_history_says_so(cast: Cast, client_of: Client) -> None:
    meeting, client = booked(cast), client_of(cast.anna, "en")
    show = f"/opportunityview/show/{cast.terminals.id}"
    assert f"/appointmentview/edit/{meeting.entry_id}" in client.get(show).get_data(as_text=True)
    sent = form_of(client, meeting)
    assert (sent["about"], sent["minutes"], sent["host"], sent["note"]) == ("Visit of the warehouse", "60", str(cast.anna.id), "Ring twice")
    new = {**sent, "about": "Second visit", "starts_at": "2199-01-05T14:30", "minutes": "90", "place": "Łomża", "note": "Ask for Kasia"}
    answer = client.post(f"/appointmentview/edit/{meeting.entry_id}", data=new)
    assert answer.status_code == 302 and answer.location.endswith(show)
    db.session.expire_all()
    assert (meeting.place, meeting.ends_at - meeting.starts_at, meeting.sequence) == ("Łomża", timedelta(minutes=90), 1)
    assert (meeting.entry.subject, meeting.entry.body, meeting.entry.occurred_at) == ("Second visit", "Ask for Kasia", meeting.starts_at)
    shown = client.get(show).get_data(as_text=True)
    assert "Second visit" in shown and "was moved from" in shown
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "change_meeting")).one()
    assert (line.before["place"], line.after["place"]) == ("Białystok", "Łomża")
    stale = client.post(f"/appointmentview/edit/{meeting.entry_id}", data=new)
    assert stale.status_code == 409 and "Somebody else changed this record" in stale.get_data(as_text=True)


def test_another_host_has_the_record_from_then_on(cast: Cast, client_of: Client) -> None:
    meeting, client = booked(cast), client_of(cast.anna, "en")
    sent = form_of(client, meeting)
    answer = client.post(f"/appointmentview/edit/{meeting.entry_id}", data={**sent, "host": str(cast.jean.id)})
    assert answer.status_code == 302 and answer.location.endswith(f"/contactview/show/{cast.katarzyna.id}"), "the opportunity is not hers to see any more"
    db.session.expire_all()
    assert (meeting.host_id, cast.terminals.owner_id) == (cast.jean.id, cast.jean.id)


def test_what_makes_no_sense_is_refused_and_stays_typed(cast: Cast, client_of: Client) -> None:
    meeting, client = booked(cast), client_of(cast.anna, "en")
    sent = form_of(client, meeting)
    for words, typed in {"This moment is past": {"starts_at": "2020-01-01T10:00"}, "Say in a few words": {"about": " "},
                         "between a minute and a day": {"minutes": "0"}, "Choose a person": {"host": "987654"}}.items():
        answer = client.post(f"/appointmentview/edit/{meeting.entry_id}", data={**sent, "place": "Suwałki", **typed})
        assert answer.status_code == 409 and words in answer.get_data(as_text=True) and "Suwałki" in answer.get_data(as_text=True)
    db.session.expire_all()
    assert meeting.place == "Białystok"


def test_it_is_called_off_once(cast: Cast, client_of: Client) -> None:
    meeting, client = booked(cast), client_of(cast.anna, "en")
    for _ in range(2):
        assert client.post(f"/appointmentview/call_off/{meeting.entry_id}").status_code == 302
    db.session.expire_all()
    assert meeting.standing is Standing.CANCELLED
    shown = client.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)
    assert shown.count("“Visit of the warehouse” was cancelled") == 1 and "was called off already" in shown


def test_strangers_do_not_find_it_and_nobody_changes_what_came_by_mail(cast: Cast, client_of: Client) -> None:
    meeting = booked(cast)
    key = meeting.entry_id
    assert client_of(cast.tom, "en").get(f"/appointmentview/edit/{key}").status_code == 404
    assert client_of(cast.claire, "en").get(f"/appointmentview/edit/{key}").status_code == 403, "she reads history, and writes none but her own"
    _comes_from(meeting, "kasia@jesion.example")
    client = client_of(cast.anna, "en")
    assert client.get(f"/appointmentview/edit/{key}").status_code == client.post(f"/appointmentview/call_off/{key}").status_code == 302
    assert "no meeting that was arranged here" in client.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)
    assert meeting.standing is Standing.CONFIRMED
    assert f"/appointmentview/edit/{key}" not in client.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)


@atomic
def _comes_from(meeting: Appointment, address: str) -> None:
    assert SYSTEM.sees_all
    meeting.uid, meeting.organizer_address = "abc@jesion.example", address
