"""The journey of a message: read, understand, trust, decide, file. Exactly once, whatever dies in between."""

import hashlib
import logging
import traceback
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.errors import DomainError
from app.domain.messages import State
from app.extensions import db
from app.inbound.mime.directory import Directory
from app.inbound.mime.limits import MAX_SIZE
from app.inbound.mime.mail import Mail, Oddity
from app.inbound.mime.read import read
from app.inbound.mime.understand import Kind, Understanding, understand
from app.inbound.raw import store
from app.inbound.stages.decide import Case, Decision, decide, public_address
from app.inbound.stages.directory import stored_directory
from app.inbound.stages.letter import keep_files, letter_of, title
from app.inbound.stages.submission import is_robot, submission
from app.inbound.stages.trust import Sender, sender_of
from app.models import Delivery, IncomingMessage
from app.operations import filing
from app.operations.deliveries import insert, note_failure
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, acting
from app.support import clock
from app.support.secrets import token
from app.support.text import shorten, storable

log = logging.getLogger(__name__)
RACES = 3


def message_key(mail: Mail) -> str:
    """What makes two deliveries one message: Message-ID and fingerprint; the fingerprint alone without an id."""
    return hashlib.sha256(f"{mail.message_id or ''}\n{mail.fingerprint}".encode()).hexdigest()


def settle(delivery_id: int) -> State:
    """Give the delivery its outcome. A failure is counted and tried again later; it never raises for a message."""
    with acting(SYSTEM):
        try:
            return _settle(delivery_id)
        except Exception as error:  # one bad message must not stop those behind it
            reference = token(8)
            log.exception("delivery %s, reference %s", delivery_id, reference)
            db.session.rollback()
            last = traceback.extract_tb(error.__traceback__)[-1]
            return note_failure(delivery_id, f"{type(error).__name__}: {error} ({last.name})", reference, actor=SYSTEM)


def _settle(delivery_id: int) -> State:
    facts = select(Delivery.state, Delivery.raw_sha256, Delivery.web_form_id).where(Delivery.id == delivery_id)
    state, raw_sha256, web_form_id = db.session.execute(facts).one()
    if state is not State.RECEIVED:
        return State(state)
    mail = read(store().get(raw_sha256))
    directory = stored_directory(mail)
    found = submission(mail, directory) if web_form_id is not None else understand(mail, directory)
    files = [] if found.kind in (Kind.OWN, Kind.LIST, Kind.UNREADABLE, Kind.BOUNCE, Kind.AUTO_REPLY) else keep_files(found.attachments)
    for race in range(RACES):
        try:
            return file_message(delivery_id, mail, found, directory, files, actor=SYSTEM)
        except DomainError as refusal:  # another worker made the same contact meanwhile: look again
            if refusal.code not in ("not_unique", "stale") or race == RACES - 1:
                raise
    raise AssertionError("unreachable")


def _locked_message(mail: Mail, found: Understanding, delivery: Delivery) -> IncomingMessage:
    """The message of this key, and nobody else has it until we commit. A second worker waits in the INSERT."""
    key, now = message_key(mail), clock.now()
    author = mail.author
    facts = _facts(key, mail, found, delivery)
    values = {
        "key": key, "public_ref": token(10), "created_at": now, "updated_at": now, "received_at": delivery.received_at, "version": 1,
        "state": State.RECEIVED, "header_id": (mail.message_id or "")[:400] or None, "fingerprint": mail.fingerprint,
        "subject": shorten(storable(mail.subject), 400), "sender_name": storable(author.name)[:200] if author else "",
        "sender_address": author.address[:254] if author else "", "raw_sha256": delivery.raw_sha256, "size": delivery.size,
        "reason_params": {}, "candidates": {}, "is_authenticated": False, **facts,
    }
    insertion = insert(IncomingMessage).on_conflict_do_nothing(index_elements=["key"]).returning(IncomingMessage)
    made = db.session.scalars(insertion, values).first()
    if made is not None:
        return made
    query = select(IncomingMessage).where(IncomingMessage.key == key).with_for_update()
    message = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if message.state is State.RECEIVED:  # a replay: what is understood today counts
        for name, value in facts.items():
            setattr(message, name, value)
    return message


def _facts(key: str, mail: Mail, found: Understanding, delivery: Delivery) -> dict[str, Any]:
    return {
        "kind": found.kind.value, "language": found.language, "sent_at": mail.date if mail.date and mail.date.tzinfo else None,
        "references": list(dict.fromkeys([*mail.references, *mail.in_reply_to]))[-32:],
        "warnings": _warnings(key, mail, found, delivery),
    }


