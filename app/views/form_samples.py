"""A sample of a form's notification on the page: where it comes from, its labels, and what would become of it."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.form_fields import Meaning
from app.domain.labels import label
from app.domain.messages import State
from app.extensions import db, store
from app.inbound.mime.form_fields import Field
from app.inbound.mime.form_labels import bare_label
from app.inbound.mime.form_layouts import Layout, layouts_for, senders_of
from app.inbound.mime.forms import Form, fits, form_of, found_fields
from app.inbound.mime.mail import Mail
from app.inbound.mime.read import read
from app.inbound.mime.subjects import bare
from app.inbound.stages.directory import stored_directory
from app.models import FormLayout, IncomingMessage
from app.operations.filing import open_opportunities
from app.operations.people import contact_of
from app.permissions.actor import SYSTEM, acting
from app.support.i18n import N_
from app.support.text import fold, shorten
from app.views.base import key, session_get

MAX_SAMPLE = 256 * 1024
REPLAYABLE = (State.HELD, State.IGNORED, State.FAILED)
_HEADERS = re.compile(rb"^(?:received|message-id|mime-version|date|return-path|content-type|delivered-to):", re.IGNORECASE | re.MULTILINE)
_PLAIN = b"Content-Type: text/plain; charset=utf-8\r\nMIME-Version: 1.0\r\n\r\n"


@dataclass(frozen=True)
class Sample:
    """``kept`` carries a pasted or uploaded one from page to page; ``message`` is one that came in."""

    mail: Mail
    message: IncomingMessage | None = None
    kept: str = ""


def posted_sample() -> Sample | None:
    """What was pasted or uploaded now, else the sample that the page carries; None where there is none."""
    if "form_sample" not in g:  # a file can be read once
        g.form_sample = _posted_sample()
    found: Sample | None = g.form_sample
    return found


def _posted_sample() -> Sample | None:
    file = request.files.get("file")
    raw = file.stream.read(MAX_SAMPLE + 1) if file and file.filename else b""
    pasted = request.form.get("pasted", "").strip()
    if raw or pasted:
        return _own(raw or pasted.encode("utf-8", "replace"))
    if (number := request.values.get("message", type=key)) is not None:
        return of_message(session_get(IncomingMessage, number))
    try:
        raw = base64.b64decode(request.form.get("kept", ""), validate=True)
    except ValueError:
        raw = b""
    return _own(raw) if raw else None


def _own(raw: bytes) -> Sample:
    if len(raw) > MAX_SAMPLE:
        raise DomainError("sample_too_large", N_("The sample is larger than %(limit)s KB. Save the mail without its files and try again."),
                          limit=MAX_SAMPLE // 1024)
    head = raw.lstrip()[:8192].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    whole = raw.lstrip() if _HEADERS.search(head) else _PLAIN + raw
    return Sample(read(whole), kept=base64.b64encode(whole).decode())


def of_message(message: IncomingMessage | None) -> Sample | None:
    """The original of ``message``; None where it is gone."""
    if message is None:
        return None
    try:
        return Sample(read(store().get(message.raw_sha256)), message)
    except KeyError:
        return None


def proposed_sender(sample: Sample) -> str:
    """The address that really sent it: behind a group, the one that the group names."""
    return next((each for each in reversed(senders_of(sample.mail)) if each), "")


def posted_pairs() -> list[tuple[str, str]]:
    """Labels and meanings as they were chosen on the page."""
    return list(zip(request.form.getlist("label"), request.form.getlist("meaning"), strict=False))


def proposed_pairs(sample: Sample) -> list[tuple[str, str]]:
    """The labels that are found without being taught, and what they seem to mean."""
    return [(each.label, each.meaning.value) for each in found_fields(sample.mail)]


def _meanings(pairs: Sequence[tuple[str, str]]) -> dict[str, Meaning]:
    return {bare_label(name): Meaning(chosen) if chosen in list(Meaning) else Meaning.TEXT for name, chosen in pairs if bare_label(name)}


def label_rows(pairs: Sequence[tuple[str, str]], sample: Sample | None) -> list[dict[str, Any]]:
    """A row for each chosen label with its value in the sample, then the labels that the sample has besides."""
    meanings = _meanings(pairs)
    found = {each.key: each for each in found_fields(sample.mail, meanings)} if sample and meanings else {}
    rows = [
        {"label": name, "meaning": chosen, "value": found[bare_label(name)].value if bare_label(name) in found else None}
        for name, chosen in pairs if name.strip()
    ]
    rest = [each for each in found.values() if each.key not in meanings]
    return rows + [{"label": each.label, "meaning": Meaning.TEXT.value, "value": each.value} for each in rest]


def choices() -> list[tuple[str, str]]:
    """The pick-list of meanings."""
    return [(each.value, gettext(label(each))) for each in Meaning]


def preview(sample: Sample, layout: FormLayout, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What would become of ``sample``: the contact, the opportunity, the lines of its history, and what is in the way."""
    meanings = _meanings(pairs)
    taught = Layout(0, layout.name or "", (layout.sender or "").strip().lower().removeprefix("@"), fold(layout.subject or ""), meanings)
    fields = found_fields(sample.mail, meanings)
    with acting(SYSTEM):
        directory = stored_directory()
        form = form_of(sample.mail, fields, directory, taught)
        live = _live(form)
    facts = [
        (gettext("Contact"), form.person.name if form.person else ""), (gettext("E-mail"), form.person.address if form.person else ""),
        (gettext("Telephone"), form.phone), (gettext("Company"), form.company),
        (gettext("Opportunity"), "" if live else shorten(bare(form.subject), 200)),
        (gettext("Consent"), form.consent),
    ]
    return {
        "outcome": _outcome(form, live), "troubles": _troubles(sample.mail, taught, fields),
        "facts": [(name, value) for name, value in facts if value], "fields": list(form.fields.items()),
    }


