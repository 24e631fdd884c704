"""Messages that are read together are filed as if they had come one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.domain.events import Event, MailSettled
from app.domain.messages import State
from app.extensions import db, store
from app.inbound import pipeline, reading
from app.inbound.batch import AHEAD
from app.inbound.reader import ReadingProcess
from app.inbound.receive import receive_all
from app.inbound.stages.decide import RATE_LIMIT
from app.inbound.stages.directory import stored_directory
from app.models import Attachment, Contact, Delivery, IncomingMessage, Opportunity, TimelineEntry
from app.operations import deliveries, transaction
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import Arrived, deliver, make_mailbox, note
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


def test_an_answer_finds_the_thread_that_came_just_before_it(cast: Cast) -> None:
    other = note("Max Second <max@second.example>", SALES, subject="Re: Scales", headers="References: <a@novel.example>")
    first, second = _batch(note(ZOE, SALES, subject="Scales", message_id="a@novel.example"), other)
    assert (second.reason, second.opportunity_id) == ("thread", first.opportunity_id)
    assert {str(each) for each in db.session.get_one(Opportunity, first.opportunity_id).contacts} == {"Zoe Novel", "Max Second"}


def test_answers_and_files_in_one_group_undo_nothing(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    def letter(subject: str, headers: str, message_id: str) -> bytes:
        head, _, _ = note(ZOE, SALES, subject=subject, headers=headers, message_id=message_id).partition(b"\n\n")
        head = head.replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"')
        return head + b"\n\n--b\nContent-Type: text/plain\n\nSee the file.\n--b\nContent-Type: text/csv; name=a.csv\n\n" + subject.encode() + b"\n--b--\n"

    found = _batch(letter("Scales", "", "a@novel.example"), *(
        letter(f"Re: Scales {number}", "References: <a@novel.example>", f"a{number}@novel.example") for number in range(3)
    ))
    assert [each.reason for each in found[1:]] == ["thread"] * 3
    assert "one by one" not in caplog.text
    kept = select(func.count()).select_from(Attachment).where(Attachment.entry_id.in_([each.entry_id for each in found]))
    assert db.session.scalar(kept) == 4


def test_a_flood_is_held_from_the_same_message_on_as_if_each_came_alone(cast: Cast) -> None:
    mailbox = make_mailbox("alone")
    alone = [deliver(mailbox, note("Al One <al@one.example>", SALES)).state for _ in range(RATE_LIMIT + 2)]
    assert alone.count(State.HELD) == 3
    assert [each.state for each in _batch(*(note(ZOE, SALES) for _ in range(RATE_LIMIT + 2)))] == alone


def test_what_a_group_asks_hardly_grows_with_it(cast: Cast) -> None:
    _batch(note(ZOE, SALES))
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *details: asked.append(details[2]))
    counts = []
    for number in (2, 8):
        keys = receive_all(make_mailbox(f"of {number}").id, [Arrived(note(ZOE, SALES), str(each)) for each in range(number)])
        raws = [reading.Arrived(row.raw_sha256, is_form=False) for row in deliveries.arrived(keys)]
        read = [each for each in reading.read_all(raws, store(), stored_directory()) if isinstance(each, reading.Reading)]
        db.session.rollback()
        asked.clear()
        assert pipeline.file_group(list(zip(keys, read, strict=True)), stored_directory(), actor=SYSTEM) == [State.ATTACHED] * number
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 6 * 2, "two a message at most"


def test_one_id_for_two_contents_is_two_messages_and_says_so(cast: Cast) -> None:
    first, second = _batch(*(note(ZOE, SALES, message_id="a@novel.example", text=text) for text in ("One.\n", "Two.\n")))
    assert first is not second
    assert [each["code"] for each in second.warnings] == ["reused_id"]


@pytest.mark.both("a text that a database refuses")
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


@pytest.mark.parametrize(("count", "seconds", "following"), [(8, 0.04, 20), (16, 0.16, 10), (8, 4.0, 4), (1, 0.001, AHEAD)])
def test_a_group_is_as_large_as_fits_into_its_time(count: int, seconds: float, following: int) -> None:
    assert pipeline.group_size(count, seconds, 0.1) == following


@pytest.mark.parametrize(("waiting", "most", "sizes"), [(50, 40, [25, 25]), (50, 50, [50]), (10, 4, [4, 3, 3]), (1, 4, [1])])
def test_groups_are_parted_evenly(waiting: int, most: int, sizes: list[int]) -> None:
    left = list(range(waiting))
    found = []
    while left:
        group, left = pipeline.parted(left, most)
        found += [len(group)]
    assert found == sizes
