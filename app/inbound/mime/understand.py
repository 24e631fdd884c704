"""What a message is and whom it is about: each question in its order, the first that fits decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.appointments import Meeting
from app.domain.sender_rules import Effect
from app.inbound.mime.automatic import auto_reply_sign, calendar_method, list_sign
from app.inbound.mime.bounces import Bounce, find_bounce
from app.inbound.mime.closings import is_banner
from app.inbound.mime.customers import Forwarded, forwarded, possible_customers
from app.inbound.mime.directory import Directory
from app.inbound.mime.feedback import Feedback, find_feedback
from app.inbound.mime.form_layouts import layouts_for
from app.inbound.mime.forms import Form, find_form, number_of, region_of
from app.inbound.mime.forwards import Forward
from app.inbound.mime.language import detect
from app.inbound.mime.limits import MAX_TEXT, MAX_TEXT_LINES
from app.inbound.mime.mail import Address, Mail, Oddity, Part
from app.inbound.mime.meetings import meetings_of
from app.inbound.mime.people import (
    Contact,
    contact,
    externals,
    name_of,
    typed_facts,
    writer,
)
from app.inbound.mime.quotes import split_quotes
from app.inbound.mime.subjects import is_forward, is_reply
from app.support.i18n import N_

# Where a calendar says no zone: that of the firm.
ZONES = {"FR": "Europe/Paris", "PL": "Europe/Warsaw", "GB": "Europe/London", "BE": "Europe/Brussels", "CH": "Europe/Zurich", "DE": "Europe/Berlin"}


class Kind(StrEnum):
    OWN = "own"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    FEEDBACK = "feedback"
    CALENDAR = "calendar"
    LIST = "list"
    FORM = "form"
    FORWARD = "forward"
    BCC = "bcc"
    REPLY = "reply"
    INBOUND = "inbound"
    UNREADABLE = "unreadable"


REASONS: Mapping[str, str] = {
    "unreadable": N_("The message has no header that can be read."),
    "own_message": N_("We sent this message ourselves."),
    "own_address": N_("The message claims to come from our own address %(address)s."),
    "bounce_failed": N_("The delivery to %(recipient)s failed."),
    "bounce_delayed": N_("The delivery to %(recipient)s is late."),
    "bounce_done": N_("A delivery to %(recipient)s is confirmed."),
    "feedback": N_("A mail provider reports what its user thinks of a message (%(type)s)."),
    "form_known": N_("A web form was filled in: %(sender)s sends its notifications."),
    "forward_certain": N_("%(user)s forwarded a message from %(person)s."),
    "forward_uncertain": N_("%(user)s forwarded a message, but its author must be confirmed."),
    "bcc_envelope": N_("%(user)s wrote to %(person)s with %(address)s in blind copy."),
    "bcc_copy": N_("%(user)s wrote to %(person)s with %(address)s in copy."),
    "bcc_hidden": N_("%(user)s wrote to %(person)s, and our address is in neither To nor Cc."),
    "bcc_nobody": N_("%(user)s put us in copy, but nobody outside the firm received the message."),
    "auto_reply": N_("A machine answered: %(sign)s says so."),
    "calendar": N_("The message is a calendar message: %(method)s."),
    "list": N_("The message came through a list or bulk mailing: %(sign)s says so."),
    "reply": N_("The message answers an earlier one."),
    "inbound": N_("The message comes from %(person)s."),
    "inbound_user": N_("%(user)s wrote to us, and the message names no customer."),
    "inbound_nobody": N_("The message comes from nobody who could be a contact."),
}


@dataclass(frozen=True, slots=True)
class Understanding:
    """The reading of one message. ``reason`` is a code of REASONS, ``params`` fill its sentence.

    ``addressed`` are the intake addresses found, ``user`` the key of the registered author.
    ``candidates`` are those who may be the contact where a person must choose.
    ``written`` is what the writer wrote, for a forward the words above it; ``quoted`` is the rest.
    """

    kind: Kind
    reason: str
    params: Mapping[str, str] = field(default_factory=dict)
    addressed: tuple[str, ...] = ()
    user: str | None = None
    contact: Contact | None = None
    participants: tuple[Address, ...] = ()
    candidates: tuple[Address, ...] = ()
    written: str = ""
    quoted: str = ""
    forward: Forward | None = None
    attachments: tuple[Part, ...] = ()
    bounce: Bounce | None = None
    feedback: Feedback | None = None
    form: Form | None = None
    calendar_method: str | None = None
    meetings: tuple[Meeting, ...] = ()
    language: str | None = None
    warnings: tuple[Oddity, ...] = ()

    @property
    def sentence(self) -> str:
        """The reason in English; screens translate the message id themselves."""
        return REASONS[self.reason] % self.params


def understand(mail: Mail, directory: Directory) -> Understanding:
    """Say what ``mail`` is, in the order of the questions: a later one is asked if the former fits not."""
    addressed = addresses_of_ours(mail, directory)
    author = writer(mail, directory)
    found = (
        _unreadable(mail)
        or _own(mail, author, directory)
        or _bounce(mail)
        or _feedback(mail)
        or _form(mail, directory)
        or _from_user(mail, author, addressed, directory)
        or _automatic(mail, directory)
        or _from_outside(mail, author, directory)
    )
    return _completed(found, mail, author, addressed, directory)


def addresses_of_ours(mail: Mail, directory: Directory) -> tuple[str, ...]:
    """Return the intake addresses that the message was delivered or written to, trace headers first."""
    candidates = (*mail.envelope, *(each.address for each in (*mail.to, *mail.cc)), *directory.group_addresses(mail))
    return tuple(dict.fromkeys(each for each in candidates if directory.crm_address(each)))


def _unreadable(mail: Mail) -> Understanding | None:
    return None if mail.is_readable else Understanding(Kind.UNREADABLE, "unreadable")


def _own(mail: Mail, author: Address | None, directory: Directory) -> Understanding | None:
    marks = (mail.message_id, *(value.strip(" <>") for value in mail.headers.get("x-loop", ())))
    if any(directory.is_own_id(each) for each in marks if each):
        return Understanding(Kind.OWN, "own_message")
    if author is None or layouts_for(mail, directory.form_layouts):
        return None
    # A form that writes in our name is recognised by whom it wants to be answered.
    if any(directory.is_external_person(each) for each in mail.reply_to):
        return None
    if author.address in directory.own_addresses or directory.crm_address(author.address):
        return Understanding(Kind.OWN, "own_address", {"address": author.address})
    return None


def _bounce(mail: Mail) -> Understanding | None:
    bounce = find_bounce(mail)
    if bounce is None:
        return None
    reason = {"failed": "bounce_failed", "delayed": "bounce_delayed"}.get(bounce.action, "bounce_done")
    kind = Kind.AUTO_REPLY if reason == "bounce_done" else Kind.BOUNCE
    return Understanding(kind, reason, {"recipient": bounce.recipient or "?"}, bounce=bounce)


def _feedback(mail: Mail) -> Understanding | None:
    feedback = find_feedback(mail)
    if feedback is None:
        return None
    return Understanding(Kind.FEEDBACK, "feedback", {"type": feedback.type}, feedback=feedback)


def _form(mail: Mail, directory: Directory) -> Understanding | None:
    form = find_form(mail, directory)
    if form is None:
        return None
    sender = mail.author.address if mail.author else "?"
    return Understanding(
        Kind.FORM, "form_known", {"sender": sender}, form=form, contact=_visitor(form, directory), written=form.message
    )


def _visitor(form: Form, directory: Directory) -> Contact | None:
    if form.person is None:
        return None
    name = form.person.name or name_of(form.person)
    person = contact(Address(name, form.person.address), text="", directory=directory)
    phone = number_of(form.phone, region_of(form, directory.region))
    return replace(person, phone=phone, company=form.company or None, facts=typed_facts(phone, form.phone))


def _from_user(
    mail: Mail, author: Address | None, addressed: tuple[str, ...], directory: Directory
) -> Understanding | None:
    """A registered user forwarded something to us, or wrote to somebody with us in copy."""
    if author is None or not directory.is_user(author.address):
        return None
    people = externals((*mail.to, *mail.cc), directory, mail)
    shown = [each for each in addressed if each in {box.address for box in (*mail.to, *mail.cc)}]
    if not people or (shown and is_forward(mail.subject)):
        inside = forwarded(mail, directory, text=mail.text)
        if inside or is_forward(mail.subject):
            return _forward(mail, author, inside, directory)
    user = author.name or author.address
    if people:
        params = {"user": user, "person": people[0].address, "address": next(iter(addressed), "")}
        reason = "bcc_copy" if shown else "bcc_envelope" if addressed else "bcc_hidden"
        person = contact(people[0], text="", directory=directory)
        return Understanding(Kind.BCC, reason, params, contact=person, participants=people[1:])
    if not shown and (mail.to or mail.cc) and not _is_answer(mail):
        return Understanding(Kind.BCC, "bcc_nobody", {"user": user})
    return None


def _forward(
    mail: Mail, author: Address, inside: Forwarded | None, directory: Directory
) -> Understanding:
    params = {"user": author.name or author.address}
    if inside is None:
        candidates = possible_customers(mail.text, directory)
        return Understanding(Kind.FORWARD, "forward_uncertain", params, candidates=candidates, written=mail.text)
    person = _forwarded_visitor(inside.inner, directory)
    if person:
        params["person"] = person.address
    elif inside.person:
        is_sender = inside.inner.sender == inside.person
        text = inside.inner.text if is_sender else ""
        person = contact(inside.person, text=text, directory=directory, is_confirmed=inside.is_confirmed)
        params["person"] = inside.person.address
    others = externals((*inside.inner.to, *inside.inner.cc), directory, mail)
    return Understanding(
        Kind.FORWARD,
        "forward_certain" if person and person.is_confirmed else "forward_uncertain",
        params,
        contact=person,
        participants=tuple(each for each in others if person is None or each.address != person.address),
        candidates=() if person and person.is_confirmed else inside.candidates,
        written=inside.outer.note,
        forward=inside.inner,
        attachments=_with_forwarded(mail),
    )


def _forwarded_visitor(inner: Forward, directory: Directory) -> Contact | None:
    """Who filled in the form of a web site, when it is its notification that a colleague forwards."""
    form = find_form(Mail(author=inner.sender, subject=inner.subject or "", text=inner.text), directory)
    return _visitor(form, directory) if form else None


def _with_forwarded(mail: Mail) -> tuple[Part, ...]:
    """The files of the forwarded mail belong to the customer's history as much as those around it."""
    found = {part.sha256: part for part in mail.attachments}
    for nested in mail.nested:
        for part in nested.attachments:
            found.setdefault(part.sha256, part)
    return tuple(found.values())


