"""Deliveries whose original the mail server did not give: they are seen, counted, and asked for again by hand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.domain.messages import State
from app.extensions import db
from app.models import Delivery
from app.operations.deliveries import insert
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.secrets import reference
from app.support.text import shorten, storable


@dataclass(frozen=True)
class Wanted:
    """What names such a message to its source."""

    delivery_id: int
    folder: str
    uidvalidity: int
    uid: str


@atomic
def note_unfetched(error: str, *, actor: Actor, **facts: Any) -> None:
    """Keep that a message is there that we could not get; once for each. ``facts``: mailbox, folder, uidvalidity, uid, size."""
    require(actor, Action.WRITE, Delivery)
    now = clock.now()
    values = {
        "public_ref": reference(), "created_at": now, "updated_at": now, "version": 1, "created_by_id": actor.id, "received_at": now,
        "state": State.FAILED, "attempts": 1, "next_try_at": now, "envelope": [], "is_truncated": False, "raw_sha256": "",
        "error": shorten(storable(error), 2000), **facts,
    }  # fmt: skip
    db.session.execute(insert(Delivery.__table__).on_conflict_do_nothing(), values)


def wanted(mailbox_id: int) -> list[Wanted]:
    """Those that somebody asked to have fetched again."""
    columns = (Delivery.id, Delivery.folder, Delivery.uidvalidity, Delivery.uid)
    query = select(*columns).where(Delivery.mailbox_id == mailbox_id, Delivery.raw_sha256 == "", Delivery.state == State.RECEIVED)
    return [Wanted(*row) for row in db.session.execute(query.order_by(Delivery.id).limit(50))]


@atomic
def note_refused_again(delivery_id: int, error: str | None, *, actor: Actor) -> None:
    """It was asked for again in vain: it waits for a person once more, or is set aside when it is gone (no ``error``)."""
    delivery = db.session.get_one(Delivery, delivery_id)
    require(actor, Action.WRITE, delivery)
    if delivery.raw_sha256 or delivery.state is not State.RECEIVED:
        return
    delivery.attempts += 1
    if error is None:
        delivery.state = State.IGNORED
    else:
        delivery.state, delivery.error = State.FAILED, shorten(storable(error), 2000)


@atomic
def set_aside(delivery: Delivery, *, actor: Actor) -> None:
    """Nobody waits for it any more. Only for one that the server did not give: what is kept is decided as a message."""
    require(actor, Action.WRITE, delivery)
    if not delivery.raw_sha256 and delivery.message_id is None:
        before, delivery.state = delivery.state, State.IGNORED
        record(actor, "update", delivery, before={"state": before}, after={"state": delivery.state})
