"""The reason says how the opportunity was found; a person confirms and moves with one click."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.messages import State
from app.extensions import db
from app.inbound import decisions
from app.models import IncomingMessage, Mailbox, TimelineEntry
from app.operations.opportunities import win
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor, make_opportunity
from tests.promises.letters import forward_of

pytestmark = pytest.mark.database
Clients = Callable[..., FlaskClient]
SALES, ANNA = "sales@crm.grandouest.example", "Anna <anna@grandouest.example>"
GAELLE, KATARZYNA = "g.hamon@bocagevert.example", "k.dudek@jesion.example"


@pytest.fixture
def box(cast: Cast) -> Mailbox:
    return make_mailbox()


def _brings(box: Mailbox, raw: bytes) -> IncomingMessage:
    return deliver(box, raw)


@pytest.mark.feature("X1")
def test_the_day_of_the_message_that_was_answered(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    _brings(box, note(ANNA, KATARZYNA, message_id="offer@grandouest.example"))
    answer = _brings(box, note(KATARZYNA, SALES, headers="In-Reply-To: <offer@grandouest.example>"))
    assert (answer.reason, answer.reason_params["day"]) == ("thread", "2026-11-20")
    page = client_of(cast.anna, language="en").get(f"/incomingmail/show/{answer.id}").text
    assert "Answers the message of November 20, 2026 in the history of “Terminale do magazynu”." in page


def test_of_several_and_by_whom(box: Mailbox, cast: Cast) -> None:
    of_two = _brings(box, note(GAELLE, SALES))
    assert (of_two.reason, of_two.reason_params["count"], of_two.opportunity) == ("most_recent", "2", cast.labellers)
    make_opportunity("A third line", cast.gaelle, cast.tom)
    own = _brings(box, note("jean@grandouest.example", GAELLE))
    assert (own.reason, own.reason_params["sender"], own.opportunity) == ("most_recent_own", "Jean Lefèvre", cast.labellers)
    for_another = _brings(box, note(ANNA, f"p.rawa@rawa.example, {KATARZYNA}"))
    assert (for_another.reason, for_another.reason_params["contact"], for_another.opportunity) == (
        "only_open", "Katarzyna Dudek", cast.terminals,
    )


@pytest.mark.feature("X1")
def test_one_click_moves_the_whole_thread(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    first = _brings(box, note(GAELLE, SALES, message_id="a@bocagevert.example"))
    second = _brings(box, note("jean@grandouest.example", GAELLE, message_id="b@x.example", headers="In-Reply-To: <a@bocagevert.example>"))
    third = _brings(box, note(GAELLE, SALES, message_id="c@x.example", headers="In-Reply-To: <b@x.example>\nReferences: <a@bocagevert.example> <b@x.example>"))
    other = _brings(box, note(GAELLE, SALES, subject="Something else"))
    assert {each.opportunity for each in (first, second, third, other)} == {cast.labellers}
    client_of(cast.jean).post(f"/incomingmail/attach/{first.id}", data={"opportunity": cast.traceability.id})
    assert [each.opportunity for each in (first, second, third, other)] == [*[cast.traceability] * 3, cast.labellers]
    assert {each.entry.opportunity for each in (first, second, third) if each.entry} == {cast.traceability}
    late = _brings(box, note(GAELLE, SALES, headers="In-Reply-To: <c@x.example>"))
    assert (late.reason, late.opportunity) == ("thread", cast.traceability)


def _unsure(box: Mailbox, *people: str) -> IncomingMessage:
    """A forward whose sender is shown by name only, with these people among its recipients."""
    raw = forward_of("", by=ANNA).decode().replace("To: <anna@grandouest.example>\n\n", f"To: {', '.join(people)}\n\n")
    message = _brings(box, raw.encode())
    assert message.reason == "contact_unsure" and message.entry_id is None
    return message


@pytest.mark.feature("X1")
def test_one_click_confirms_the_contact_of_a_forward(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    message = _unsure(box, "Zofia Nowa <zofia@nowa.example>", KATARZYNA)
    anna = client_of(cast.anna, language="en")
    page = anna.get(f"/incomingmail/show/{message.id}").text
    assert "It is Zofia Nowa &lt;zofia@nowa.example&gt;" in page and f"It is {KATARZYNA}" in page and "It is Pani" not in page
    assert "not among those" in anna.post(f"/incomingmail/confirm/{message.id}", data={"address": GAELLE}, follow_redirects=True).text
    assert client_of(cast.tom).post(f"/incomingmail/confirm/{message.id}", data={"address": KATARZYNA}).status_code == 404
    anna.post(f"/incomingmail/confirm/{message.id}", data={"address": KATARZYNA})
    assert (message.state, message.opportunity, message.contact) == (State.ATTACHED, cast.terminals, cast.katarzyna)
    assert message.entry is not None and message.entry.author_id == cast.anna.id


def test_a_confirmed_stranger_becomes_a_contact_with_an_opportunity(box: Mailbox, cast: Cast) -> None:
    message = _unsure(box, "Zofia Nowa <zofia@jesion.example>")
    decisions.confirm_contact(message, "zofia@jesion.example", actor=actor(cast.anna))
    assert message.state is State.CREATED and message.opportunity is not None and message.contact is not None
    assert message.contact.accounts == cast.katarzyna.accounts, "found by the domain of the company"


def test_the_customer_of_a_colleague_is_confirmed_too(box: Mailbox, cast: Cast) -> None:
    message = _unsure(box, "olivia@stone.example")
    decisions.confirm_contact(message, "olivia@stone.example", actor=actor(cast.anna))
    assert (message.reason, message.opportunity) == ("colleague", cast.renewal)


def test_a_closed_opportunity_gives_way(box: Mailbox, cast: Cast) -> None:
    _brings(box, note(ANNA, KATARZYNA, message_id="offer@grandouest.example"))
    win(cast.terminals, actor=SYSTEM)
    answer = _brings(box, note(KATARZYNA, SALES, headers="In-Reply-To: <offer@grandouest.example>"))
    assert answer.reason == "on_contact_closed"
    assert db.session.query(TimelineEntry).filter_by(message_id=answer.id).one().opportunity_id is None