def _automatic(mail: Mail, directory: Directory) -> Understanding | None:
    effect = directory.effect_on(mail)
    sign = None if effect is Effect.PERSON else auto_reply_sign(mail)
    # Groups and calendar programs mark what people sent as automatic.
    if sign and not (sign == "Auto-Submitted" and (directory.is_group(mail) or calendar_method(mail))):
        return Understanding(Kind.AUTO_REPLY, "auto_reply", {"sign": sign})
    method = calendar_method(mail)
    if method:
        return Understanding(Kind.CALENDAR, "calendar", {"method": method}, calendar_method=method)
    sign = list_sign(mail, directory) if effect not in (Effect.PERSON, Effect.ALLOW) else None
    return Understanding(Kind.LIST, "list", {"sign": sign}) if sign else None


def _is_answer(mail: Mail) -> bool:
    if is_forward(mail.subject):
        return False
    return bool(mail.in_reply_to or mail.references) or is_reply(mail.subject)


def _from_outside(mail: Mail, author: Address | None, directory: Directory) -> Understanding:
    if _is_answer(mail):
        return Understanding(Kind.REPLY, "reply")
    if author and directory.is_user(author.address):
        return Understanding(Kind.INBOUND, "inbound_user", {"user": author.name or author.address})
    if author is None or not directory.is_external_person(author):
        return Understanding(Kind.INBOUND, "inbound_nobody")
    return Understanding(Kind.INBOUND, "inbound", {"person": author.address})


