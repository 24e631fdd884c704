"""What a visitor sends through a public web form: checked, made into a message, kept, filed."""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import force_locale, gettext
from sqlalchemy import select

from app.extensions import db
from app.inbound.pipeline import settle
from app.inbound.receive import receive_form
from app.models import Delivery, Firm, WebForm
from app.support import clock
from app.support.i18n import N_
from app.support.text import fold, shorten, storable

log = logging.getLogger(__name__)

TRAP = "fax_number"  # no visitor sees this field: only a robot fills it in
CONSENT, CONSENT_VERSION, NONCE = "consent", "consent_version", "nonce"
OURS = {TRAP, CONSENT, CONSENT_VERSION, NONCE, "csrf_token"}
JSON_NAME = "fields.json"
MAX_FIELDS, MAX_VALUE, MAX_MESSAGE = 40, 500, 20_000
SAME_WITHIN = timedelta(minutes=10)

LABELS = {
    "name": N_("Full name"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "email": N_("E-mail"),
    "phone": N_("Telephone"),
    "company": N_("Company"),
    "subject": N_("Subject"),
    "message": N_("Message"),
}
# What sites call these fields, folded, without "your" and without marks between words.
_NAMES = {
    "name": "name fullname nometprenom imieinazwisko",
    "first_name": "firstname prenom imie givenname",
    "last_name": "lastname nom nazwisko surname familyname",
    "email": "email mail courriel adresemail emailaddress adresseemail",
    "phone": "phone tel telephone telefon mobile",
    "company": "company societe firma organisation organization entreprise",
    "subject": "subject objet sujet temat",
    "message": "message wiadomosc tresc comment comments commentaire",
}
_KNOWN = {word: name for name, words in _NAMES.items() for word in words.split()}
_MARKS = re.compile(r"[^a-z0-9]+")
_YOURS = re.compile(r"^(your|votre|twoj|twoja|twoje)")


@dataclass(frozen=True)
class Submission:
    """``values`` by our names, ``extras`` by the names that the site gave them, both in the order of the page."""

    values: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)
    is_robot: bool = False
    has_consented: bool = False
    consent_version: int | None = None
    nonce: str = ""

    @property
    def person(self) -> str:
        full = self.values.get("name") or f"{self.values.get('first_name', '')} {self.values.get('last_name', '')}"
        return shorten(full, 120)


def known_name(name: str) -> str | None:
    """Our name of the field that a site calls ``name``: ``known_name("your-email") == "email"``."""
    word = _MARKS.sub("", fold(name))
    return _KNOWN.get(word) or _KNOWN.get(_YOURS.sub("", word))


def read_submission(pairs: Iterable[tuple[str, str]]) -> Submission:
    """What the posted ``pairs`` say. A field that comes twice keeps both answers."""
    values: dict[str, str] = {}
    extras: dict[str, str] = {}
    ours: dict[str, str] = {}
    for name, raw in pairs:
        value = storable(raw).replace("\r\n", "\n").strip()
        if name in OURS:
            ours[name] = value
        elif value:
            known = known_name(name)
            place, key = (values, known) if known else (extras, shorten(storable(name), 60))
            place[key] = f"{place[key]}, {value}" if key in place else value
    version = ours.get(CONSENT_VERSION, "")
    return Submission(
        values,
        extras,
        is_robot=bool(ours.get(TRAP)),
        has_consented=bool(ours.get(CONSENT)),
        consent_version=int(version) if re.fullmatch(r"[1-9][0-9]{0,4}", version) else None,
        nonce=ours.get(NONCE, "")[:80],
    )


def problems(form: WebForm, sent: Submission) -> dict[str, str]:
    """What the visitor must mend, as msgids by field name; a robot is told nothing."""
    if sent.is_robot:
        return {}
    found: dict[str, str] = {}
    address = sent.values.get("email", "")
    if not address:
        found["email"] = N_("Type your e-mail address, so that we can answer you.")
    elif not usable_address(address):
        found["email"] = N_("Type the e-mail address in full, such as name@firm.example.")
    if len(sent.values.get("message", "")) > MAX_MESSAGE:
        found["message"] = N_("Shorten your message: 20,000 characters are the most that we take.")
    for name, value in (*sent.values.items(), *sent.extras.items()):
        if name != "message" and len(value) > (MAX_MESSAGE if name in sent.extras else MAX_VALUE):
            found.setdefault(name, N_("Shorten this answer, or put it into the message."))
    if len(sent.extras) > MAX_FIELDS:
        found["form"] = N_("This form has more fields than we take.")
    if form.consent_text and not sent.has_consented:
        found[CONSENT] = N_("Tick this box, so that we may use what you send us.")
    return found


