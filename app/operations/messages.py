"""One row for each message, however often it is delivered: claimed under its key, then given its outcome."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.errors import Stale
from app.domain.events import MailSettled
from app.domain.messages import State
from app.extensions import db
from app.models import IncomingMessage
from app.operations.deliveries import new_only
from app.operations.transaction import announce, record
from app.permissions.actor import Actor
from app.support import clock
from app.support.secrets import token

# Statements of the path that every mail takes, made once: making one takes longer than running it.
OUTCOME = (
    "state", "reason", "reason_params", "contact_id", "acting_user_id", "is_authenticated", "candidates", "team_id", "opportunity_id",
    "entry_id",
)  # fmt: skip
_UNKNOWN = ("reason", "acting_user_id", "team_id", "contact_id", "opportunity_id", "entry_id", "archived_at", "created_by_id")
_PLACES = ("contact", "opportunity", "entry", "acting_user")
_message = IncomingMessage.__table__
_CONCLUDED = (
    update(_message)
    .where(_message.c.id == bindparam("message"), _message.c.version == bindparam("seen"))
    .values(version=_message.c.version + 1, **{name: bindparam(f"new_{name}", type_=_message.c[name].type) for name in (*OUTCOME, "updated_at")})
)
_KNOWN = select(IncomingMessage).where(IncomingMessage.key == bindparam("key")).with_for_update().execution_options(populate_existing=True)
_RECENT = select(func.count()).where(
    _message.c.sender_address == bindparam("sender"), _message.c.received_at >= bindparam("since"), _message.c.is_authenticated.is_(False)
)


def claim(key: str, first: Mapping[str, Any], facts: Mapping[str, Any]) -> IncomingMessage:
    """The message of ``key``, and nobody else has it until we commit; a second worker waits in the INSERT.

    A new one gets ``first`` and ``facts``, one that waits for its outcome again ``facts``: what is understood today.
    Part of a running operation.
    """
    session, now = db.session(), clock.now()
    values = {
        "key": key, "public_ref": token(10), "created_at": now, "updated_at": now, "version": 1, "state": State.RECEIVED,
        "reason_params": {}, "candidates": {}, "is_authenticated": False, **first, **facts,
    }  # fmt: skip
    connection = session.connection()
    made = connection.execute(new_only(connection.dialect.name, _message, "key"), values).scalar()
    if made is not None:
        return _as_written(IncomingMessage(id=made, **dict.fromkeys(_UNKNOWN), **values))
    message = session.scalars(_KNOWN, {"key": key}).one()
    if message.state is State.RECEIVED:
        for name, value in facts.items():
            setattr(message, name, value)
    return message


def _as_written(message: IncomingMessage) -> IncomingMessage:
    """``message`` as the session would have read it, without reading it."""
    make_transient_to_detached(message)
    db.session.add(message)
    return message


def conclude(
    message: IncomingMessage, state: State, reason: str, params: dict[str, Any], facts: Mapping[str, Any] | None = None, *, actor: Actor
) -> None:
    """Give ``message`` its outcome, with ``facts`` (columns of OUTCOME) about its place, and tell whoever listens."""
    before, version = message.state, message.version
    now = {name: getattr(message, name) for name in OUTCOME} | dict(facts or {}) | {"state": state, "reason": reason, "reason_params": params}
    now["updated_at"] = clock.now()
    written = {f"new_{name}": value for name, value in now.items()}
    if db.session().connection().execute(_CONCLUDED, {"message": message.id, "seen": version, **written}).rowcount != 1:
        raise Stale
    for name, value in {**now, "version": version + 1}.items():
        set_committed_value(message, name, value)
    db.session.expire(message, _PLACES)
    record(actor, "file_message", message, before={"state": before}, after={"state": state, "reason": reason, **params})
    announce(MailSettled(message.id))


def forget_outcome(message: IncomingMessage, *, actor: Actor) -> None:
    """``message`` will make its journey once more. Part of a running operation."""
    message.state, message.reason, message.reason_params = State.RECEIVED, None, {}
    record(actor, "replay_message", message)


def unproven_since(sender: str, since: datetime) -> int:
    """How many messages of ``sender``, who did not prove who they are, came from then on."""
    return int(db.session().connection().execute(_RECENT, {"sender": sender, "since": since}).scalar() or 0)
