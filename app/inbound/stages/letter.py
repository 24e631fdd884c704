"""From the facts of a mail to the line of history."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.timeline import Kind
from app.inbound.mime.mail import Mail
from app.inbound.mime.subjects import bare
from app.inbound.mime.understand import Kind as MailKind
from app.inbound.mime.understand import Understanding
from app.inbound.reading import Reading
from app.models import User
from app.operations.filing import Letter
from app.support import clock

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


def letter_of(reading: Reading, received: datetime, user: User | None) -> Letter:
    """``reading`` as history."""
    mail, found, words = reading.mail, reading.found, reading.words
    thread = [each for each in (mail.message_id, *(n.message_id for n in mail.nested), *mail.in_reply_to, *reversed(list(mail.references))) if each]
    forward, form = found.forward, found.form
    return Letter(
        {MailKind.BCC: Kind.EMAIL_OUT, MailKind.FORM: Kind.FORM}.get(found.kind, Kind.EMAIL_IN),
        moment((forward.date if forward else None) or mail.date, received, user), (forward.subject if forward else "") or mail.subject,
        words.body, note=words.note, quoted=words.quoted, html=words.html, files=reading.files, thread=thread, language=found.language,
        facts={"fields": dict(form.fields)} if form else {},
    )
