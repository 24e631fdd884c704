"""The journey of a message: read, understand, trust, decide, file. Exactly once, whatever dies in between."""

import hashlib
import logging
import traceback
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, exists, select, update
from sqlalchemy.sql import Executable

from app.domain.errors import DomainError
from app.domain.messages import State
from app.extensions import db
from app.inbound.mime.limits import MAX_SIZE
from app.inbound.mime.mail import Mail, Oddity
from app.inbound.reading import Arrived, Reading, read_all
from app.inbound.stages.decide import Case, Decision, decide, public_address
from app.inbound.stages.letter import letter_of, title
from app.inbound.stages.submission import is_robot
from app.inbound.stages.trust import Sender, sender_of
from app.models import Delivery, IncomingMessage, Mailbox, WebForm
from app.operations import filing
from app.operations.deliveries import insert, note_failure
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, acting
from app.support import clock
from app.support.secrets import token
from app.support.text import shorten, storable

log = logging.getLogger(__name__)
RACES = 3
AHEAD = 16  # so many messages are read before the first of them is filed

# Statements of the path that every mail takes, made once: making one takes longer than running it.
_delivery, _mailbox, _message = Delivery.__table__.c, Mailbox.__table__.c, IncomingMessage.__table__.c
_ARRIVED = select(_delivery.id, _delivery.state, _delivery.raw_sha256, _delivery.web_form_id).where(
    _delivery.id.in_(bindparam("ids", expanding=True))
)
_LOCKED = (
    select(
        _delivery.state, _delivery.received_at, _delivery.raw_sha256, _delivery.size, _delivery.is_truncated, _delivery.web_form_id,
        _mailbox.is_trusted, _mailbox.authserv_id,
        exists().where(_message.header_id == bindparam("header_id"), _message.key != bindparam("key")).label("is_reused"),
    )
    .select_from(Delivery.__table__.outerjoin(Mailbox.__table__))
    .where(_delivery.id == bindparam("delivery"))
    .with_for_update(of=Delivery.__table__)
)
_SETTLED = update(Delivery.__table__).where(_delivery.id == bindparam("delivery")).values(
    state=bindparam("outcome"), message_id=bindparam("message"), error=None, error_reference=None, updated_at=bindparam("at"),
    version=_delivery.version + 1,
)  # fmt: skip
_KNOWN = select(IncomingMessage).where(IncomingMessage.key == bindparam("key")).with_for_update()
_KNOWN = _KNOWN.execution_options(populate_existing=True)


@cache
def _insertion(dialect: str) -> Executable:
    made: Executable = insert(IncomingMessage).on_conflict_do_nothing(index_elements=["key"]).returning(IncomingMessage)
    return made


def message_key(mail: Mail) -> str:
    """What makes two deliveries one message: Message-ID and fingerprint; the fingerprint alone without an id."""
    return hashlib.sha256(f"{mail.message_id or ''}\n{mail.fingerprint}".encode()).hexdigest()


def settle(delivery_id: int) -> State:
    """``settle_all`` for one."""
    return settle_all([delivery_id])[0]


def settle_all(delivery_ids: Sequence[int]) -> list[State]:
    """Give each delivery its outcome. A failure is counted and tried again later; it never raises for a message."""
    states: list[State] = []
    with acting(SYSTEM):
        for start in range(0, len(delivery_ids), AHEAD):
            states += _settle(delivery_ids[start : start + AHEAD])
    return states


def _settle(delivery_ids: Sequence[int]) -> list[State]:
    found = {key: (State(state), Arrived(sha256, form is not None)) for key, state, sha256, form in _arrived(delivery_ids)}
    waiting = [key for key in delivery_ids if found[key][0] is State.RECEIVED]
    readings = dict(zip(waiting, read_all([found[key][1] for key in waiting]), strict=True))
    db.session.rollback()  # nothing is read any more
    return [_outcome(key, readings[key]) if key in readings else found[key][0] for key in delivery_ids]


def _arrived(delivery_ids: Sequence[int]) -> Sequence[Any]:
    return db.session().connection().execute(_ARRIVED, {"ids": list(delivery_ids)}).all()


def _outcome(delivery_id: int, reading: Reading | Exception) -> State:
    try:
        if isinstance(reading, Exception):
            raise reading
        return _filed_whatever(delivery_id, reading)
    except Exception as error:  # one bad message must not stop those behind it
        reference = token(8)
        log.exception("delivery %s, reference %s", delivery_id, reference)
        db.session.rollback()
        last = traceback.extract_tb(error.__traceback__)[-1]
        return note_failure(delivery_id, f"{type(error).__name__}: {error} ({last.name})", reference, actor=SYSTEM)


def _filed_whatever(delivery_id: int, reading: Reading) -> State:
    for race in range(RACES):
        try:
            return file_message(delivery_id, reading, actor=SYSTEM)
        except DomainError as refusal:  # another worker made the same contact meanwhile: look again
            if refusal.code not in ("not_unique", "stale") or race == RACES - 1:
                raise
    raise AssertionError("unreachable")


