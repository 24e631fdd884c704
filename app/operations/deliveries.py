"""Arrivals of messages: noted first, settled after."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.messages import State
from app.extensions import db
from app.models import Delivery, Mailbox
from app.operations.group import later
from app.operations.transaction import atomic
from app.operations.written import write_new
from app.permissions.actor import Actor
from app.support import clock
from app.support.text import shorten, storable

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
MAX_PAUSE = timedelta(hours=6)
_PLACE = ("mailbox_id", "web_form_id", "folder", "uidvalidity", "uid")  # what makes two arrivals one delivery
_NOWHERE = {"mailbox_id": None, "web_form_id": None, "folder": "", "uidvalidity": 0}


def insert(model: Any) -> Any:
    """INSERT into a model or a table that knows ON CONFLICT, in the dialect of the database."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(model)


# Statements of the path that every mail takes, made once: making one takes longer than running it.
_delivery, _mailbox = Delivery.__table__, Mailbox.__table__
_ARRIVED = select(_delivery.c.id, _delivery.c.state, _delivery.c.raw_sha256, _delivery.c.size, _delivery.c.web_form_id).where(
    _delivery.c.id.in_(bindparam("ids", expanding=True))
)
_LOCKED = (
    select(
        _delivery.c.id, _delivery.c.state, _delivery.c.received_at, _delivery.c.raw_sha256, _delivery.c.size, _delivery.c.is_truncated,
        _delivery.c.web_form_id, _mailbox.c.is_trusted, _mailbox.c.authserv_id,
    )
    .select_from(_delivery.outerjoin(_mailbox))
    .where(_delivery.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_delivery.c.id)
    .with_for_update(of=_delivery)
)  # fmt: skip
_SETTLED = (
    update(_delivery)
    .where(_delivery.c.id == bindparam("row"))
    .values(
        state=bindparam("outcome"), message_id=bindparam("message"), error=None, error_reference=None, updated_at=bindparam("at"),
        version=_delivery.c.version + 1,
    )
)  # fmt: skip


@atomic
def note_deliveries(arrivals: Sequence[dict[str, Any]], *, actor: Actor) -> list[int]:
    """Keep that messages arrived; a delivery that is known already is the same one. Returns their keys."""
    rows = [{"created_by_id": actor.id, **_NOWHERE, **facts} for facts in arrivals]
    if not rows:
        return []
    new = {tuple(place): int(key) for key, *place in write_new(Delivery, rows, returned=("id", *_PLACE))}
    return [new.get(tuple(each[name] for name in _PLACE)) or _known_delivery(each, actor) for each in rows]


def _known_delivery(values: dict[str, Any], actor: Actor) -> int:
    conditions = [getattr(Delivery, name) == values[name] for name in _PLACE if values[name] is not None]
    known = db.session.scalars(select(Delivery).where(*conditions)).one()
    if not known.raw_sha256 and values["raw_sha256"]:  # the server gives now what it refused before
        known.raw_sha256, known.size, known.is_truncated = values["raw_sha256"], values["size"], values["is_truncated"]
        known.error = known.error_reference = None
        try_again(known, actor=actor)
    return known.id


def due(limit: int = 100) -> list[int]:
    """Keys of the deliveries without an outcome whose moment has come, oldest first."""
    query = select(Delivery.id).where(Delivery.state == State.RECEIVED, Delivery.next_try_at <= clock.now(), Delivery.raw_sha256 != "")
    return list(db.session.scalars(query.order_by(Delivery.next_try_at, Delivery.id).limit(limit)))


def arrived(delivery_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Key, state, SHA-256 and size of the raw message and key of the web form of each delivery."""
    return db.session().connection().execute(_ARRIVED, {"ids": list(delivery_ids)}).all()


def locked(delivery_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The deliveries with what their mailboxes say of trust; nobody else settles them until we commit. Part of a running operation."""
    return {row.id: row for row in db.session().connection().execute(_LOCKED, {"ids": list(delivery_ids)})}


def note_outcome(delivery_id: int, message_id: int, state: State) -> None:
    """The delivery is settled: it brought that message. Part of a running operation."""
    later(_SETTLED, {"row": delivery_id, "outcome": state, "message": message_id, "at": clock.now()})


@atomic
def note_failure(delivery_id: int, error: str, reference: str, *, actor: Actor) -> State:
    """Count a failed attempt: another comes after a growing pause, until the message waits for a person."""
    delivery = db.session.get_one(Delivery, delivery_id)
    if delivery.state is not State.RECEIVED:
        return delivery.state
    delivery.attempts += 1
    delivery.error, delivery.error_reference = shorten(storable(error), 2000), reference
    delivery.next_try_at = clock.now() + min(FIRST_PAUSE * 4 ** (delivery.attempts - 1), MAX_PAUSE)
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = State.FAILED
        _give_up(delivery)
    return delivery.state


def _give_up(delivery: Delivery) -> None:
    """The message waits too, unless another delivery of it is still tried: what a person sees and what is counted are one."""
    message = delivery.message
    if message is not None and message.state is State.RECEIVED and not any(each.state is State.RECEIVED for each in message.deliveries):
        message.state, message.reason = State.FAILED, "gave_up"
        message.reason_params = {"attempts": delivery.attempts, "reference": delivery.error_reference}


@atomic
def try_again(delivery: Delivery, *, actor: Actor) -> None:
    """Give a failed delivery a new life."""
    delivery.state, delivery.attempts, delivery.next_try_at = State.RECEIVED, 0, clock.now()
