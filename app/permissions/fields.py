"""The fields that a profile can hide or make read-only, by type of record, and what screens call parts of them.

What names a record (a title, a company, a person) and whose it is cannot be hidden: one could not speak of it.
"""

from typing import Final

from sqlalchemy.orm import Session

from app.models.custom_fields import KEY_TABLES, fields_of, known

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "Opportunity": ("amount", "probability", "expected_close_on", "description", "source", "campaign", "competitor"),
    "Account": ("type", "street", "phone", "email", "website", "siren", "siret", "nip", "regon", "vat_number", "remarks"),
    "Engagement": ("state", "remarks"),
    "Contact": ("job", "department", "addresses", "phones", "remarks"),
}
# A column of a list, a field of a form or a column of the table → the field that governs it.
PARTS: Final[dict[str, dict[str, str]]] = {
    "Opportunity": {"currency": "amount", "campaign_id": "campaign", "known_competitor": "competitor", "competitor_id": "competitor"},
    "Account": {"postcode": "street", "city": "street", "address": "street", "type_id": "type"},
    "Contact": {"address": "addresses", "address_lines": "addresses", "phone_lines": "phones", "phone": "phones"},
}


def governing(record_type: str, name: str) -> str:
    """The field whose rule counts for ``name``; of ``account.city`` that of the first part."""
    first = name.partition(".")[0]
    return PARTS.get(record_type, {}).get(first, first)


def governed(record_type: str, session: Session) -> tuple[str, ...]:
    """The fields of a type that a profile can hide or make read-only, those of the firm's own among them."""
    return (*FIELDS.get(record_type, ()), *(field.name for field in fields_of(record_type, session)))


def is_governed(record_type: str, name: str, session: Session) -> bool:
    """Whether a profile may speak of that field; of an archived one too: it must not come back with more rights than it had."""
    return name in FIELDS.get(record_type, ()) or (record_type in KEY_TABLES and name in known(session))