def _locked_message(key: str, arrival: Row[Any], reading: Reading) -> IncomingMessage:
    """The message of this key, and nobody else has it until we commit. A second worker waits in the INSERT."""
    mail, session = reading.mail, db.session()
    author = mail.author
    facts = _facts(arrival, reading)
    values = {
        "key": key, "received_at": arrival.received_at, "state": State.RECEIVED, "header_id": _header_id(mail),
        "fingerprint": mail.fingerprint, "subject": shorten(storable(mail.subject), 400),
        "sender_name": storable(author.name)[:200] if author else "", "sender_address": author.address[:254] if author else "",
        "raw_sha256": arrival.raw_sha256, "size": arrival.size, **facts,
    }
    made: IncomingMessage | None = session.scalars(_insertion(session.get_bind().dialect.name), values).first()
    if made is not None:
        return made
    message = session.scalars(_KNOWN, {"key": key}).one()
    if message.state is State.RECEIVED:  # a replay: what is understood today counts
        for name, value in facts.items():
            setattr(message, name, value)
    return message


def _header_id(mail: Mail) -> str | None:
    return (mail.message_id or "")[:400] or None


def _facts(arrival: Row[Any], reading: Reading) -> dict[str, Any]:
    mail, found = reading.mail, reading.found
    oddities = list(found.warnings)
    if arrival.is_truncated:
        oddities.append(Oddity("too_large", {"limit": MAX_SIZE // 1024 // 1024}))
    if arrival.is_reused:
        oddities.append(Oddity("reused_id"))
    return {
        "kind": found.kind.value, "language": found.language, "sent_at": mail.date if mail.date and mail.date.tzinfo else None,
        "references": list(dict.fromkeys([*mail.references, *mail.in_reply_to]))[-32:],
        "warnings": [{"code": each.code, "params": dict(each.params)} for each in oddities],
    }


@atomic
def file_message(delivery_id: int, reading: Reading, *, actor: Actor) -> State:
    """The second transaction."""
    key, session = message_key(reading.mail), db.session()
    wanted = {"delivery": delivery_id, "header_id": _header_id(reading.mail), "key": key}
    arrival = session.connection().execute(_LOCKED, wanted).one()
    if arrival.state is not State.RECEIVED:
        return State(arrival.state)
    message = _locked_message(key, arrival, reading)
    if message.state is State.RECEIVED:  # otherwise another delivery of it was first
        with session.no_autoflush:  # what is looked up was there before; each row is written once, at the end
            _conclude(message, arrival, reading, actor=actor)
    outcome = {"delivery": delivery_id, "outcome": message.state, "message": message.id, "at": clock.now()}
    session.connection().execute(_SETTLED, outcome)
    return message.state


def _conclude(message: IncomingMessage, arrival: Row[Any], reading: Reading, *, actor: Actor) -> None:
    mail, found, directory = reading.mail, reading.found, reading.directory
    form = db.session.get_one(WebForm, arrival.web_form_id) if arrival.web_form_id else None
    sender = Sender(is_authenticated=False) if form else sender_of(mail, found, directory, arrival)
    case = Case(mail, found, sender, directory, public_address(found.addressed, directory), form, form is not None and is_robot(mail))
    carry_out(decide(case), message, reading, actor=sender.actor or actor)


def carry_out(decision: Decision, message: IncomingMessage, reading: Reading, *, actor: Actor) -> None:
    """Write what was decided, inside the running transaction."""
    user, contact, found = decision.user, decision.contact, reading.found
    if found.bounce is not None and contact is not None and found.bounce.recipient:
        filing.mark_bounced(contact, found.bounce.recipient, actor=actor)
    if decision.keeps:
        contact = _filed(decision, message, reading, actor=actor)
    message.contact_id, message.acting_user_id = contact.id if contact else None, user.id if user else None
    message.is_authenticated, message.candidates, message.team_id = decision.is_authenticated, decision.candidates, decision.team_id
    filing.conclude(message, decision.verdict.state, decision.verdict.reason, dict(decision.verdict.params), actor=actor)


def _filed(decision: Decision, message: IncomingMessage, reading: Reading, *, actor: Actor) -> Any:
    mail, found = reading.mail, reading.found
    contact, opportunity, user = decision.contact, decision.opportunity, decision.user
    if contact is None and decision.person is not None:
        owner_id = decision.owner_id or (opportunity.owner_id if opportunity else None)
        contact = filing.meet(decision.person, owner_id=owner_id, team_id=decision.team_id, language=found.language, actor=actor)
    if decision.create and contact is not None:
        opportunity = filing.begin(
            title(mail, found), contact, source=decision.source, owner_id=decision.owner_id, team_id=decision.team_id,
            pipeline_id=decision.pipeline_id, message=message, actor=actor,
        )
    letter = letter_of(mail, found, message.received_at, reading.files, user)
    filing.write_history(letter, contact, opportunity, message=message, author_id=user.id if user else None, actor=actor)
    message.opportunity_id = opportunity.id if opportunity else None
    if opportunity is not None and contact is not None and not decision.create:
        filing.add_contact(opportunity, contact)
    if contact is not None and mail.author is not None:
        filing.clear_bounces(contact, mail.author.address, actor=actor)
    if opportunity is not None and decision.wakes:
        filing.wake_by_answer(opportunity, actor=actor)
    return contact
