"""Read every mailbox, now and from now on. Any number of pollers share the mailboxes by leases."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.inbound.backfill import Backfiller, running_backfills
from app.inbound.connections import source_of
from app.inbound.reader import ReadingProcess
from app.inbound.sources.source import Fetched, Position, Source, SourceError
from app.inbound.taking import Filing, dead_holders, is_kept, keep, settle
from app.models import Mailbox
from app.operations import polling, unfetched
from app.permissions.actor import SYSTEM, acting
from app.support.i18n import N_
from app.support.secrets import token

LOOK_EVERY = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
GRACE = 8.0
R = TypeVar("R")
log = logging.getLogger(__name__)


class Reader(threading.Thread):
    """Reads one mailbox while it has the lease. It may die after any line: nothing is lost, nothing is doubled.

    Raw mail is committed before the source is told, and a message that is fetched again is known by its delivery.
    """

    def __init__(self, app: Flask, mailbox_id: int, holder: str, stopping: threading.Event, process: ReadingProcess) -> None:
        super().__init__(daemon=True, name=f"mailbox-{mailbox_id}")
        self._app, self._mailbox_id, self._holder, self._stopping = app, mailbox_id, holder, stopping
        self._process = process
        self._version = 0
        self._pause = FIRST_PAUSE
        lease = app.config["SETTINGS"].lease
        self._wait_for, self._renew_every = min(20.0, lease / 3), lease / 3
        self._renewed = 0.0
        self.is_waiting = False

    def run(self) -> None:
        while not self._stopping.is_set() and self._is_wanted():
            try:
                if not self._within(self._lease):
                    self._sleep(LOOK_EVERY)
                    continue
                self._read_on()
            except polling.LeaseLost:
                log.info("%s is read by another poller now", self.name)
            except SourceError as error:
                self._fail(error.message, error.params)
            except (SQLAlchemyError, OSError) as error:
                log.exception("%s", self.name)
                self._fail(N_("Kurier cannot keep the mail of this mailbox: %(answer)s"), {"answer": str(error)[:300]})
            except Exception as error:  # one mailbox must not end the others
                log.exception("%s", self.name)
                answer = f"{type(error).__name__}: {error}"[:300]
                self._fail(N_("An error stopped the reading of this mailbox: %(answer)s"), {"answer": answer})

    # -- the parts

    def _within(self, work: Callable[[], R]) -> R:
        """Call ``work`` in a session of its own, as the system."""
        with self._app.app_context(), acting(SYSTEM):
            return work()

    def _is_wanted(self) -> bool:
        return self._mailbox_id in self._within(active_mailboxes)

    def _lease(self) -> bool:
        self._renewed = time.monotonic()
        return polling.lease(self._mailbox_id, self._holder, dead=_dead_holders(self._mailbox_id), actor=SYSTEM)

    def _read_on(self) -> None:
        """Read until something changes: the settings, the lease, or the connection."""
        source, position, move_to = self._within(self._begin)
        try:
            while not self._stopping.is_set():
                position = self._read_new(source, position, move_to)
                self._within(self._succeed)
                self._pause = FIRST_PAUSE
                if self._is_changed():
                    return
                self._wait(source)
        finally:
            source.close()

    def _begin(self) -> tuple[Source, Position, str | None]:
        mailbox = db.session.get_one(Mailbox, self._mailbox_id)
        self._version = mailbox.version
        source = source_of(mailbox)
        source.open()
        if mailbox.uidvalidity is not None:
            return source, Position(mailbox.uidvalidity, mailbox.last_uid), mailbox.move_to
        position = source.position_now()  # a new mailbox starts here
        move_to = mailbox.move_to
        self._advance(position, has_mail=False)
        return source, position, move_to

    def _read_new(self, source: Source, position: Position, move_to: str | None) -> Position:
        self._read_again(source, move_to)
        with Filing(self._within, self._process, self._keep_lease) as filing:
            for batch in source.fetch(position):
                filing.add(self._within(partial(keep, self._mailbox_id, batch)))
                source.settle([each for each in batch if is_kept(each)], move_to=move_to)
                position = _after(batch)
                self._within(partial(self._advance, position, has_mail=True))
                if self._stopping.is_set():
                    break
        for finding in source.findings:
            log.warning("%s: %s", self.name, finding)
        source.findings.clear()
        return position

    def _read_again(self, source: Source, move_to: str | None) -> None:
        """Ask once more for what the source would not give, where somebody wants it."""
        for each in self._within(partial(unfetched.wanted, self._mailbox_id)):
            fetched = source.fetch_again(each.folder, each.uidvalidity, each.uid)
            if fetched is None or fetched.refusal is not None:
                answer = None if fetched is None else fetched.answer
                self._within(partial(unfetched.note_refused_again, each.delivery_id, answer, actor=SYSTEM))
                continue
            keys = self._within(partial(keep, self._mailbox_id, [fetched]))
            self._within(partial(settle, keys, self._process))
            self._keep_lease()
            source.settle([fetched], move_to=move_to)

    def _keep_lease(self) -> None:
        if time.monotonic() - self._renewed > self._renew_every and not self._within(self._lease):
            raise polling.LeaseLost

    def _advance(self, position: Position, *, has_mail: bool) -> None:
        polling.advance(
            self._mailbox_id, self._holder, uidvalidity=position.uidvalidity, last_uid=position.last_uid, has_mail=has_mail, actor=SYSTEM
        )
        self._renewed = time.monotonic()

    def _succeed(self) -> None:
        polling.note_success(self._mailbox_id, self._holder, actor=SYSTEM)
        self._renewed = time.monotonic()

    def _is_changed(self) -> bool:
        def look() -> int | None:
            return db.session.scalar(select(Mailbox.version).where(Mailbox.id == self._mailbox_id))

        return self._within(look) != self._version

    def _wait(self, source: Source) -> None:
        self.is_waiting = True
        try:
            source.wait(self._wait_for)
        finally:
            self.is_waiting = False

    def _sleep(self, seconds: float) -> None:
        self.is_waiting = True
        self._stopping.wait(seconds)
        self.is_waiting = False

    def _fail(self, sentence: str, params: dict[str, object]) -> None:
        if self._stopping.is_set():
            return  # the others end already, and nobody waits for what this one would write
        with suppress(SQLAlchemyError):
            self._within(lambda: polling.note_failure(self._mailbox_id, sentence, params, actor=SYSTEM))
        log.warning("%s: %s", self.name, sentence % params if params else sentence)
        until = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        with suppress(SQLAlchemyError):
            while time.monotonic() < until and not self._stopping.is_set() and not self._is_changed():
                self._sleep(LOOK_EVERY)


def _after(batch: Sequence[Fetched]) -> Position:
    last = max(batch, key=lambda fetched: fetched.number)
    return Position(last.uidvalidity, last.number)


def active_mailboxes() -> list[int]:
    query = select(Mailbox.id).where(Mailbox.is_active.is_(True), Mailbox.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Mailbox.id)))


def _dead_holders(mailbox_id: int) -> tuple[str, ...]:
    return dead_holders(db.session.scalar(select(Mailbox.leased_by).where(Mailbox.id == mailbox_id)))


def poll(app: Flask, stopping: threading.Event) -> None:
    """Keep a reader for each active mailbox until ``stopping``; a new mailbox is seen within ``LOOK_EVERY``."""
    holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{token(6)}"
    readers: dict[int, Reader] = {}
    backfillers: dict[int, Backfiller] = {}
    process = ReadingProcess()
    while not stopping.is_set():
        try:
            with app.app_context(), acting(SYSTEM):
                wanted, old = active_mailboxes(), running_backfills()
        except SQLAlchemyError:
            log.exception("the mailboxes cannot be listed")
            wanted, old = [], []
        for mailbox_id in wanted:
            if mailbox_id not in readers or not readers[mailbox_id].is_alive():
                readers[mailbox_id] = Reader(app, mailbox_id, holder, stopping, process)
                readers[mailbox_id].start()
        for backfill_id in old:
            if backfill_id not in backfillers or not backfillers[backfill_id].is_alive():
                backfillers[backfill_id] = Backfiller(app, backfill_id, holder, stopping, process)
                backfillers[backfill_id].start()
        stopping.wait(LOOK_EVERY)
    deadline = time.monotonic() + GRACE
    threads: list[Reader | Backfiller] = [*readers.values(), *backfillers.values()]
    while time.monotonic() < deadline and any(each.is_alive() and not each.is_waiting for each in threads):
        time.sleep(0.05)
    process.close()
    with app.app_context(), acting(SYSTEM):
        polling.release(holder, actor=SYSTEM)
