"""The reading of old mail: asked for by an administrator, done by a poller, stopped by anybody who may."""

import json
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.engine import CursorResult

from app.domain.errors import DomainError
from app.domain.runs import RunState
from app.extensions import db
from app.models import Backfill, Mailbox
from app.operations.begun import beginner_of
from app.operations.polling import LeaseLost, lease_time
from app.operations.transaction import atomic, plain, record
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten


def check_ready(mailbox: Mailbox) -> None:
    """Refuse a mailbox that is not read yet: nobody knows where its live mail begins."""
    if mailbox.uidvalidity is None or not mailbox.is_active:
        raise DomainError("not_read_yet", N_("This mailbox is not read yet. Switch it on, and ask again after its first success."))


@atomic
def start_backfill(mailbox: Mailbox, since: date, *, uidvalidity: int, last_uid: int, total: int, actor: Actor) -> Backfill:
    """Have the ``total`` messages after position ``last_uid`` read, up to where the live mail begins."""
    require(actor, Action.WRITE, mailbox)
    db.session.refresh(mailbox, with_for_update=True)
    check_ready(mailbox)
    if running_one(mailbox) is not None:
        raise DomainError("backfill_runs", N_("Old mail of this mailbox is being read already. Stop that first."))
    if total < 1:
        raise DomainError("no_old_mail", N_("There is no older message from that day on."))
    backfill = Backfill(
        mailbox_id=mailbox.id, since=since, total=total, uidvalidity=uidvalidity, last_uid=last_uid, end_uid=mailbox.last_uid,
        created_by_id=actor.id,
    )  # fmt: skip
    db.session.add(backfill)
    db.session.flush()
    record(actor, "start_backfill", mailbox, after={"since": since, "messages": total})
    return backfill


def running_one(mailbox: Mailbox) -> Backfill | None:
    query = select(Backfill).where(Backfill.mailbox_id == mailbox.id, Backfill.state == RunState.RUNNING)
    return db.session.scalars(query).one_or_none()


@atomic
def stop_backfill(mailbox: Mailbox, *, actor: Actor) -> None:
    """End the reading of old mail; what was read stays. Nothing happens where none runs."""
    require(actor, Action.WRITE, mailbox)
    backfill = running_one(mailbox)
    if backfill is not None:
        _end(backfill, RunState.STOPPED)
        record(actor, "stop_backfill", mailbox, after={"messages": backfill.done})


def _end(backfill: Backfill, state: RunState) -> None:
    backfill.state, backfill.ended_at, backfill.leased_by, backfill.leased_until = state, clock.now(), None, None


def _changed(query: Any, **values: Any) -> bool:
    done = db.session.execute(query.values(values).execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


@atomic
def lease_backfill(backfill_id: int, holder: str, *, dead: tuple[str, ...] = (), actor: Actor) -> bool:
    """Take it for the time of a lease, or hold it longer; False while another has it, and once it has ended.

    It ends when whoever began it may not any more.
    """
    backfill = db.session.get_one(Backfill, backfill_id)
    require(actor, Action.WRITE, backfill)
    if backfill.state is RunState.RUNNING and not is_allowed(beginner_of(backfill), Action.WRITE, backfill.mailbox):
        _end(backfill, RunState.FAILED)
        record(actor, "stop_backfill", backfill.mailbox, after={"because": "forbidden", "messages": backfill.done})
        return False
    free = or_(Backfill.leased_by.is_(None), Backfill.leased_by.in_((holder, *dead)), Backfill.leased_until < clock.now())
    query = update(Backfill).where(Backfill.id == backfill_id, Backfill.state == RunState.RUNNING, free)
    return _changed(query, leased_by=holder, leased_until=clock.now() + lease_time())


@atomic
def advance_backfill(backfill_id: int, holder: str, *, last_uid: int, count: int, actor: Actor) -> None:
    """``count`` more messages are stored for good. Raises ``LeaseLost`` when it was stopped or is another's."""
    require(actor, Action.WRITE, Backfill)
    query = update(Backfill).where(Backfill.id == backfill_id, Backfill.leased_by == holder, Backfill.state == RunState.RUNNING)
    if not _changed(
        query, last_uid=last_uid, done=Backfill.done + count, leased_until=clock.now() + lease_time(), error=None, error_params=None
    ):
        raise LeaseLost


@atomic
def note_trouble(backfill_id: int, sentence: str, params: dict[str, Any], *, is_final: bool = False, actor: Actor) -> None:
    """Why it does not go on: for now, or for good."""
    backfill = db.session.get_one(Backfill, backfill_id)
    require(actor, Action.WRITE, backfill)
    if backfill.state is RunState.RUNNING:
        backfill.error, backfill.error_params = shorten(sentence, 500), json.dumps(plain(params))
        if is_final:
            _end(backfill, RunState.FAILED)


@atomic
def finish_backfill(backfill_id: int, holder: str, *, actor: Actor) -> None:
    """Everything is read."""
    backfill = db.session.get_one(Backfill, backfill_id)
    require(actor, Action.WRITE, backfill)
    if backfill.state is RunState.RUNNING and backfill.leased_by == holder:
        _end(backfill, RunState.DONE)
