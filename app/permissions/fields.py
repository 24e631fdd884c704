"""The fields that a profile can hide or make read-only, by type of record, and what screens call parts of them.

What names a record (a title, a company, a person) and whose it is cannot be hidden: one could not speak of it.
"""

from typing import Final

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "Opportunity": ("amount", "probability", "expected_close_on", "description", "source"),
    "Account": ("type", "street", "phone", "email", "website", "siren", "siret", "nip", "regon", "vat_number", "remarks"),
    "Contact": ("job", "department", "addresses", "phones", "remarks"),
}
# A column of a list, a field of a form or a column of the table → the field that governs it.
PARTS: Final[dict[str, dict[str, str]]] = {
    "Opportunity": {"currency": "amount"},
    "Account": {"postcode": "street", "city": "street", "address": "street", "type_id": "type"},
    "Contact": {"address": "addresses", "address_lines": "addresses", "phone_lines": "phones", "phone": "phones"},
}


def governing(record_type: str, name: str) -> str:
    """The field whose rule counts for ``name``; of ``account.city`` that of the first part."""
    first = name.partition(".")[0]
    return PARTS.get(record_type, {}).get(first, first)
