"""Feedback reports: a provider says what its user thinks of a mail (RFC 5965)."""

import re
from dataclasses import dataclass
from email.parser import HeaderParser

from app.inbound.mime.bounces import MAX_REPORT, original_id
from app.inbound.mime.mail import Mail

# The person pressed “spam” or asked to be left alone; the other types judge the mail system, not the mail.
COMPLAINTS = frozenset({"abuse", "opt-out", "opt-out-list"})
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
        return Feedback("other", original_message_id=original_id(mail)) if mail.report_type == "feedback-report" else None
    text = part.content[:MAX_REPORT].decode("utf-8", "replace").replace("\r\n", "\n").strip("\n")
    fields = HeaderParser().parsestr(text)
    named = _EMAIL.search(str(fields.get("original-rcpt-to", ""))[:1_000])
    reporter = _EMAIL.search(mail.author.address) if mail.author else None
    return Feedback(
        str(fields.get("feedback-type", "other")).strip().lower()[:40], named[0].lower() if named else _returned_to(mail),
        reporter[0].rpartition("@")[2] if reporter else "", original_id(mail),
    )  # fmt: skip


def _returned_to(mail: Mail) -> str | None:
    """Whom the message was written to, when that was one person only."""
    found = next((each for each in mail.nested if each.to), None)
    return found.to[0].address if found and len(found.to) == 1 and not found.cc else None
