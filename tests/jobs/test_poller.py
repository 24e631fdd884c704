"""The poller with a real mail server: killed in the middle, shared by two, and with a mailbox that fails."""

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.domain.messages import State
from app.extensions import db
from app.inbound import poller
from app.inbound.pipeline import settle
from app.models import Delivery, IncomingMessage, Mailbox
from app.models.mailboxes import MailboxKind, Security
from app.operations import polling, records
from app.operations.deliveries import due
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support.secrets import seal
from tests.inbound.mailroom import make_mailbox
from tests.installations import KEY
from tests.people import Cast
from tests.servers.dovecot import Account
from tests.servers.process import Child

ROOT = Path(__file__).resolve().parent.parent.parent


def a_mail(number: int) -> bytes:
    return (
        f"From: Jean <jean@grandouest.example>\r\nTo: somebody{number}@customer.example\r\n"
        f"Subject: Offer {number}\r\nMessage-ID: <{number}@mail.example>\r\n\r\nOffer {number}\r\n"
    ).encode()


@atomic
def a_mailbox(account: Account, **more: Any) -> Mailbox:
    mailbox = Mailbox(**{
        "name": account.user, "kind": MailboxKind.IMAP, "host": "127.0.0.1", "port": account.server.imap_port,
        "security": Security.NONE, "username": account.user, "password_sealed": seal(KEY, account.password),
        "is_trusted": True, "uidvalidity": 0, **more,
    })  # fmt: skip
    db.session.add(mailbox)
    return mailbox


@contextmanager
def polling_process(app: Flask, name: str = "poller", **more: str) -> Iterator[Child]:
    settings = app.config["SETTINGS"]
    environment = {
        **more,
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "KURIER_HOME": str(settings.home), "SECRET_KEY": KEY,
        "DATABASE_URL": settings.database_url,
    }  # fmt: skip
    child = Child(
        [sys.executable, "-m", "flask", "--app", "app", "crm", "poll"], settings.home / f"{name}.log", environment=environment
    )
    try:
        yield child
    finally:
        child.stop()


@contextmanager
def polling_thread(app: Flask) -> Iterator[None]:
    stopping = threading.Event()
    thread = threading.Thread(target=poller.poll, args=(app, stopping))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(120)
        assert not thread.is_alive()  # it would go on in the next test's database


