"""What a report of a machine teaches about our contacts. Only what we sent, or wrote to, is believed: anybody can write a report."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.domain.appointments import Meeting
from app.domain.timeline import Kind
from app.extensions import db
from app.inbound.mime.bounces import Bounce
from app.inbound.mime.directory import Directory
from app.inbound.mime.feedback import Feedback
from app.inbound.mime.mail import Mail
from app.models import Appointment, Contact, TimelineEntry
from app.operations import appointments
from app.operations.addresses import Report
from app.operations.filing import entries_of_thread
from app.operations.group import write_now
from app.operations.people import contact_of

MAX_RECIPIENTS = 50

News = tuple[Contact, Report]


def failures(bounce: Bounce) -> Iterator[News]:
    """The contacts of ours whom mail of ours did not reach."""
    for each in (bounce, *bounce.others)[:MAX_RECIPIENTS]:
        contact = contact_of(each.recipient) if each.recipient and each.action == "failed" else None
        if contact is not None and each.recipient and _have_written(contact, bounce.original_message_id):
            yield contact, Report(each.recipient, each.cause, each.status, each.diagnostic, each.reporter, each.is_permanent)


def complaint(feedback: Feedback) -> News | None:
    """The contact who complained about a message of ours; where the provider hides who it is, the message tells.

    Nothing undoes a complaint, so the report must name a message that is in our history: RFC 5965 has it carry one.
    """
    original = feedback.original_message_id
    about = entries_of_thread([original] if original else []) if feedback.is_complaint else []
    if feedback.recipient is None:
        contact = next((each.contact for each in about if each.kind is Kind.EMAIL_OUT), None)
    else:
        contact = contact_of(feedback.recipient)
        contact = contact if contact and any(_concerns(each, contact) for each in about) else None
    address = feedback.recipient or (contact.address if contact else None)
    return (contact, Report(address, reporter=feedback.reporter, is_complaint=True)) if contact and address else None


def _have_written(contact: Contact, original: str | None) -> bool:
    """Whether a mail of ours to ``contact`` can be meant."""
    write_now()
    sent = select(TimelineEntry.id).where(TimelineEntry.contact_id == contact.id, TimelineEntry.kind == Kind.EMAIL_OUT)
    if db.session.scalars(sent.limit(1)).first() is not None:
        return True
    return any(_concerns(each, contact) for each in entries_of_thread([original] if original else []))


def _concerns(entry: TimelineEntry, contact: Contact) -> bool:
    write_now()
    return entry.contact_id == contact.id or (entry.opportunity is not None and contact in entry.opportunity.contacts)


def known(meetings: Sequence[Meeting]) -> list[tuple[Appointment, Meeting]]:
    """Those of ``meetings`` that are in the history already, with what is kept of them."""
    found = ((appointments.known(each), each) for each in meetings)
    return [(appointment, each) for appointment, each in found if appointment is not None]


def senders(mail: Mail, directory: Directory) -> list[str]:
    """Whom a calendar message can come from: calendars write for people, and say so in Sender or Reply-To.

    None of them is a colleague: one who proved it needs nothing else, and whoever did not is not believed.
    """
    return [each.address for each in (mail.author, mail.sender, *mail.reply_to) if each and not directory.is_user(each.address)]
