"""A web form of ours: its fields come beside the text, nothing has to be guessed."""

import json
from typing import Any

from app.inbound.mime.directory import Directory, is_free_mail
from app.inbound.mime.forms import Form
from app.inbound.mime.mail import Address, Mail
from app.inbound.mime.people import Contact, typed_facts
from app.inbound.mime.signature_numbers import e164
from app.inbound.mime.understand import Kind, Understanding

FIELDS = "fields.json"


def _line(known: dict[str, Any], name: str) -> str:
    return " ".join(str(known.get(name) or "").split())[:200]


def is_robot(mail: Mail) -> bool:
    """Whether the field that people do not see was filled in."""
    return bool(_content(mail).get("is_robot"))


def _content(mail: Mail) -> dict[str, Any]:
    for part in mail.attachments:
        if part.name == FIELDS:
            content = json.loads(part.content)
            return content if isinstance(content, dict) else {}
    return {}


def submission(mail: Mail, directory: Directory) -> Understanding:
    """The reading of what a visitor sent."""
    content = _content(mail)
    known = content.get("known") or {}
    address = _line(known, "email").lower()
    name, company = _line(known, "name"), _line(known, "company")
    person = Address(name, address) if "@" in address else None
    domain = address.rpartition("@")[2]
    return Understanding(
        Kind.FORM, "form_known", {"sender": content.get("form", "")},
        form=Form(person, _line(known, "phone"), company, _line(known, "subject") or mail.subject, str(known.get("message") or ""),
                  {str(k): str(v) for k, v in (content.get("fields") or {}).items()}),
        contact=Contact(
            name, address, _line(known, "phone") or None, company or None, None if is_free_mail(domain) else domain,
            facts=typed_facts(e164(_line(known, "phone"), directory.region), _line(known, "phone")),
        ) if person else None,
        written=str(known.get("message") or mail.text),
        language=content.get("language"),
        attachments=tuple(part for part in mail.attachments if part.name != FIELDS),
    )
