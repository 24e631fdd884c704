"""What machines send to a secret address is found under Incoming mail by whom the address belongs to, and by nobody else below them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.domain.messages import State
from app.extensions import db
from app.models import IncomingMessage, Mailbox, OutgoingMail
from app.operations import deputies
from app.support import clock
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor
from tests.promises.letters import bounce_of, feedback_of

Clients = Callable[..., FlaskClient]
pytestmark = pytest.mark.database
KATARZYNA = "k.dudek@jesion.example"
RETURNED, AWAY, LETTER = "Undelivered Mail Returned to Sender", "Nieobecność do 7 grudnia", "Ten trends"


def _at(address: str, raw: bytes) -> bytes:
    return f"Delivered-To: {address}\n".encode() + raw


def _returned(cast: Cast, mailbox: Mailbox) -> IncomingMessage:
    return deliver(mailbox, _at(cast.crm(cast.anna), bounce_of(KATARZYNA)))


def _away(cast: Cast, mailbox: Mailbox, headers: str = "") -> IncomingMessage:
    return deliver(mailbox, note(f"Katarzyna <{KATARZYNA}>", cast.crm(cast.anna), subject=AWAY, headers=f"Auto-Submitted: auto-replied\n{headers}".strip()))


def _shows(client: FlaskClient, message: IncomingMessage) -> bool:
    page, listed = client.get(f"/incomingmail/show/{message.id}"), client.get("/incomingmail/").text
    assert (page.status_code == 200) == (message.subject in listed)
    assert page.status_code in (200, 404)
    return page.status_code == 200


@pytest.fixture
def written(cast: Cast) -> Mailbox:
    """A mailbox in which Anna's copy of a mail to Katarzyna has arrived."""
    mailbox = make_mailbox()
    deliver(mailbox, note(f"Anna <{cast.anna.email}>", KATARZYNA, envelope=cast.crm(cast.anna), message_id="offer@grandouest.example"))
    return mailbox


def test_a_returned_mail_is_found_by_its_addressee_and_says_what_was_recorded(cast: Cast, written: Mailbox, client_of: Clients) -> None:
    message = _returned(cast, written)
    assert (message.state, message.reason, message.acting_user_id) == (State.IGNORED, "bounce_recorded", cast.anna.id)
    assert not message.is_authenticated
    anna = client_of(cast.anna, language="en")
    assert _shows(anna, message) and _shows(client_of(cast.claire), message) and _shows(client_of(cast.ada), message)
    assert not _shows(client_of(cast.jean), message) and not _shows(client_of(cast.tom), message)
    page = anna.get(f"/incomingmail/show/{message.id}").text
    assert f"Mail to {KATARZYNA} came back: the address no longer works. Recorded on the contact." in page
    assert "Sent or forwarded by" not in page
    polish = client_of(cast.anna, language="pl").get(f"/incomingmail/show/{message.id}").text
    assert "wróciła" in polish and "came back" not in polish


def test_an_absence_is_found_by_its_addressee_and_by_their_deputy(cast: Cast, written: Mailbox, client_of: Clients) -> None:
    message = _away(cast, written)
    assert (message.reason, message.acting_user_id, message.contact) == ("auto_reply_noted", cast.anna.id, cast.katarzyna)
    tom = client_of(cast.tom)
    assert not _shows(tom, message)
    today = clock.now().date()
    deputies.name_deputy(cast.anna, cast.tom, today, today + timedelta(days=2), actor=actor(cast.anna))
    assert _shows(tom, message)


def test_reports_newsletters_and_calendars_too(cast: Cast, written: Mailbox) -> None:
    secret = cast.crm(cast.anna)
    news = note("News <news@letter.example>", secret, subject=LETTER, headers="List-Id: <l.letter.example>\nList-Unsubscribe: <mailto:u@l.example>")
    for raw, reason in ((news, "list"), (_at(secret, feedback_of(KATARZYNA)), "feedback_recorded")):
        message = deliver(written, raw)
        assert (message.reason, message.acting_user_id) == (reason, cast.anna.id)


def test_what_comes_elsewhere_belongs_to_nobody(cast: Cast, written: Mailbox) -> None:
    assert deliver(written, bounce_of(KATARZYNA)).acting_user_id is None
    assert deliver(written, _at("sales@crm.grandouest.example", bounce_of(KATARZYNA, number=2))).acting_user_id is None


def test_who_left_has_a_successor_for_it(cast: Cast, written: Mailbox) -> None:
    deputies.leave(cast.anna, cast.jean, actor=actor(cast.ada))
    assert _returned(cast, written).acting_user_id == cast.jean.id
    deputies.leave(cast.anna, cast.south, actor=actor(cast.ada))
    message = _away(cast, written)
    assert (message.acting_user_id, message.team_id) == (None, cast.south.id)


def test_nobody_is_told_of_it_nor_is_it_work(cast: Cast, written: Mailbox, client_of: Clients) -> None:
    before = db.session.scalar(select(func.count(OutgoingMail.id)))
    message = _away(cast, written)
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == before
    assert message.subject not in client_of(cast.anna).get("/today/").text


def test_a_sender_who_proved_themselves_is_not_said_to_be_the_addressee(cast: Cast, client_of: Clients) -> None:
    mailbox = make_mailbox("strict", is_trusted=False, authserv_id="mx.firm.example")
    message = _away(cast, mailbox, "Authentication-Results: mx.firm.example; dmarc=pass header.from=jesion.example")
    assert message.is_authenticated and message.acting_user == cast.anna
    page = client_of(cast.anna, language="en").get(f"/incomingmail/show/{message.id}").text
    assert "Sent or forwarded by" not in page
