"""Messages that are read together are filed as if they had come one by one."""

import pytest
from sqlalchemy import func, select

from app.domain.messages import State
from app.extensions import db
from app.inbound import pipeline
from app.inbound.reader import ReadingProcess
from app.inbound.receive import receive_all
from app.models import Contact, Delivery, IncomingMessage, Opportunity, TimelineEntry
from tests.inbound.mailroom import Arrived, make_mailbox, note
from tests.people import Cast

pytestmark = pytest.mark.database
ZOE, SALES = "Zoe Novel <zoe@novel.example>", "sales@crm.grandouest.example"


def _batch(*raws: bytes) -> list[IncomingMessage]:
    """The messages of one batch, each delivery in its place."""
    keys = receive_all(make_mailbox().id, [Arrived(raw, str(number)) for number, raw in enumerate(raws)])
    with ReadingProcess() as process:
        states = pipeline.settle_all(keys, process)
    found = [db.session.get_one(Delivery, key) for key in keys]
    assert [each.state for each in found] == states
    return [each.message for each in found if each.message is not None]


def _of_zoe() -> tuple[int, int]:
    """How many contacts and opportunities she has."""
    contacts = select(Contact).where(Contact.last_name == "Novel")
    made = select(func.count()).select_from(Opportunity).where(Opportunity.contacts.any(Contact.last_name == "Novel"))
    return len(list(db.session.scalars(contacts))), db.session.scalar(made) or 0


def test_the_same_message_twice_is_one(cast: Cast) -> None:
    raw = note(ZOE, SALES, message_id="once@novel.example")
    first, second = _batch(raw, raw)
    assert first is second
    assert (first.state, _of_zoe()) == (State.CREATED, (1, 1))


def test_two_first_mails_of_one_sender_make_one_contact_and_one_opportunity(cast: Cast) -> None:
    first, second = _batch(note(ZOE, SALES, subject="Scales"), note(ZOE, SALES, subject="And a conveyor"))
    assert (first.state, second.state) == (State.CREATED, State.ATTACHED)
    assert second.opportunity_id == first.opportunity_id
    assert _of_zoe() == (1, 1)


def test_an_answer_that_comes_before_what_it_answers_joins_it(cast: Cast) -> None:
    answer = note(ZOE, SALES, subject="Re: Scales", headers="In-Reply-To: <a@novel.example>\nReferences: <a@novel.example>")
    first, second = _batch(answer, note(ZOE, SALES, subject="Scales", message_id="a@novel.example"))
    assert second.opportunity_id == first.opportunity_id is not None
    assert _of_zoe() == (1, 1)
    entries = select(func.count()).select_from(TimelineEntry).where(TimelineEntry.message_id.in_([first.id, second.id]))
    assert db.session.scalar(entries) == 2


def test_one_id_for_two_contents_is_two_messages_and_says_so(cast: Cast) -> None:
    first, second = _batch(*(note(ZOE, SALES, message_id="a@novel.example", text=text) for text in ("One.\n", "Two.\n")))
    assert first is not second
    assert [each["code"] for each in second.warnings] == ["reused_id"]


@pytest.mark.parametrize("odd", ["\x00", "\x1b[31m", "\u202e", "\x7f"])
def test_odd_characters_in_headers_stop_nobody(cast: Cast, odd: str) -> None:
    strange = note(
        f"Zoe{odd} Novel <z{odd}oe@novel.example>", SALES, subject=f"Scales{odd}", message_id=f"a{odd}b@novel.example",
        headers=f"References: <r{odd}@novel.example>\nIn-Reply-To: <r{odd}@novel.example>",
    )
    keys = receive_all(make_mailbox().id, [Arrived(strange, "1"), Arrived(note(ZOE, SALES), "2")])
    assert State.RECEIVED not in pipeline.settle_all(keys)