def _completed(
    found: Understanding, mail: Mail, author: Address | None, addressed: tuple[str, ...], directory: Directory
) -> Understanding:
    """Add what every kind has: the parted text, the people, the language, the warnings."""
    written, quoted, person, people = found.written, found.quoted, found.contact, found.participants
    if found.forward is not None:
        above = split_quotes(written[:MAX_TEXT], None)
        written, quoted = above.written, above.quoted + written[MAX_TEXT:]
        if is_banner(" ".join(written.split())):  # nobody wrote anything above
            written, quoted = "", "\n\n".join(filter(None, (written, quoted)))
    elif found.kind not in (Kind.FORM, Kind.FORWARD):
        parted = split_quotes(mail.text, mail.html)
        written, quoted = parted.written, parted.quoted
    if found.kind in (Kind.REPLY, Kind.INBOUND, Kind.CALENDAR, Kind.AUTO_REPLY, Kind.LIST):
        person, people = _correspondents(found.kind, mail, author, directory)
    warnings = mail.warnings
    if len(mail.text) > MAX_TEXT:
        warnings = (*warnings, Oddity("text_too_long", {"limit": MAX_TEXT // 1024}))
    elif mail.text.count("\n") >= MAX_TEXT_LINES:
        warnings = (*warnings, Oddity("text_too_many_lines", {"limit": MAX_TEXT_LINES}))
    return replace(
        found,
        addressed=addressed,
        user=directory.users.get(author.address) if author else None,
        contact=person,
        participants=people,
        written=written,
        quoted=quoted,
        attachments=found.attachments or tuple(mail.attachments),
        meetings=_meetings(found.kind, mail, directory),
        language=_language(found, written, mail),
        warnings=tuple(warnings),
    )


def _meetings(kind: Kind, mail: Mail, directory: Directory) -> tuple[Meeting, ...]:
    if kind not in (Kind.CALENDAR, Kind.BCC) or not mail.calendar:
        return ()
    return tuple(meetings_of(mail, ZoneInfo(ZONES.get(directory.region, "UTC"))))


def _correspondents(
    kind: Kind, mail: Mail, author: Address | None, directory: Directory
) -> tuple[Contact | None, tuple[Address, ...]]:
    people = externals((*((author,) if author else ()), *mail.to, *mail.cc), directory, mail)
    if not people:
        return None, ()
    if kind is Kind.LIST:
        return None, people
    is_author = author is not None and people[0].address == author.address
    is_letter = kind in (Kind.REPLY, Kind.INBOUND)
    text = mail.text if is_author and is_letter else ""
    # Whom a machine or a stranger among us writes to did not write it.
    is_confirmed = is_author or not is_letter
    return contact(people[0], text=text, html=mail.html, directory=directory, is_confirmed=is_confirmed), people[1:]


def _language(found: Understanding, written: str, mail: Mail) -> str | None:
    """The customer's language: what they wrote themselves, else the whole text."""
    texts = [found.forward.text if found.forward else "", written, mail.text]
    return next((guess for guess in map(detect, texts) if guess), None)
