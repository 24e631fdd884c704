"""From the facts of a mail to the line of history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.files import File
from app.domain.timeline import Kind
from app.inbound.mime.html import clean
from app.inbound.mime.mail import Mail
from app.inbound.mime.quotes import split_quotes
from app.inbound.mime.subjects import bare
from app.inbound.mime.understand import Kind as MailKind
from app.inbound.mime.understand import Understanding
from app.models import User
from app.operations.filing import Letter
from app.support import clock

MAX_HTML = 1_000_000
SKEW = timedelta(days=1)


def moment(given: datetime | None, received: datetime, user: User | None = None) -> datetime:
    """When it was written: the date that the mail gives, or that of its arrival where it cannot be true."""
    if given is None:
        return received
    if given.tzinfo is None:
        given = given.replace(tzinfo=ZoneInfo(user.time_zone) if user else UTC)
    try:
        given = given.astimezone(UTC)
    except OverflowError:
        return received
    return given if datetime(1990, 1, 1, tzinfo=UTC) < given < clock.now() + SKEW else received


def title(mail: Mail, found: Understanding) -> str:
    """What the opportunity is about, without prefixes of answers and forwards."""
    inner = found.forward.subject if found.forward and found.forward.subject else ""
    asked = found.form.subject if found.form else ""
    return bare(inner or asked or mail.subject).strip()


def letter_of(mail: Mail, found: Understanding, received: datetime, files: Sequence[File], user: User | None) -> Letter:
    """``mail`` as history: the customer's words as the body, a forwarder's words as the note."""
    thread = [each for each in (mail.message_id, *(n.message_id for n in mail.nested), *mail.in_reply_to, *reversed(list(mail.references))) if each]
    common = {"files": files, "thread": thread, "language": found.language}
    if found.forward is not None:
        parted, above = split_quotes(found.forward.text, None), split_quotes(found.written, None)
        return Letter(
            Kind.EMAIL_IN, moment(found.forward.date or mail.date, received, user), found.forward.subject or mail.subject,
            parted.written, note=above.written, quoted="\n\n".join(filter(None, (parted.quoted, above.quoted))), **common,  # type: ignore[arg-type]
        )
    kind = {MailKind.BCC: Kind.EMAIL_OUT, MailKind.FORM: Kind.FORM}.get(found.kind, Kind.EMAIL_IN)
    html = clean(mail.html) if mail.html and len(mail.html) <= MAX_HTML and kind is not Kind.FORM else None
    facts = {"fields": dict(found.form.fields)} if found.form else {}
    return Letter(
        kind, moment(mail.date, received, user), mail.subject, found.written, quoted=found.quoted, html=html, facts=facts,
        **common,  # type: ignore[arg-type]
    )
