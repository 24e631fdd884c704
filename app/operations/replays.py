"""The replay of a range: many waiting messages forget their outcome, portion by portion, and make their journey again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.domain.errors import DomainError
from app.domain.events import ReplayStarted
from app.domain.messages import State
from app.domain.runs import RunState
from app.extensions import db
from app.models import Delivery, IncomingMessage, Mailbox, Replay
from app.operations.begun import beginner_of
from app.operations.deliveries import try_again
from app.operations.messages import forget_outcome
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_

REPLAYABLE = (State.HELD, State.FAILED, State.IGNORED)
PORTION = 50


@dataclass(frozen=True)
class Range:
    """What is to be replayed: received from ``since`` until before ``until``, in one of ``states``, for ``reason`` if one is given."""

    since: datetime
    until: datetime
    states: tuple[State, ...]
    reason: str | None = None

    def check(self) -> None:
        if not self.since < self.until:
            raise DomainError("empty_range", N_("The first day must come before the last."))
        if not self.states or not set(self.states) <= set(REPLAYABLE):
            raise DomainError("not_replayable", N_("Held, failed and ignored messages can be replayed. What is in history is moved from there."))


def _messages(mailbox_id: int, wanted: Range) -> list[ColumnElement[bool]]:
    found = [
        IncomingMessage.deliveries.any(Delivery.mailbox_id == mailbox_id), IncomingMessage.state.in_(wanted.states),
        IncomingMessage.received_at >= wanted.since, IncomingMessage.received_at < wanted.until,
    ]  # fmt: skip
    return [*found, IncomingMessage.reason == wanted.reason] if wanted.reason else found


def _deliveries(mailbox_id: int, wanted: Range) -> list[ColumnElement[bool]]:
    """Those that never became a message; a reason is of messages alone."""
    if wanted.reason:
        return [Delivery.id < 0]
    return [
        Delivery.mailbox_id == mailbox_id, Delivery.message_id.is_(None), Delivery.state.in_(wanted.states),
        Delivery.received_at >= wanted.since, Delivery.received_at < wanted.until,
    ]  # fmt: skip


def _count_and_end(model: Any, conditions: Sequence[ColumnElement[bool]]) -> tuple[int, int]:
    count, end = db.session.execute(select(func.count(), func.max(model.id)).select_from(model).where(*conditions)).one()
    return count, end or 0


def count_range(mailbox: Mailbox, wanted: Range) -> int:
    """How many messages ``start_replay`` would take."""
    wanted.check()
    messages, _ = _count_and_end(IncomingMessage, _messages(mailbox.id, wanted))
    return messages + _count_and_end(Delivery, _deliveries(mailbox.id, wanted))[0]


@atomic
def start_replay(mailbox: Mailbox, wanted: Range, *, actor: Actor) -> Replay:
    """Have what fits now replayed; what comes later is not in it."""
    require(actor, Action.WRITE, mailbox)
    wanted.check()
    db.session.refresh(mailbox, with_for_update=True)
    if running_one(mailbox) is not None:
        raise DomainError("replay_runs", N_("A replay of this mailbox runs already. Stop that first."))
    messages, end_message = _count_and_end(IncomingMessage, _messages(mailbox.id, wanted))
    deliveries, end_delivery = _count_and_end(Delivery, _deliveries(mailbox.id, wanted))
    if messages + deliveries == 0:
        raise DomainError("nothing_to_replay", N_("No message fits."))
    replay = Replay(
        mailbox_id=mailbox.id, since=wanted.since, until=wanted.until, states=[each.value for each in wanted.states], reason=wanted.reason,
        total=messages + deliveries, end_message_id=end_message, end_delivery_id=end_delivery, created_by_id=actor.id,
    )  # fmt: skip
    db.session.add(replay)
    db.session.flush()
    record(actor, "replay_range", mailbox, after={"since": wanted.since, "until": wanted.until, "states": replay.states, "messages": replay.total})
    announce(ReplayStarted(replay.id))
    return replay


def running_one(mailbox: Mailbox) -> Replay | None:
    query = select(Replay).where(Replay.mailbox_id == mailbox.id, Replay.state == RunState.RUNNING)
    return db.session.scalars(query.order_by(Replay.id)).first()


def running() -> list[int]:
    """Keys of the replays that go on."""
    return list(db.session.scalars(select(Replay.id).where(Replay.state == RunState.RUNNING).order_by(Replay.id)))


@atomic
def stop_replay(mailbox: Mailbox, *, actor: Actor) -> None:
    """End it; what was replayed stays so. Nothing happens where none runs."""
    require(actor, Action.WRITE, mailbox)
    replay = running_one(mailbox)
    if replay is not None:
        replay.state, replay.ended_at = RunState.STOPPED, clock.now()
        record(actor, "stop_replay", mailbox, after={"messages": replay.done})


@atomic
def take_portion(replay_id: int, *, actor: Actor) -> list[int] | None:
    """Let the next messages forget their outcome; the keys of their deliveries, to be settled. None: it has ended.

    The outcome is forgotten and the place noted together, so that no message is taken twice, whoever is killed;
    what was taken and not settled is due, and the sweep finds it. It ends too when whoever began it may not any more.
    """
    replay = db.session.get_one(Replay, replay_id, with_for_update=True)
    require(actor, Action.WRITE, replay)
    if replay.state is not RunState.RUNNING:
        return None
    if not is_allowed(beginner_of(replay), Action.WRITE, replay.mailbox):
        replay.state, replay.ended_at = RunState.FAILED, clock.now()
        record(actor, "stop_replay", replay.mailbox, after={"because": "forbidden", "messages": replay.done})
        return None
    wanted = Range(replay.since, replay.until, tuple(State(each) for each in replay.states), replay.reason)
    messages = _next(IncomingMessage, _messages(replay.mailbox_id, wanted), replay.last_message_id, replay.end_message_id)
    deliveries = _next(Delivery, _deliveries(replay.mailbox_id, wanted), replay.last_delivery_id, replay.end_delivery_id)
    if not messages and not deliveries:
        replay.state, replay.ended_at = RunState.DONE, clock.now()
        return None
    for message in messages:
        forget_outcome(message, actor=actor)
        deliveries += message.deliveries
        replay.last_message_id = message.id
    for delivery in deliveries:
        try_again(delivery, actor=actor)
        if delivery.message_id is None:
            replay.last_delivery_id = max(replay.last_delivery_id, delivery.id)
    replay.done += len(messages) + sum(each.message_id is None for each in deliveries)
    return [each.id for each in deliveries if each.raw_sha256]


def _next(model: Any, conditions: Sequence[ColumnElement[bool]], last: int, end: int) -> list[Any]:
    query = select(model).where(*conditions, model.id > last, model.id <= end).order_by(model.id).limit(PORTION)
    return list(db.session.scalars(query))
