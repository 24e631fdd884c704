"""Mail of people to whom nothing is being sold: the history of their engagement, else that of the contact."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.engagements import EngagementState
from app.domain.errors import DomainError
from app.domain.messages import State
from app.models import Engagement, IncomingMessage, Mailbox
from app.operations import records
from app.operations.opportunities import win
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor

pytestmark = pytest.mark.database
Clients = Callable[..., FlaskClient]
SALES, ANNA, TOM = "sales@crm.grandouest.example", "Anna <anna@grandouest.example>", "Tom <tom@grandouest.example>"
KATARZYNA = "k.dudek@jesion.example"


@pytest.fixture
def box(cast: Cast) -> Mailbox:
    """What was sold to Katarzyna is won."""
    win(cast.terminals, actor=actor(cast.anna))
    return make_mailbox()


def engage(cast: Cast, name: str, **more: object) -> Engagement:
    values = {"name": name, "account": cast.katarzyna.accounts[0], "lead_contact": cast.katarzyna, "owner": cast.anna, **more}
    return records.create(Engagement, values, actor=SYSTEM)


def place(message: IncomingMessage) -> tuple[str, Engagement | None]:
    assert message.state is State.ATTACHED and message.opportunity is None and message.entry is not None
    assert message.entry.engagement == message.engagement
    return str(message.reason), message.engagement


@pytest.mark.feature("X1")
def test_a_blind_copy_goes_to_the_engagement_that_lives(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    engage(cast, "Long over", state=EngagementState.ENDED)
    assert place(deliver(box, note(ANNA, KATARZYNA))) == ("on_contact_closed", None)
    care = engage(cast, "Care of the terminals")
    message = deliver(box, note(ANNA, KATARZYNA, subject="Yearly check"))
    assert place(message) == ("engagement", care)
    anna = client_of(cast.anna, "en")
    page = anna.get(f"/incomingmail/show/{message.id}").text
    assert "Katarzyna Dudek has no open opportunity: kept in the history of the engagement “Care of the terminals”." in page
    assert f"/engagementview/show/{care.id}" in page
    assert "Yearly check" in anna.get(f"/engagementview/show/{care.id}").text
    assert "Care of the terminals" in anna.get(f"/contactview/show/{cast.katarzyna.id}").text


def test_of_several_the_most_recent_and_one_click_moves(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    older = engage(cast, "Paper", lead_contact=None, contacts=[cast.katarzyna])
    newer = engage(cast, "Care")
    first = deliver(box, note(ANNA, KATARZYNA, message_id="one@grandouest.example"))
    assert place(first) == ("engagement_recent", newer)
    answer = deliver(box, note(KATARZYNA, SALES, headers="In-Reply-To: <one@grandouest.example>"))
    assert place(answer) == ("thread", newer)
    anna = client_of(cast.anna, "en")
    page = anna.get(f"/incomingmail/show/{first.id}").text
    assert "2 engagements; “Care” is the most recently active" in page and "Attach to Paper" in page
    anna.post(f"/incomingmail/attach/{first.id}", data={"engagement": older.id})
    assert [place(each) for each in (first, answer)] == [("by_choice", older), ("thread", older)]
    anna.post(f"/incomingmail/attach/{first.id}", data={"opportunity": cast.terminals.id})
    assert [each.engagement for each in (first, answer)] == [None, None]
    assert {each.opportunity for each in (first, answer)} == {cast.terminals}


def test_the_thread_of_an_engagement_stays_there(box: Mailbox, cast: Cast) -> None:
    care = engage(cast, "Care")
    deliver(box, note(ANNA, KATARZYNA, message_id="two@grandouest.example"))
    colleague = deliver(box, note("Piotr Rawa <p.rawa@jesion.example>", SALES, headers="In-Reply-To: <two@grandouest.example>"))
    assert place(colleague) == ("thread", care)
    assert [each.name for each in care.contacts] == ["Piotr Rawa"]


def test_what_is_being_sold_comes_first(cast: Cast) -> None:
    engage(cast, "Care")
    message = deliver(make_mailbox(), note(ANNA, KATARZYNA))
    assert (message.reason, message.opportunity, message.engagement) == ("only_open", cast.terminals, None)


def test_a_colleague_who_may_not_see_it_adds_to_it_and_reads_nothing(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    care = engage(cast, "Care")
    message = deliver(box, note(TOM, KATARZYNA, subject="From the south"))
    assert place(message) == ("colleague", care)
    tom = client_of(cast.tom, "en")
    assert tom.get(f"/engagementview/show/{care.id}").status_code == 404
    page = tom.get(f"/incomingmail/show/{message.id}").text
    assert "Care" not in page
    mine = deliver(box, note(ANNA, KATARZYNA, subject="Between us"))
    assert tom.get(f"/incomingmail/show/{mine.id}").status_code == 404
    assert "Between us" not in tom.get(f"/contactview/show/{cast.katarzyna.id}").text
    assert tom.post(f"/incomingmail/attach/{message.id}", data={"engagement": care.id}).status_code in (403, 404)


def test_an_engagement_with_history_is_archived_not_deleted(box: Mailbox, cast: Cast) -> None:
    care = engage(cast, "Care")
    deliver(box, note(ANNA, KATARZYNA))
    with pytest.raises(DomainError) as refused:
        records.delete(care, actor=actor(cast.anna))
    assert refused.value.code == "has_history"
