"""One row for each message, however often it is delivered: claimed under its key, then given its outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.events import MailSettled
from app.domain.messages import ENDED, State
from app.extensions import db
from app.models import IncomingMessage
from app.operations.group import keep, later, once, write_now
from app.operations.transaction import announce, record
from app.operations.written import as_written, write_new
from app.permissions.actor import Actor
from app.support import clock
from app.support.secrets import reference

# Statements of the path that every mail takes, made once: making one takes longer than running it.
OUTCOME = (
    "state", "reason", "reason_params", "contact_id", "acting_user_id", "is_authenticated", "candidates", "team_id", "opportunity_id",
    "engagement_id", "entry_id",
)  # fmt: skip
_UNKNOWN = ("reason", "acting_user_id", "team_id", "contact_id", "opportunity_id", "engagement_id", "entry_id", "archived_at", "created_by_id")
_PLACES = ("contact", "opportunity", "engagement", "entry", "acting_user")
_message = IncomingMessage.__table__
_CONCLUDED = (
    update(_message)
    .where(_message.c.id == bindparam("row"), _message.c.version == bindparam("seen"))
    .values(version=_message.c.version + 1, **{name: bindparam(f"new_{name}", type_=_message.c[name].type) for name in (*OUTCOME, "updated_at")})
)
_KNOWN = (
    select(IncomingMessage)
    .where(IncomingMessage.key.in_(bindparam("keys", expanding=True)))
    .order_by(IncomingMessage.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_RECENT = (
    select(_message.c.sender_address, func.count())
    .where(
        _message.c.received_hour.in_(bindparam("hours", expanding=True)), _message.c.sender_address.in_(bindparam("senders", expanding=True)),
        _message.c.received_at >= bindparam("since"),
        _message.c.is_authenticated.is_(False), _message.c.id.not_in(bindparam("others", expanding=True)),
    )
    .group_by(_message.c.sender_address)
)  # fmt: skip
_NAMED = select(_message.c.header_id, _message.c.key).where(_message.c.header_id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Claim:
    """Whose turn it is: a new message gets ``first`` and ``facts``, one that waits for its outcome again ``facts``, what is understood today."""

    key: str
    first: Mapping[str, Any]
    facts: Mapping[str, Any]


def hour_of(moment: datetime) -> int:
    """Hours since 1970."""
    return int(moment.timestamp()) // 3600


def keys_of(header_ids: Sequence[str]) -> set[tuple[str, str]]:
    """The messages with one of these Message-IDs: the id and the key of each."""
    return {(each.header_id, each.key) for each in db.session().connection().execute(_NAMED, {"ids": list(header_ids)})}


def claim(claims: Sequence[Claim]) -> dict[str, IncomingMessage]:
    """The messages by their keys, and nobody else has them until we commit; a second worker waits in the INSERT. Part of a running operation."""
    now = clock.now()
    rows = {each.key: {
        "key": each.key, "public_ref": reference(), "created_at": now, "updated_at": now, "version": 1, "state": State.RECEIVED,
        "reason_params": {}, "candidates": {}, "is_authenticated": False, "received_hour": hour_of(each.first["received_at"]), **each.first, **each.facts,
    } for each in reversed(claims)}  # fmt: skip
    new = write_new(IncomingMessage, [rows[each] for each in dict.fromkeys(each.key for each in claims)], "key", returned=("id", "key"))
    found = {key: as_written(IncomingMessage, {"id": made, **dict.fromkeys(_UNKNOWN), **rows[key]}) for made, key in new}
    if len(found) < len(rows):
        found |= _claim_known([each for each in claims if each.key not in found])
    return found


def _claim_known(claims: Sequence[Claim]) -> dict[str, IncomingMessage]:
    session, facts = db.session(), {each.key: each.facts for each in reversed(claims)}
    found = {each.key: each for each in session.scalars(_KNOWN, {"keys": list(facts)})}
    for message in found.values():
        if message.state is State.RECEIVED:
            for name, value in facts[message.key].items():
                setattr(message, name, value)
        take_turn(message)  # it counted before
    session.flush()
    return found


def conclude(
    message: IncomingMessage, state: State, reason: str, params: dict[str, Any], facts: Mapping[str, Any] | None = None, *, actor: Actor
) -> None:
    """Give ``message`` its outcome, with ``facts`` (columns of OUTCOME) about its place, and tell whoever listens."""
    before, version = message.state, message.version
    now = {name: getattr(message, name) for name in OUTCOME} | dict(facts or {}) | {"state": state, "reason": reason, "reason_params": params}
    now["updated_at"] = clock.now()
    later(_CONCLUDED, {"row": message.id, "seen": version, **{f"new_{name}": value for name, value in now.items()}})
    if state not in ENDED:
        write_now()  # what colleagues are told of it is read from there
    for name, value in {**now, "version": version + 1}.items():
        set_committed_value(message, name, value)
    db.session.expire(message, _PLACES)
    record(actor, "file_message", message, before={"state": before}, after={"state": state, "reason": reason, **params})
    announce(MailSettled(message.id))


def forget_outcome(message: IncomingMessage, *, actor: Actor) -> None:
    """``message`` will make its journey once more. Part of a running operation."""
    message.state, message.reason, message.reason_params = State.RECEIVED, None, {}
    record(actor, "replay_message", message)


def take_turn(message: IncomingMessage) -> None:
    """Of a group, those that had their turn count in ``unproven_since``."""
    turns = _turns()
    if message not in turns:
        turns.append(message)


def _turns() -> list[IncomingMessage]:
    return once("turns", list)


def look_up_senders(senders: Sequence[str], since: datetime, group: Sequence[IncomingMessage]) -> None:
    """Ask for ``unproven_since`` of all ``senders`` at once; ``group`` is counted as the turns come."""
    found = dict(_recent(senders, since, [each.id for each in group])) if senders else {}
    for each in senders:
        keep(("unproven", each), found.get(each, 0))


def unproven_since(sender: str, since: datetime) -> int:
    """How many messages of ``sender``, who did not prove who they are, came from then on."""
    before = once(("unproven", sender), lambda: dict(_recent([sender], since)).get(sender, 0))
    return before + sum(each.sender_address == sender and each.received_at >= since and not each.is_authenticated for each in _turns())


def _recent(senders: Sequence[str], since: datetime, others: Sequence[int] = ()) -> list[tuple[str, int]]:
    hours = list(range(hour_of(since), hour_of(clock.now()) + 1))
    asked = {"hours": hours, "senders": list(senders), "since": since, "others": list(others)}
    return [(sender, count) for sender, count in db.session().connection().execute(_RECENT, asked)]
