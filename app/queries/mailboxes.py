"""What came through each mailbox, and what goes on there besides."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select, union_all

from app.domain.messages import State
from app.extensions import db
from app.models import Backfill, Delivery, IncomingMessage, Mailbox, Replay, SelfTest


@dataclass
class Tally:
    """Messages of one mailbox by state; one that two mailboxes delivered counts in both. ``deliveries`` counts each arrival."""

    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    deliveries: int = 0

    @property
    def received(self) -> int:
        return sum(self.states.values())


def tallies(mailbox_id: int | None = None) -> dict[int, Tally]:
    """The tally of each mailbox that has mail, in one statement: its numbers are of one moment."""
    column = Delivery.mailbox_id
    ours = [column.is_not(None)] if mailbox_id is None else [column == mailbox_id]
    read = (
        select(column, IncomingMessage.state.label("state"), func.count(IncomingMessage.id.distinct()), func.count())
        .join(IncomingMessage, Delivery.message_id == IncomingMessage.id).where(*ours).group_by(column, IncomingMessage.state)
    )  # fmt: skip
    unread = (
        select(column, Delivery.state.label("state"), func.count(), func.count())
        .where(*ours, Delivery.message_id.is_(None)).group_by(column, Delivery.state)
    )  # fmt: skip
    found: dict[int, Tally] = {}
    for mailbox, state, messages, deliveries in db.session.execute(union_all(read, unread)):
        tally = found.setdefault(mailbox, Tally())
        tally.states[State(state)] += messages
        tally.deliveries += deliveries
    return found


def tally_of(mailbox: Mailbox) -> Tally:
    return tallies(mailbox.id).get(mailbox.id) or Tally()


def latest_backfill(mailbox: Mailbox) -> Backfill | None:
    return db.session.scalars(select(Backfill).where(Backfill.mailbox_id == mailbox.id).order_by(Backfill.id.desc())).first()


def latest_replay(mailbox: Mailbox) -> Replay | None:
    return db.session.scalars(select(Replay).where(Replay.mailbox_id == mailbox.id).order_by(Replay.id.desc())).first()


def self_tests_of(mailbox: Mailbox, count: int = 5) -> Sequence[SelfTest]:
    """The last ones, newest first."""
    query = select(SelfTest).where(SelfTest.mailbox_id == mailbox.id).order_by(SelfTest.id.desc())
    return db.session.scalars(query.limit(count)).all()


def reasons_of(mailbox: Mailbox) -> list[str]:
    """Why its messages are where a replay could take them from, the most frequent first."""
    query = (
        select(IncomingMessage.reason).where(
            IncomingMessage.deliveries.any(Delivery.mailbox_id == mailbox.id), IncomingMessage.reason.is_not(None),
            IncomingMessage.state.in_((State.HELD, State.FAILED, State.IGNORED)),
        ).group_by(IncomingMessage.reason).order_by(func.count().desc()).limit(20)
    )  # fmt: skip
    return [str(each) for each in db.session.scalars(query)]


def mailbox_named(name: str) -> Mailbox | None:
    """The mailbox called ``name``, unless it is archived."""
    return db.session.scalars(select(Mailbox).where(Mailbox.name == name, Mailbox.archived_at.is_(None))).one_or_none()