def _warnings(key: str, mail: Mail, found: Understanding, delivery: Delivery) -> list[Any]:
    oddities = list(found.warnings)
    if delivery.is_truncated:
        oddities.append(Oddity("too_large", {"limit": MAX_SIZE // 1024 // 1024}))
    if mail.message_id:
        again = select(IncomingMessage.id).where(IncomingMessage.header_id == mail.message_id[:400], IncomingMessage.key != key)
        if db.session.scalar(again.limit(1)):
            oddities.append(Oddity("reused_id"))
    return [{"code": each.code, "params": dict(each.params)} for each in oddities]


@atomic
def file_message(
    delivery_id: int, mail: Mail, found: Understanding, directory: Directory, files: list[filing.File], *, actor: Actor
) -> State:
    """The second transaction."""
    locked = select(Delivery).where(Delivery.id == delivery_id).with_for_update(of=Delivery)
    delivery = db.session.scalars(locked.options(joinedload(Delivery.mailbox), joinedload(Delivery.web_form))).one()
    if delivery.state is not State.RECEIVED:
        return delivery.state
    message = _locked_message(mail, found, delivery)
    delivery.message_id = message.id
    if message.state is not State.RECEIVED:  # another delivery of it was first
        delivery.state = message.state
        return message.state
    with db.session.no_autoflush:  # what is looked up was there before; each row is written once, at the end
        return _concluded(message, delivery, mail, found, directory, files, actor=actor)


def _concluded(
    message: IncomingMessage, delivery: Delivery, mail: Mail, found: Understanding, directory: Directory, files: list[filing.File],
    *, actor: Actor,
) -> State:
    sender = Sender(is_authenticated=False) if delivery.web_form else sender_of(mail, found, directory, delivery.mailbox)
    is_ours = delivery.web_form is not None
    case = Case(mail, found, sender, directory, public_address(found.addressed, directory), delivery.web_form, is_ours and is_robot(mail))
    decision = decide(case)
    delivery.state, delivery.error, delivery.error_reference = decision.verdict.state, None, None
    carry_out(decision, message, mail, found, files, actor=sender.actor or actor)
    return message.state


def carry_out(
    decision: Decision, message: IncomingMessage, mail: Mail, found: Understanding, files: list[filing.File], *, actor: Actor
) -> None:
    """Write what was decided, inside the running transaction."""
    user, contact = decision.user, decision.contact
    if found.bounce is not None and contact is not None and found.bounce.recipient:
        filing.mark_bounced(contact, found.bounce.recipient, actor=actor)
    if decision.keeps:
        contact = _filed(decision, message, mail, found, files, actor=actor)
    message.contact_id, message.acting_user_id = contact.id if contact else None, user.id if user else None
    message.is_authenticated, message.candidates, message.team_id = decision.is_authenticated, decision.candidates, decision.team_id
    filing.conclude(message, decision.verdict.state, decision.verdict.reason, dict(decision.verdict.params), actor=actor)


def _filed(
    decision: Decision, message: IncomingMessage, mail: Mail, found: Understanding, files: list[filing.File], *, actor: Actor
) -> Any:
    contact, opportunity, user = decision.contact, decision.opportunity, decision.user
    if contact is None and decision.person is not None:
        owner_id = decision.owner_id or (opportunity.owner_id if opportunity else None)
        contact = filing.meet(decision.person, owner_id=owner_id, team_id=decision.team_id, language=found.language, actor=actor)
    if decision.create and contact is not None:
        opportunity = filing.begin(
            title(mail, found), contact, source=decision.source, owner_id=decision.owner_id, team_id=decision.team_id,
            pipeline_id=decision.pipeline_id, message=message, actor=actor,
        )
    letter = letter_of(mail, found, message.received_at, files, user)
    filing.write_history(letter, contact, opportunity, message=message, author_id=user.id if user else None, actor=actor)
    message.opportunity_id = opportunity.id if opportunity else None
    if opportunity is not None and contact is not None and not decision.create:
        filing.add_contact(opportunity, contact)
    if contact is not None and mail.author is not None:
        filing.clear_bounces(contact, mail.author.address, actor=actor)
    if opportunity is not None and decision.wakes:
        filing.wake_by_answer(opportunity, actor=actor)
    return contact
