"""Feedback reports: a provider says what its user thinks of a mail (RFC 5965)."""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from app.inbound.mime.bounces import MAX_REPORT, original_id
from app.inbound.mime.mail import Mail

# The person pressed “spam” or asked to be left alone; the other types judge the mail system, not the mail.
COMPLAINTS = frozenset({"abuse", "opt-out", "opt-out-list"})
_OLDER = re.compile(r"complaint about message from ", re.IGNORECASE)  # of providers from before RFC 5965
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


@dataclass(frozen=True, slots=True)
class Feedback:
    """One report. ``recipient`` is who complained, None where the provider hides it; ``original_message_id`` may tell it."""

    type: str
    recipient: str | None = None
    reporter: str = ""
    original_message_id: str | None = None

    @property
    def is_complaint(self) -> bool:
        return self.type in COMPLAINTS


def find_feedback(mail: Mail) -> Feedback | None:
    """Return the feedback report that ``mail`` is, or None."""
    part = next((each for each in mail.reports if each.type == "message/feedback-report"), None)
    if part is None:
        is_report = mail.report_type == "feedback-report"
        if not is_report and not (mail.nested and _OLDER.match(mail.subject)):
            return None
        return Feedback("other" if is_report else "abuse", _returned_to(mail), original_message_id=original_id(mail))
    text = part.content[:MAX_REPORT].decode("utf-8", "replace").replace("\r\n", "\n").strip("\n")
    fields = HeaderParser().parsestr(text)
    named = _EMAIL.search(str(fields.get("original-rcpt-to", ""))[:1_000])
    if named and "redacted" in named[0].lower():
        return Feedback(_type(fields), reporter=_reporter(mail), original_message_id=original_id(mail))
    return Feedback(
        _type(fields), named[0].lower() if named else _returned_to(mail), _reporter(mail), original_id(mail)
    )


def _type(fields: Message) -> str:
    return str(fields.get("feedback-type", "other")).strip().lower()[:40]


def _reporter(mail: Mail) -> str:
    return mail.author.domain[:120] if mail.author else ""


def _returned_to(mail: Mail) -> str | None:
    """Whom the message was written to, when that was one person only."""
    found = next((each for each in mail.nested if each.to), None)
    return found.to[0].address if found and len(found.to) == 1 and not found.cc else None
