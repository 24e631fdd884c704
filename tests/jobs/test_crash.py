"""Power loss at each step of a message's way in: of 200 messages nothing is lost and nothing is there twice."""

import os
import signal
import sys
import threading
from itertools import islice
from types import FrameType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.messages import State
from app.extensions import db
from app.inbound import poller
from app.inbound.pipeline import settle
from app.inbound.reader import ReadingProcess
from app.inbound.sources.source import Source
from app.models import Contact, Delivery, IncomingMessage, Mailbox, Opportunity, TimelineEntry
from app.operations.deliveries import due
from app.queries.mailboxes import tally_of
from tests.children import in_child
from tests.jobs.test_poller import a_mailbox, count, fresh
from tests.servers.dovecot import Account

TOTAL = 200
# Where the process dies: file, function, before ("call") or after it ("return"), the how manyeth time.
STEPS: dict[str, tuple[str, str, str, int]] = {
    "fetched, nothing is kept": ("support/store.py", "put_all", "call", 1),
    "raw bytes are on the disk": ("support/store.py", "put_all", "return", 1),
    "deliveries are written, not committed": ("operations/deliveries.py", "note_deliveries", "return", 1),
    "deliveries are committed": ("inbound/receive.py", "receive_all", "return", 1),
    "the deliveries are locked": ("operations/deliveries.py", "locked", "return", 1),
    "the messages are claimed": ("operations/messages.py", "claim", "return", 1),
    "the contact is made": ("operations/people.py", "meet", "return", 3),
    "the opportunity is made": ("operations/filing.py", "begin", "return", 3),
    "the history is written": ("operations/filing.py", "write_history", "return", 3),
    "the message has its outcome": ("operations/messages.py", "conclude", "return", 3),
    "the delivery has its outcome, nothing is committed": ("operations/deliveries.py", "note_outcome", "return", 3),
    "the group is written, nothing is committed": ("operations/group.py", "write", "return", 1),
    "a group is committed": ("inbound/pipeline.py", "_outcomes", "return", 1),
    "before the acknowledgement": ("sources/imap.py", "settle", "call", 1),
    "moved on the server": ("sources/imap.py", "_move", "return", 1),
    "acknowledged": ("sources/imap.py", "settle", "return", 1),
    "the position is written, not committed": ("operations/polling.py", "advance", "return", 1),
    "the position is committed": ("inbound/poller.py", "_advance", "return", 1),
}


def letter(number: int) -> bytes:
    return (
        f"From: Jean <jean@grandouest.example>\r\nTo: Klient {number} <k{number}@customer{number}.example>\r\n"
        f"Subject: Offer {number}\r\nMessage-ID: <{number}@mail.example>\r\n\r\nOffer {number}\r\n"
    ).encode()


def die_at(file: str, function: str, event: str, times: int) -> None:
    """Kill this process as soon as it gets there, as power loss would."""
    left = times

    def look(frame: FrameType, happened: str, argument: Any) -> None:
        nonlocal left
        code = frame.f_code
        if happened == event and code.co_name == function and code.co_filename.endswith(file):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(look)  # the thread that files begins later
    sys.setprofile(look)


class Once(poller.Reader):
    """Ends when everything is read, in place of waiting for more."""

    def _wait(self, source: Source) -> None:
        self._stopping.set()


def read_once(app: Flask, mailbox_id: int, step: tuple[str, str, str, int] | None) -> int:
    """A poller that reads the mailbox to its end, or dies at ``step``."""

    def work() -> None:
        reader = Once(app, mailbox_id, f"{os.uname().nodename[:40]}:{os.getpid()}:x", threading.Event(), ReadingProcess())
        if step is not None:
            die_at(*step)
        reader.run()

    return in_child(app, work)


@pytest.mark.feature("X2")
@pytest.mark.timeout(300)  # many processes begin and die, on a machine that does other things too
@pytest.mark.usefixtures("cast")
def test_killed_at_each_step_nothing_is_lost_and_nothing_is_there_twice(app: Flask, mail_account: Account) -> None:
    letters = map(letter, range(TOTAL))
    mailbox: Mailbox = a_mailbox(mail_account, move_to="Filed")
    before = count(Opportunity), count(Contact)
    for name, step in STEPS.items():
        for raw in islice(letters, TOTAL // len(STEPS)):
            mail_account.deliver(raw)
        assert read_once(app, mailbox.id, step) == signal.SIGKILL, name
        db.session.rollback()
        tally = tally_of(fresh(mailbox.id))
        assert tally.received == tally.deliveries == count(Delivery), name
    for raw in letters:
        mail_account.deliver(raw)
    assert read_once(app, mailbox.id, None) == 0
    for delivery_id in due(TOTAL):  # what was kept and not filed before a death: the sweep's work
        settle(delivery_id)
    assert fresh(mailbox.id).last_uid == TOTAL
    assert count(Delivery) == count(IncomingMessage) == count(IncomingMessage, IncomingMessage.state == State.CREATED) == TOTAL
    assert set(db.session.scalars(select(IncomingMessage.subject))) == {f"Offer {number}" for number in range(TOTAL)}
    entries = select(func.count()).where(TimelineEntry.message_id.is_not(None)).group_by(TimelineEntry.message_id)
    assert list(db.session.scalars(entries)) == [1] * TOTAL
    assert (count(Opportunity), count(Contact)) == (before[0] + TOTAL, before[1] + TOTAL)
    client = mail_account.client()
    try:
        assert client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"] == 0
        assert client.folder_status("Filed", ["MESSAGES"])[b"MESSAGES"] == TOTAL
    finally:
        client.logout()
