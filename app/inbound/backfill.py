"""Old mail is read behind the live mail: over a connection of its own, in portions, from where the last poller got to."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
from typing import TypeVar

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.domain.runs import RunState
from app.extensions import db
from app.inbound.connections import source_of
from app.inbound.reader import ReadingProcess
from app.inbound.sources.source import Fetched, Position, Source, SourceError
from app.inbound.taking import dead_holders, keep, settle
from app.models import Backfill, Mailbox
from app.operations import backfills
from app.operations.polling import LeaseLost
from app.permissions.actor import SYSTEM, Actor, acting
from app.support.i18n import N_

PORTION = 16
BREATH = 0.2  # after each portion: live mail goes first
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
R = TypeVar("R")
log = logging.getLogger(__name__)


def count_old(mailbox: Mailbox, since: date) -> tuple[Position, int]:
    """How many messages from ``since`` on lie before the live mail, and the position before them. ``SourceError``, ``DomainError``."""
    backfills.check_ready(mailbox)
    source = source_of(mailbox)
    try:
        source.open()
        return source.position_since(since, mailbox.last_uid)
    finally:
        source.close()


def begin(mailbox: Mailbox, since: date, *, actor: Actor) -> Backfill:
    """Count, and have it read."""
    position, total = count_old(mailbox, since)
    return backfills.start_backfill(
        mailbox, since, uidvalidity=position.uidvalidity, last_uid=position.last_uid, total=total, actor=actor
    )


def running_backfills() -> list[int]:
    """Those of mailboxes that are read."""
    query = select(Backfill.id).join(Mailbox, Backfill.mailbox_id == Mailbox.id)
    query = query.where(Backfill.state == RunState.RUNNING, Mailbox.is_active.is_(True), Mailbox.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Backfill.id)))


class Backfiller(threading.Thread):
    """Does one back-fill while it has its lease. It may die after any line: the next one goes on after the last portion."""

    def __init__(self, app: Flask, backfill_id: int, holder: str, stopping: threading.Event, process: ReadingProcess) -> None:
        super().__init__(daemon=True, name=f"backfill-{backfill_id}")
        self._app, self._backfill_id, self._holder, self._stopping = app, backfill_id, holder, stopping
        self._process = process
        self._pause = FIRST_PAUSE
        self.is_waiting = False

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._within(self._lease):
                    return  # another has it, or it was stopped
                self._read()
                return
            except LeaseLost:
                return
            except SourceError as error:
                self._note(error.message, error.params)
            except Exception as error:  # one mailbox must not end the others
                log.exception("%s", self.name)
                answer = f"{type(error).__name__}: {error}"[:300]
                self._note(N_("An error stopped the reading of this mailbox: %(answer)s"), {"answer": answer})
            self._sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    # -- the parts

    def _within(self, work: Callable[[], R]) -> R:
        """Call ``work`` in a session of its own, as the system."""
        with self._app.app_context(), acting(SYSTEM):
            return work()

    def _lease(self) -> bool:
        holder = db.session.scalar(select(Backfill.leased_by).where(Backfill.id == self._backfill_id))
        return backfills.lease_backfill(self._backfill_id, self._holder, dead=dead_holders(holder), actor=SYSTEM)

    def _begin(self) -> tuple[Source, int, Position, int]:
        backfill = db.session.get_one(Backfill, self._backfill_id)
        source = source_of(backfill.mailbox)
        source.open()
        return source, backfill.mailbox_id, Position(backfill.uidvalidity, backfill.last_uid), backfill.end_uid

    def _read(self) -> None:
        source, mailbox_id, position, end = self._within(self._begin)
        try:
            for batch in source.fetch(position):
                old = [each for each in batch if each.number <= end]
                if not self._take(mailbox_id, old, position):
                    return
                self._pause = FIRST_PAUSE
                if len(old) < len(batch):
                    break
                self._sleep(BREATH)
                if self._stopping.is_set():
                    return
            self._within(partial(backfills.finish_backfill, self._backfill_id, self._holder, actor=SYSTEM))
        finally:
            source.close()

    def _take(self, mailbox_id: int, old: list[Fetched], position: Position) -> bool:
        """File one portion. False when the numbers mean other messages now: that ends the back-fill."""
        if any(each.uidvalidity != position.uidvalidity for each in old):
            sentence = N_("The server numbered the messages of this mailbox anew. Ask for the old mail once more.")
            self._note(sentence, {}, is_final=True)
            return False
        keys = self._within(partial(keep, mailbox_id, old, is_old=True))
        for start in range(0, len(keys), PORTION):
            self._within(partial(settle, keys[start : start + PORTION], self._process))
            if self._stopping.is_set():
                return False
            if not self._within(self._lease):
                raise LeaseLost
        if old:
            last = max(each.number for each in old)
            advance = partial(backfills.advance_backfill, self._backfill_id, self._holder, last_uid=last, count=len(old), actor=SYSTEM)
            self._within(advance)
        return True

    def _note(self, sentence: str, params: dict[str, object], *, is_final: bool = False) -> None:
        log.warning("%s: %s", self.name, sentence % params if params else sentence)
        with suppress(SQLAlchemyError):
            self._within(partial(backfills.note_trouble, self._backfill_id, sentence, params, is_final=is_final, actor=SYSTEM))

    def _sleep(self, seconds: float) -> None:
        self.is_waiting = True
        self._stopping.wait(seconds)
        self.is_waiting = False
