"""Mail to send: queued inside the operation that wants it, sent by a job after the commit."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from app.domain.events import LetterRefused, MailQueued
from app.domain.files import File
from app.extensions import db
from app.models import (
    Account,
    Attachment,
    Contact,
    Engagement,
    IncomingMessage,
    Opportunity,
    Order,
    OutgoingMail,
    ProspectRow,
    Record,
    Task,
)
from app.models.outbox import OutgoingState
from app.operations.deliveries import insert
from app.operations.transaction import announce, atomic, record
from app.operations.users import the_firm
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import actor_of, is_allowed
from app.permissions.rights import Action
from app.support import clock
from app.support.seal import Seal
from app.support.secrets import token
from app.support.text import shorten, storable

SUMMARY = "summary"
WAITING = (OutgoingState.PENDING, OutgoingState.SENDING)
SPOKEN_OF: dict[str, type[Record]] = {model.__name__: model for model in (Opportunity, Engagement, Account, Contact, Task, Order, ProspectRow)}
GONE = "The person was switched off before it went out."
NOT_THEIRS = "The person may not see the record any more."
OUTDATED = "The rights of the firm changed before it went out."
LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 720, 720, 720, 720))
"""After each failed try; a mail is given up after two and a half days."""


@dataclass(frozen=True)
class Letter:
    """A claimed mail, free of the session: what the mailer needs."""

    id: int
    event: str
    header_id: str
    to_address: str
    subject: str
    text: str
    html: str | None
    firm_name: str
    sender_address: str
    created_at: datetime
    headers: dict[str, str] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    calendar: str | None = None


def seal() -> Seal:
    """What signs our addresses and ids."""
    return Seal(str(current_app.config["SECRET_KEY"]), the_firm().address_pattern)


def _header_id() -> str:
    return seal().message_id(token(16), the_firm().sender_address.rpartition("@")[2])


def record_address(item: Opportunity | Engagement | Contact) -> str:
    """The signed address under which an answer joins the history of ``item``."""
    return seal().record_address(type(item).__name__.lower(), item.public_ref)


def held_address(message: IncomingMessage) -> str:
    """The signed address under which the notice about the held ``message`` is answered."""
    return seal().held_address(message.public_ref)


@atomic
def queue_mail(
    *, key: str, event: str, to: str, language: str, subject: str, text: str, html: str | None = None,
    headers: dict[str, str] | None = None, to_user_id: int | None = None, header_id: str | None = None, about: Record | None = None,
    entry_id: int | None = None, calendar: str | None = None, actor: Actor = SYSTEM,
) -> OutgoingMail:
    """The mail of the occasion ``key``; a second call for the same occasion returns the first one's mail.

    ``about``: the record that it speaks of; it goes out only while the reader may see that.
    ``entry_id``: the line of history that it is, whose files go with it.
    ``headers`` may hold From, Reply-To and Cc besides free ones, and a To in place of the address. ``header_id`` is a Message-ID without brackets.
    """
    one_line = " ".join(storable(subject).split())
    values = {
        "key": key, "event": event, "to_address": to, "to_user_id": to_user_id, "language": language,
        "subject": shorten(one_line, 400), "text": storable(text), "html": storable(html) if html else None,
        "headers": headers or {}, "header_id": header_id or _header_id(), "created_by_id": actor.id,
        "about_type": type(about).__name__ if about else None, "about_id": about.id if about else None,
        "rights_version": the_firm().rights_version, "entry_id": entry_id, "calendar": calendar,
    }
    made = db.session.scalar(
        insert(OutgoingMail).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(OutgoingMail.id)
    )
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.key == key)).one()
    if made is not None:
        announce(MailQueued(mail.id))
    return mail


def _locked(outgoing_id: int) -> OutgoingMail | None:
    return db.session.get(OutgoingMail, outgoing_id, with_for_update=True)


@atomic
def claim(outgoing_id: int, *, actor: Actor) -> Letter | None:
    """Take the mail for ``LEASE``; None when it was sent, given up, is not due, another sender has it, or its reader may not have it any more."""
    mail = _locked(outgoing_id)
    if mail is None or mail.state not in WAITING:
        return None
    if mail.next_try_at > clock.now():
        return None
    if because := _withheld(mail):
        mail.state, mail.error = OutgoingState.FAILED, because
        mail.subject, mail.text, mail.html = "–", "", None  # the list of their mail is a door too
        record(actor, "withhold_mail", mail, after={"because": because})
        return None
    mail.state, mail.attempts, mail.next_try_at = OutgoingState.SENDING, mail.attempts + 1, clock.now() + LEASE
    firm = the_firm()
    return Letter(
        mail.id, mail.event, mail.header_id, mail.to_address, mail.subject, mail.text, mail.html, firm.name,
        firm.sender_address, mail.created_at, dict(mail.headers), _files(mail), mail.calendar,
    )


def _files(mail: OutgoingMail) -> tuple[File, ...]:
    if mail.entry_id is None:
        return ()
    with acting(SYSTEM):
        found = db.session.scalars(select(Attachment).where(Attachment.entry_id == mail.entry_id).order_by(Attachment.id))
        return tuple(File(each.name, each.content_type, each.size, each.sha256) for each in found)


def _withheld(mail: OutgoingMail) -> str:
    """Why it must not go out now, whatever was true when it was written."""
    user = mail.to_user
    if user is None:
        return ""
    if not user.active:
        return GONE
    if mail.event == SUMMARY and mail.rights_version != the_firm().rights_version:
        return OUTDATED
    if mail.about_type is None:
        return ""
    with acting(SYSTEM):
        item = db.session.get(SPOKEN_OF[mail.about_type], mail.about_id)
    return "" if item is not None and is_allowed(actor_of(user, db.session()), Action.READ, item) else NOT_THEIRS


@atomic
def rewrite(outgoing_id: int, *, subject: str, text: str, html: str, actor: Actor) -> None:
    """A mail that waits says something else now, within the rights of now."""
    mail = _locked(outgoing_id)
    if mail is not None and mail.state in WAITING:
        mail.subject, mail.text, mail.html = shorten(" ".join(storable(subject).split()), 400), storable(text), storable(html)
        mail.rights_version = the_firm().rights_version


@atomic
def mark_sent(outgoing_id: int, *, actor: Actor) -> None:
    """The server took it."""
    mail = _locked(outgoing_id)
    if mail is not None:
        mail.state, mail.sent_at, mail.error = OutgoingState.SENT, clock.now(), None


@atomic
def mark_refused(outgoing_id: int, error: str, *, is_permanent: bool, actor: Actor) -> None:
    """The server did not take it: tried again after a growing pause, unless ``is_permanent`` or too often."""
    mail = _locked(outgoing_id)
    if mail is None or mail.state is OutgoingState.SENT:
        return
    mail.error = shorten(storable(error), 500)
    if is_permanent or mail.attempts > len(PAUSES):
        mail.state = OutgoingState.FAILED
        if mail.entry_id is not None:
            announce(LetterRefused(mail.id))
    else:
        mail.state, mail.next_try_at = OutgoingState.PENDING, clock.now() + PAUSES[mail.attempts - 1]
