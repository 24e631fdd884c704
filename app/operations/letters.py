"""Mail that a person writes to customers from the page of a record: out through the outbox, kept in history, answered to the CRM."""

import re
from collections.abc import Sequence
from email.utils import formataddr

from markupsafe import Markup, escape
from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.files import File
from app.domain.placeholders import left
from app.domain.timeline import Kind
from app.extensions import db
from app.models import (
    Contact,
    ContactAddress,
    Engagement,
    IncomingMessage,
    MessageReference,
    Opportunity,
    OutgoingMail,
    TimelineEntry,
    User,
)
from app.models.contacts import Validity
from app.operations.outbox import queue_mail, record_address
from app.operations.timeline import attach, state_fact, touch
from app.operations.transaction import atomic, record
from app.operations.users import the_firm
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import is_shown, require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten, storable

Subject = Opportunity | Engagement | Contact
MOST_PEOPLE, MOST_BYTES = 20, 15 * 1024 * 1024
EVENT = "letter"
_ID = re.compile(r"[^\s<>@]{1,200}@[^\s<>@]{1,200}")
_UNWANTED: dict[Validity, str] = {
    Validity.BOUNCED: N_("Mail to %(address)s came back. Correct the address first, or choose another one."),
    Validity.COMPLAINED: N_("The owner of %(address)s reported our mail as unwanted, so none goes there. Choose another way."),
}
_NAMES: dict[type, str] = {Opportunity: "opportunity", Engagement: "engagement", Contact: "contact"}


def people_of(subject: Subject) -> list[Contact]:
    """To whom one may write about ``subject``."""
    if isinstance(subject, Contact):
        return [subject]
    lead = [subject.lead_contact] if isinstance(subject, Engagement) and subject.lead_contact else []
    return list(dict.fromkeys([*lead, *subject.contacts]))


def why_not(address: ContactAddress) -> str | None:
    """The sentence, with a place for the address, that says why no mail goes there."""
    return _UNWANTED.get(address.validity)


@atomic
def send_letter(
    subject: Subject, to: Sequence[ContactAddress], *, about: str, text: str, files: Sequence[File] = (), answered: TimelineEntry | None = None,
    actor: Actor,
) -> TimelineEntry:
    """Write to people of ``subject``; the answer comes to the writer and, by its signed address, into this history.

    ``answered`` is the line of history whose message it answers.
    """
    require(actor, Action.READ if isinstance(subject, Contact) else Action.WRITE, subject)
    require(actor, Action.CREATE, OutgoingMail)
    require(actor, Action.CREATE, TimelineEntry)
    _check(subject, to, about, text, files, actor)
    entry = TimelineEntry(
        kind=Kind.EMAIL_OUT, occurred_at=clock.now(), subject=shorten(storable(about).strip(), 400), body=storable(text).strip(),
        author_id=actor.id, created_by_id=actor.id, contact=to[0].contact, params={"to": [each.address for each in to]},
    )
    setattr(entry, _NAMES[type(subject)], subject)
    if isinstance(subject, Contact):
        entry.account_id = subject.accounts[0].id if subject.accounts else None
    else:
        entry.account_id = subject.account_id
        touch(subject)
    db.session.add(entry)
    db.session.flush()
    attach(entry, files, actor)
    with acting(SYSTEM):  # the outbox is not the writer's to read
        _queue(entry, subject, to, answered, actor)
    record(actor, "send_letter", entry, after={"to": entry.params["to"], "subject": entry.subject})
    return entry