def _live(form: Form) -> Any:
    contact = contact_of(form.person.address) if form.person else None
    found = open_opportunities([contact.id]) if contact else []
    return found[0] if found else None


def _outcome(form: Form, live: Any) -> tuple[str, str]:
    if form.person is None:
        return "warn", gettext("No customer is found in it: such a mail would wait for a decision. Choose the label that holds the e-mail address.")
    if live is not None:
        return "good", gettext("It would be added to the history of “%(name)s”, which is open.", name=live)
    return "good", gettext("It would make an opportunity.")


def _troubles(mail: Mail, taught: Layout, fields: Sequence[Field]) -> list[str]:
    """Why this sample would not be taken for the form, in sentences."""
    found = []
    if mail.author is not None and taught.sender and not any(map(taught.is_from, senders_of(mail))):
        found.append(gettext("The sample comes from %(sender)s, not from %(taught)s: it would not be read with this layout.",
                             sender=mail.author.address, taught=taught.sender))
    if mail.subject and not layouts_for(mail, [taught]) and not taught.is_about(mail.subject):
        found.append(gettext("The subject of the sample does not contain “%(text)s”: it would not be read with this layout.", text=taught.subject))
    if not fits(taught, fields):
        found.append(gettext("Too few of the labels stand in the sample: it would not be read with this layout."))
    return found


def described(sample: Sample) -> dict[str, Any]:
    """The sample in a line."""
    author = sample.mail.author
    return {
        "subject": sample.mail.subject, "sender": author.address if author else "",
        "url": url_for("IncomingMessageView.show", pk=sample.message.id) if sample.message else None,
        "can_replay": sample.message is not None and sample.message.state in REPLAYABLE,
        "message": sample.message.id if sample.message else None, "kept": sample.kept,
    }


def taught_message(pk: int | None) -> IncomingMessage | None:
    """The message that a layout was taught from."""
    return db.session.get(IncomingMessage, pk) if pk else None
