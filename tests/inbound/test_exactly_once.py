"""A message is filed once: whatever is killed, however many work, however often it arrives."""

import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app.domain.messages import State
from app.extensions import db
from app.inbound.decisions import replay_delivery
from app.inbound.pipeline import settle, settle_all
from app.inbound.receive import receive, receive_all
from app.models import Contact, ContactAddress, Delivery, IncomingMessage, Opportunity, TimelineEntry
from app.operations.deliveries import MAX_ATTEMPTS, due
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from tests.children import in_child
from tests.inbound.mailroom import Arrived, deliver, folder_store, make_mailbox, note
from tests.people import Cast

NEW = "Nowy Klient <nowy@klient.example>"


def _count(model: type, *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def _kill_at(statement: int) -> None:
    """End this process, as power loss would, before its ``statement``-th statement."""
    seen = iter(range(1, statement + 1))

    @event.listens_for(db.engine, "before_cursor_execute")
    def _(*_: object) -> None:
        if next(seen, statement) == statement:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.feature("X2")
def test_killed_before_any_statement_nothing_is_lost_and_nothing_doubled(cast: Cast, app: Flask) -> None:
    mailbox = make_mailbox().id
    before = _count(Opportunity)
    killed, at = 0, 1
    while True:
        raw = note("Anna <anna@grandouest.example>", f"Klient <k{at}@klient{at}.example>", envelope=cast.crm(cast.anna), message_id=f"kill{at}@x.example")
        arrived = Arrived(raw, f"kill-{at}")

        def work(at: int = at, arrived: Arrived = arrived) -> None:
            _kill_at(at)
            settle(receive(mailbox, arrived))

        status = in_child(app, work)
        settle(receive(mailbox, arrived))  # the source still has it and offers it again
        assert _count(Delivery, Delivery.uid == arrived.uid) == 1
        message = db.session.scalars(select(IncomingMessage).where(IncomingMessage.header_id == f"kill{at}@x.example")).one()
        assert message.state is State.CREATED
        assert _count(TimelineEntry, TimelineEntry.message_id == message.id) == 1
        assert _count(Opportunity) == before + at
        if status == 0:
            break
        assert status == signal.SIGKILL
        killed += 1
        at += 1
    assert killed > 20, "every statement of both transactions was cut off once"


@pytest.mark.feature("X2")
def test_killed_in_the_middle_of_a_group_nothing_is_lost_and_nothing_doubled(cast: Cast, app: Flask) -> None:
    mailbox, secret = make_mailbox().id, cast.crm(cast.anna)
    contacts, at = _count(Contact), 1
    status = int(signal.SIGKILL)
    while status == signal.SIGKILL:
        batch = [
            Arrived(note("Anna <anna@grandouest.example>", f"Klient <k{n % 2}@g{at}.example>", envelope=secret, message_id=f"{at}.{n}@x.example"), f"{at}.{n}")
            for n in range(3)
        ]

        def work(at: int = at, batch: list[Arrived] = batch) -> None:
            keys = receive_all(mailbox, batch)
            _kill_at(at)
            settle_all(keys)

        status = in_child(app, work)
        made = _count(Contact, Contact.addresses.any(ContactAddress.address.like(f"%@g{at}.example")))
        assert made == (0 if status == signal.SIGKILL else 2), "all of the group or nothing"
        settle_all(receive_all(mailbox, batch))
        at += 3
    assert status == 0 and at > 24, "each part of the transaction was cut off"
    rounds = at // 3
    assert _count(IncomingMessage, IncomingMessage.state.in_([State.CREATED, State.ATTACHED])) == _count(IncomingMessage) == 3 * rounds
    assert _count(TimelineEntry, TimelineEntry.message_id.is_not(None)) == 3 * rounds
    assert _count(Contact) == contacts + 2 * rounds


def test_many_workers_on_the_same_mails_file_each_once(cast: Cast, app: Flask) -> None:
    mailboxes = [make_mailbox("one").id, make_mailbox("two").id]
    secret = cast.crm(cast.anna)
    raws = [
        note("Anna <anna@grandouest.example>", f"{NEW}, Drugi <drugi{n % 2}@klient.example>", envelope=secret, message_id=f"many{n}@x.example")
        for n in range(8)
    ]
    keys = [receive(mailbox, Arrived(raw, str(n))) for n, raw in enumerate(raws) for mailbox in mailboxes]
    db.session.remove()
    db.engine.dispose()
    children = []
    for order in (keys, keys[::-1], keys):
        child = os.fork()
        if child == 0:
            try:
                with app.app_context(), acting(SYSTEM):
                    settle_all(order)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    for key in keys:
        settle(key)
    assert _count(Delivery, Delivery.state == State.RECEIVED) == 0
    assert _count(IncomingMessage) == 8
    assert _count(TimelineEntry, TimelineEntry.message_id.is_not(None)) == 8
    assert _count(Contact, Contact.last_name == "Klient") == 1
    assert _count(Opportunity, Opportunity.contacts.any(Contact.last_name == "Klient")) == 1


def test_one_message_delivered_twice_is_one_line(cast: Cast) -> None:
    raw = note("Anna <anna@grandouest.example>", "k.dudek@jesion.example", envelope=cast.crm(cast.anna))
    first = deliver(make_mailbox("one"), raw)
    second = deliver(make_mailbox("two"), raw.replace(b"Delivered-To: ", b"Received: by elsewhere\nDelivered-To: "))
    assert first is second and first is not None
    assert [d.state for d in first.deliveries] == [State.ATTACHED, State.ATTACHED]
    assert _count(TimelineEntry, TimelineEntry.message_id == first.id) == 1


def test_one_message_delivered_on_two_days_in_two_time_zones_is_one_line(cast: Cast) -> None:
    """Its key begins with the day that its author wrote, however that is spelt, not with that of its arrival."""
    raw = note("Anna <anna@grandouest.example>", "k.dudek@jesion.example", envelope=cast.crm(cast.anna))
    day, other = b"Date: Fri, 20 Nov 2026 ", b"Date: Sat, 21 Nov 2026 "
    late = raw.replace(day, other).replace(b" 09:", b" 00:", 1)  # still the 20th in Greenwich
    again = late.replace(other, day).replace(b" 00:", b" 23:", 1).replace(b"+0100", b"+0000", 1)
    mailbox = make_mailbox()
    with clock.frozen(clock.now() - timedelta(days=1)):
        first = deliver(mailbox, late)
    assert deliver(mailbox, again) is first
    assert first.key.startswith("5129") and deliver(mailbox, raw) is not first
    assert _count(TimelineEntry, TimelineEntry.message_id == first.id) == 1


def test_a_reused_id_is_another_message_and_flagged(cast: Cast) -> None:
    mailbox = make_mailbox()
    first = deliver(mailbox, note("Anna <anna@grandouest.example>", "k.dudek@jesion.example", message_id="same@x.example"))
    second = deliver(mailbox, note("Anna <anna@grandouest.example>", "k.dudek@jesion.example", message_id="same@x.example", text="Something else.\n"))
    assert first is not second and second is not None
    assert "reused_id" in [each["code"] for each in second.warnings]


def test_without_an_id_the_content_tells(cast: Cast) -> None:
    raw = note("Anna <anna@grandouest.example>", "k.dudek@jesion.example", message_id="x@y")
    raw = b"\n".join(line for line in raw.split(b"\n") if not line.startswith(b"Message-ID"))
    mailbox = make_mailbox()
    assert deliver(mailbox, raw) is deliver(mailbox, raw)
    assert deliver(mailbox, raw + b"P.S.\n") is not deliver(mailbox, raw)


def test_a_failing_message_is_tried_again_then_waits_and_stops_nobody(cast: Cast) -> None:
    mailbox = make_mailbox()
    raw = note("Anna <anna@grandouest.example>", "k.dudek@jesion.example")
    key = receive(mailbox.id, Arrived(raw, "broken"))
    delivery = db.session.get_one(Delivery, key)
    path = folder_store().folder / delivery.raw_sha256[:2] / delivery.raw_sha256
    path.rename(path.with_suffix(".away"))  # the disk does not give it back for now
    pauses = []
    at = clock.now()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with clock.frozen(at):
            assert settle(key) is (State.FAILED if attempt == MAX_ATTEMPTS else State.RECEIVED)
            assert key not in due()
            pauses.append(delivery.next_try_at - at)
        at = delivery.next_try_at + timedelta(seconds=1)
    assert pauses == sorted(pauses) and pauses[-1] > pauses[0] * 10
    assert delivery.error and delivery.error_reference
    assert deliver(mailbox, note("Anna <anna@grandouest.example>", "k.dudek@jesion.example")) is not None
    path.with_suffix(".away").rename(path)
    assert replay_delivery(delivery, actor=SYSTEM) is State.ATTACHED