def _check(subject: Subject, to: Sequence[ContactAddress], about: str, text: str, files: Sequence[File], actor: Actor) -> None:
    if not to:
        raise DomainError("no_recipient", N_("Choose to whom you write."))
    if len(to) > MOST_PEOPLE:
        raise DomainError("too_many_recipients", N_("A message goes to at most %(most)s people."), most=MOST_PEOPLE)
    people = people_of(subject)
    if any(each.contact not in people for each in to) or not is_shown(actor, Contact, "addresses"):
        raise DomainError("not_their_contact", N_("Write to the contacts of this record only."))
    for each in to:
        if sentence := why_not(each):
            raise DomainError("unwanted_mail", sentence, address=each.address)
    if not about.strip():
        raise DomainError("no_mail_subject", N_("A message needs a subject."))
    if not text.strip():
        raise DomainError("empty_letter", N_("Write what you have to say, then send it."))
    if unfilled := left(f"{about}\n{text}"):
        raise DomainError("unfilled_placeholder", N_("Nothing is known for “{%(name)s}”. Write it yourself, or take it out."), name=unfilled[0])
    if sum(each.size for each in files) > MOST_BYTES:
        raise DomainError("files_too_large", N_("Files of more than %(most)s MB together do not arrive everywhere. Send fewer, or a link."), most=15)


def _queue(entry: TimelineEntry, subject: Subject, to: Sequence[ContactAddress], answered: TimelineEntry | None, actor: Actor) -> None:
    """A mail for each recipient: what one server refuses, the others get all the same."""
    headers = _headers(subject, to, answered, actor)
    language = next((each.contact.language.value for each in to if each.contact.language), "en")
    for each in to:
        mail = queue_mail(
            key=f"{EVENT}:{entry.id}:{each.id}", event=EVENT, to=each.address, language=language, subject=entry.subject or "", text=entry.body + "\n",
            html=as_html(entry.body, language), headers=headers, entry_id=entry.id, actor=actor,
        )
        file_answers(mail, entry.id)


def _headers(subject: Subject, to: Sequence[ContactAddress], answered: TimelineEntry | None, actor: Actor) -> dict[str, str]:
    """Who writes is named; the address is ours, because we send it; the answer goes to both."""
    firm = the_firm()
    writer = db.session.get_one(User, actor.id)
    headers = {
        "From": box(f"{writer} ({firm.name})", firm.sender_address),
        "Reply-To": f"{box(str(writer), writer.email)}, {box(firm.name, record_address(subject))}",
        "To": ", ".join(box(each.contact.name, each.address) for each in to),
    }
    thread = _thread_of(answered) if answered is not None else []
    return headers | ({"In-Reply-To": f"<{thread[-1]}>", "References": " ".join(f"<{each}>" for each in thread)} if thread else {})


def box(name: str, address: str) -> str:
    """Name and address as a header holds them, on one line."""
    one_line = " ".join(name.split())
    return formataddr((one_line if one_line != address else "", address))


def _thread_of(entry: TimelineEntry) -> list[str]:
    """The ids of the message of ``entry`` and of those before it, the oldest first; what is no id of a message is left out."""
    message = db.session.get(IncomingMessage, entry.message_id or 0)
    ids = [*message.references, message.header_id or ""] if message else []
    return [each for each in ids if _ID.fullmatch(each)][-10:]


def file_answers(mail: OutgoingMail, entry_id: int) -> None:
    """What answers ``mail`` belongs to this line of history. Inside a running operation; done again, it is done once."""
    known = select(MessageReference.id).where(MessageReference.header_id == mail.header_id, MessageReference.entry_id == entry_id)
    if db.session.scalars(known).first() is None:
        db.session.add(MessageReference(header_id=mail.header_id, entry_id=entry_id))


def as_html(text: str, language: str) -> str:
    """The same words for programs that show no plain text well."""
    paragraphs = [escape(part).replace("\n", Markup("<br>\n")) for part in text.replace("\r\n", "\n").split("\n\n")]
    body = Markup("\n").join(Markup("<p>{}</p>").format(each) for each in paragraphs)
    return str(Markup('<!doctype html>\n<html lang="{}"><head><meta charset="utf-8"></head><body>\n{}\n</body></html>\n').format(language, body))


@atomic
def note_refused(mail: OutgoingMail, *, actor: Actor) -> None:
    """Say in history that a letter did not arrive."""
    entry = db.session.get(TimelineEntry, mail.entry_id or 0)
    about = (entry.opportunity or entry.engagement or entry.contact) if entry else None
    if entry is not None and about is not None:
        state_fact(about, "letter_refused", actor=actor, letter=entry.subject or "", address=mail.to_address)
