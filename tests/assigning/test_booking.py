"""Telephone sales book a visit for a colleague, who has the records from then on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.rights import Assigning
from app.extensions import db
from app.models import Appointment, Firm, OutgoingMail, Role, User
from app.operations import records, users
from app.permissions.actor import SYSTEM
from app.queries.handovers import holdings_of
from app.support import clock
from tests.people import PASSWORD, Cast, make_account, make_contact, make_opportunity

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def _tess(cast: Cast) -> User:
    role = db.session.scalars(select(Role).where(Role.name == "Telesales")).one()
    return users.create_user(
        {"first_name": "Tess", "last_name": "Fournier", "username": "tess", "email": "tess@grandouest.example", "password": PASSWORD,
         "roles": [role], "teams": [cast.south], "language": "en", "country": "FR"}, actor=SYSTEM,
    )


@pytest.mark.feature("A12")
def test_a_visit_booked_for_jean_brings_him_record_and_contact(cast: Cast, client_of: Client) -> None:
    records.update(db.session.get_one(Firm, 1), {"assigning": Assigning.MANAGERS}, actor=SYSTEM)
    tess = _tess(cast)
    contact = make_contact("Yann Le Goff", "yann@legoff.example", make_account("Conserverie Le Goff", tess), tess)
    deal = make_opportunity("Ligne de conserves", contact, tess, amount=52_000)
    client = client_of(tess, "en")
    page = client.get(f"/opportunityview/book/{deal.id}").get_data(as_text=True)
    assert "Jean Lefèvre" in page and "Anna Wiśniewska" in page, "telesales book for whomever it suits"
    at = (clock.now() + timedelta(days=3)).replace(microsecond=0)
    form = {"host": str(cast.jean.id), "starts_at": f"{at:%Y-%m-%dT10:30}", "minutes": "45", "about": "Visit of the line", "place": "Concarneau",
            "note": "Ask for Yann at the gate"}
    answer = client.post(f"/opportunityview/book/{deal.id}", data=form)
    assert answer.status_code == 302 and answer.location.endswith("/opportunityview/list/"), "it is not hers to see any more"
    db.session.expire_all()
    assert (deal.owner_id, contact.owner_id) == (cast.jean.id, cast.jean.id)
    assert client.get(f"/opportunityview/show/{deal.id}").status_code == 404
    assert client.get(f"/contactview/show/{contact.id}").status_code == 200, "one address book"
    meeting = db.session.scalars(select(Appointment)).one()
    assert (meeting.host_id, meeting.place, meeting.ends_at - meeting.starts_at) == (cast.jean.id, "Concarneau", timedelta(minutes=45))
    shown = client_of(cast.jean, "en").get(f"/opportunityview/show/{deal.id}").get_data(as_text=True)
    for words in ("Visit of the line", "Concarneau", "Handed over by Tess Fournier to Jean Lefèvre: Ask for Yann at the gate", "Who held it"):
        assert words in shown, words
    assert [str(one.holder) for one in holdings_of(contact)] == [str(tess), str(cast.jean)]
    told = db.session.scalars(select(OutgoingMail.to_address).where(OutgoingMail.event == "notice:handover")).all()
    assert set(told) == {cast.jean.email}


@pytest.mark.feature("A12")
def test_a_booking_says_what_is_missing_and_keeps_what_was_typed(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.anna, "en")
    url, form = f"/opportunityview/book/{cast.terminals.id}", {"host": str(cast.anna.id), "minutes": "60", "place": "Białystok"}
    cases = {
        "Choose the day and the hour": {"about": "x"},
        "This moment is past": {"about": "x", "starts_at": "2020-01-01T10:00"},
        "Say in a few words": {"about": " ", "starts_at": "2199-01-01T10:00"},
        "between a minute and a day": {"about": "x", "starts_at": "2199-01-01T10:00", "minutes": "0"},
        "Choose a person": {"about": "x", "starts_at": "2199-01-01T10:00", "host": "987654"},
    }
    for words, typed in cases.items():
        answer = client.post(url, data=form | typed)
        assert answer.status_code == 409 and words in answer.get_data(as_text=True) and "Białystok" in answer.get_data(as_text=True), words
    assert client.post(f"/opportunityview/book/{cast.traceability.id}", data=form).status_code == 404
    assert db.session.scalars(select(Appointment)).first() is None
