"""Messages that are read together are filed as if they had come one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.domain.events import Event, MailSettled
from app.domain.messages import State
from app.extensions import db
from app.inbound import pipeline
from app.inbound.reader import ReadingProcess
from app.inbound.receive import receive_all
from app.models import Contact, Delivery, IncomingMessage, Opportunity, TimelineEntry
from app.operations import transaction
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


@contextmanager
def _told() -> Iterator[list[list[Event]]]:
    """What is heard after each commit that announced something."""
    heard: list[list[Event]] = []

    def hear(events: list[Event]) -> None:
        if events:
            heard.append(events)

    transaction.after_commit(hear)
    try:
        yield heard
    finally:
        transaction._after_commit.remove(hear)


def test_what_a_group_tells_is_told_once_when_it_is_true(cast: Cast) -> None:
    with _told() as heard:
        found = _batch(*(note(ZOE, SALES, subject=f"Scales {number}") for number in range(3)))
    assert [[each.message_id for each in told if isinstance(each, MailSettled)] for told in heard] == [[each.id for each in found]]


def test_a_message_that_the_database_refuses_stops_none_of_its_group(cast: Cast) -> None:
    def refuse(*details: Any) -> None:
        if "poison" in str(details[3]):
            raise OSError("the disk is full")

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        with _told() as heard:
            found = _batch(note(ZOE, SALES, subject="Scales"), note(ZOE, SALES, subject="poison"), note(ZOE, SALES, subject="And a conveyor"))
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
    assert [each.state for each in found] == [State.CREATED, State.ATTACHED]
    assert [len(told) for told in heard] == [1, 1]
    assert _of_zoe() == (1, 1)
    waiting = db.session.scalars(select(Delivery).where(Delivery.state == State.RECEIVED)).one()
    assert waiting.attempts == 1 and "the disk is full" in (waiting.error or "")


def test_a_commit_that_fails_undoes_the_group_and_each_is_filed_alone(cast: Cast) -> None:
    refused = []

    def refuse(session: Session) -> None:
        if len(session.info["events"]) > 1:
            refused.append(session)
            raise OSError("the disk is full")

    event.listen(Session, "before_commit", refuse)
    try:
        found = _batch(*(note(ZOE, SALES, subject=f"Scales {number}") for number in range(3)))
    finally:
        event.remove(Session, "before_commit", refuse)
    assert len(refused) == 1
    assert [each.state for each in found] == [State.CREATED, State.ATTACHED, State.ATTACHED]
    assert _of_zoe() == (1, 1)
    entries = select(func.count()).select_from(TimelineEntry).where(TimelineEntry.message_id.in_([each.id for each in found]))
    assert db.session.scalar(entries) == 3


@pytest.mark.parametrize(("count", "seconds", "following"), [(8, 0.04, 16), (16, 0.16, 10), (8, 4.0, 1), (1, 0.001, 16)])
def test_a_group_is_as_large_as_fits_into_a_tenth_of_a_second(count: int, seconds: float, following: int) -> None:
    assert pipeline.group_size(count, seconds) == following