def usable_address(address: str) -> str | None:
    """``address`` in the letters that every mail server takes; None when it is none."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return checked.ascii_email


def submission_uid(form: WebForm, sent: Submission) -> str:
    """The same for a double click and for the same answers within ten minutes, another one otherwise."""
    answers = json.dumps([sent.nonce, sorted(sent.values.items()), sorted(sent.extras.items())])
    digest = hashlib.sha256(answers.encode()).hexdigest()[:40]
    if sent.nonce:
        return digest
    now, seconds = clock.now(), int(SAME_WITHIN.total_seconds())
    window = int(now.timestamp()) // seconds
    earlier = f"{digest}-{window - 1}"
    is_again = db.session.scalar(
        select(Delivery.id).where(
            Delivery.web_form_id == form.id, Delivery.uid == earlier, Delivery.received_at > now - SAME_WITHIN
        )
    )
    return earlier if is_again else f"{digest}-{window}"


def compose(form: WebForm, sent: Submission, *, uid: str, language: str) -> bytes:
    """``sent`` as a message from the visitor to the form (RFC 5322), its fields again as JSON. No IP address."""
    own = _address_of(form)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_printable(sent.person), addr_spec=usable_address(sent.values.get("email", "")) or own)
    message["To"] = Address(_printable(form.name), addr_spec=own)
    with force_locale(language):
        message["Subject"] = _printable(shorten(sent.values.get("subject") or form.name, 200))
        lines = [
            f"{gettext(LABELS[name])}: {sent.values[name]}"
            for name in LABELS
            if name in sent.values and name != "message"
        ]
        lines += [f"{name}: {value}" for name, value in sent.extras.items()]
        if sent.values.get("message"):
            lines.append(f"{gettext(LABELS['message'])}: {sent.values['message']}")
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<form-{form.id}-{uid}@{own.rpartition('@')[2]}>"
    message.set_content("\n".join(lines) + "\n", charset="utf-8", cte="base64")
    content = json.dumps(_facts(form, sent, language), ensure_ascii=False, indent=1).encode()
    message.add_attachment(content, maintype="application", subtype="json", filename=JSON_NAME)
    return message.as_bytes()


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


def _address_of(form: WebForm) -> str:
    firm = db.session.get(Firm, 1)
    domain = firm.sender_address.rpartition("@")[2] if firm else "localhost"
    return f"form-{form.token}@{domain}"


def _facts(form: WebForm, sent: Submission, language: str) -> dict[str, Any]:
    consent = None
    if form.consent_text:
        version = min(sent.consent_version or form.consent_version, form.consent_version)
        consent = {"version": version, "is_given": sent.has_consented, "at": clock.now().isoformat()}
        if version == form.consent_version:
            consent["text"] = form.consent_text
    message, known = sent.values.get("message"), {**sent.values, "name": sent.person}
    shown = {name: value for name, value in (*sent.values.items(), *sent.extras.items()) if value is not message}
    return {
        "form": form.name,
        "language": language,
        "known": known,
        "fields": shown,
        "consent": consent,
        "is_robot": sent.is_robot,
    }


def hand_in(form: WebForm, sent: Submission, *, language: str) -> int:
    """Keep ``sent`` for good and file it; returns the key of the delivery. What cannot be filed now, the sweep files."""
    uid = submission_uid(form, sent)
    delivery_id = receive_form(form.id, compose(form, sent, uid=uid, language=language), uid)
    try:
        settle(delivery_id)
    except Exception:
        db.session.rollback()
        log.exception("delivery %s waits for the sweep", delivery_id)
    return delivery_id