def eventually(ready: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def hang(process: Child) -> None:
    """Stop it where it holds no lock: what a stopped process has locked, nobody gets before it wakes."""

    def stopped_apart() -> bool:
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        if nobody_writes():
            return True
        os.kill(process.pid, signal.SIGCONT)
        return False

    eventually(stopped_apart)


def nobody_writes() -> bool:
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        others = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'")
        return db.session.scalar(others) == 0
    with Path(str(db.engine.url.database)).with_suffix(".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def count(model: type, *conditions: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def has_deliveries(number: int) -> bool:
    return count(Delivery) >= number


def fresh(mailbox_id: int) -> Mailbox:
    db.session.rollback()
    return db.session.get_one(Mailbox, mailbox_id, populate_existing=True)


@pytest.mark.feature("X2")
@pytest.mark.usefixtures("cast")
def test_killed_in_the_middle_of_a_batch_it_loses_and_doubles_nothing(app: Flask, mail_account: Account) -> None:
    total = 150
    for number in range(total):
        mail_account.deliver(a_mail(number))
    mailbox = a_mailbox(mail_account)
    for until in (7, 25, 90):
        with polling_process(app) as child:
            eventually(partial(has_deliveries, until))
            os.kill(child.pid, signal.SIGKILL)
    with polling_process(app):
        eventually(lambda: fresh(mailbox.id).last_uid >= total)
    for delivery_id in due(total):  # what was kept and not filed before a death: the sweep's work
        settle(delivery_id)
    assert count(Delivery) == count(IncomingMessage) == total
    assert count(IncomingMessage, IncomingMessage.state == State.RECEIVED) == 0
    assert set(db.session.scalars(select(IncomingMessage.subject))) == {f"Offer {number}" for number in range(total)}


@pytest.mark.usefixtures("cast")
def test_two_pollers_share_the_mailboxes(app: Flask, mail_account: Account) -> None:
    mailbox = a_mailbox(mail_account)
    with polling_process(app, "one"), polling_thread(app):
        for number in range(10):
            mail_account.deliver(a_mail(number))
        eventually(lambda: fresh(mailbox.id).last_uid >= 10)
        holder = fresh(mailbox.id).leased_by
        assert not polling.lease(mailbox.id, "somebody else", actor=SYSTEM)
        assert fresh(mailbox.id).leased_by == holder
    assert count(Delivery) == 10
    assert fresh(mailbox.id).leased_by is None  # given back, so that the next need not wait


@pytest.mark.feature("X2")
@pytest.mark.usefixtures("cast")
def test_a_silent_poller_is_replaced_and_two_never_file_a_message_twice(app: Flask, mail_account: Account) -> None:
    """One that hangs is alive to its machine: only the end of its lease gives the mailbox to another."""
    mailbox = a_mailbox(mail_account)
    with polling_process(app, "one", KURIER_LEASE="3") as one:
        mail_account.deliver(a_mail(0))
        eventually(partial(has_deliveries, 1))
        first = fresh(mailbox.id).leased_by
        hang(one)
        with polling_process(app, "two") as two:
            for number in range(1, 21):
                mail_account.deliver(a_mail(number))
            eventually(lambda: fresh(mailbox.id).last_uid >= 21)
            second = str(fresh(mailbox.id).leased_by)
            assert second != first and f":{two.pid}:" in second
            os.kill(one.pid, signal.SIGCONT)  # it wakes with its old connection, and finds that the mailbox is another's
            for number in range(21, 41):
                mail_account.deliver(a_mail(number))
            eventually(lambda: fresh(mailbox.id).last_uid >= 41)
            assert fresh(mailbox.id).leased_by == second
    assert count(Delivery) == count(IncomingMessage) == 41


def test_a_silent_poller_is_replaced_within_a_minute(app: Flask) -> None:
    assert polling.lease_time().total_seconds() + poller.LOOK_EVERY < 60


def test_a_failing_mailbox_shows_its_error_and_recovers(app: Flask, cast: Cast, mail_account: Account) -> None:
    mail_account.deliver(a_mail(1))
    mailbox = a_mailbox(mail_account, password_sealed=seal(KEY, "wrong"))
    version = mailbox.version
    with polling_thread(app):
        eventually(lambda: fresh(mailbox.id).last_error)
        failing = fresh(mailbox.id)
        assert failing.failing_since is not None
        assert failing.last_success_at is None
        assert failing.version == version  # an open form of an administrator does not become stale
        records.update(failing, {"password_sealed": seal(KEY, mail_account.password)}, actor=SYSTEM)
        eventually(lambda: fresh(mailbox.id).last_success_at)
    mended = fresh(mailbox.id)
    assert mended.last_error is None
    assert mended.failing_since is None
    assert count(Delivery) == 1


def test_a_new_mailbox_starts_from_now_and_a_switched_off_one_is_left(app: Flask, cast: Cast, mail_account: Account) -> None:
    mail_account.deliver(a_mail(1))
    with polling_thread(app):
        mailbox = a_mailbox(mail_account, uidvalidity=None)
        eventually(lambda: fresh(mailbox.id).last_success_at)
        mail_account.deliver(a_mail(2))
        eventually(lambda: count(IncomingMessage))
        assert count(Delivery) == 1
        assert db.session.scalars(select(IncomingMessage.subject)).all() == ["Offer 2"]
        records.update(fresh(mailbox.id), {"is_active": False}, actor=SYSTEM)
        with pytest.raises(polling.LeaseLost):
            polling.note_success(mailbox.id, str(fresh(mailbox.id).leased_by), actor=SYSTEM)


def test_a_file_in_a_folder_is_filed_and_put_away(app: Flask, cast: Cast, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    polling.ensure_folder("Inbox folder", str(inbox), actor=SYSTEM)
    with polling_thread(app):
        eventually(lambda: count(Mailbox, Mailbox.last_success_at.is_not(None)))
        (inbox / "one.eml").write_bytes(a_mail(1))
        eventually(lambda: count(IncomingMessage, IncomingMessage.state != State.RECEIVED))
        eventually((inbox / "taken" / "one.eml").exists)


def test_a_full_disk_is_said_at_the_mailbox_and_its_mail_is_filed_when_there_is_room(
    app: Flask, cast: Cast, client_of: Callable[..., Any], full_disk: None, tmp_path: Path
) -> None:
    letters, store = tmp_path / "letters", app.config["SETTINGS"].home / "store"
    letters.mkdir()
    mailbox = make_mailbox("Letters", path=str(letters))
    ada = client_of(cast.ada, "en")
    with polling_thread(app):
        eventually(lambda: fresh(mailbox.id).last_success_at)
        (letters / "offer.eml").write_bytes(a_mail(1))
        eventually(lambda: fresh(mailbox.id).failing_since)
        assert "Kurier cannot keep the mail of this mailbox" in ada.get(f"/mailboxview/show/{mailbox.id}").get_data(as_text=True)
        assert (letters / "offer.eml").exists() and count(Delivery) == 0
        store.chmod(0o700)
        (store / "full").unlink(missing_ok=True)
        eventually(lambda: count(IncomingMessage, IncomingMessage.state == State.CREATED) == 1)
        eventually(lambda: fresh(mailbox.id).failing_since is None and not (letters / "offer.eml").exists())
