"""Two records that are one: which of their values are chosen between, and how long it can be taken back."""

from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

UNDO_WITHIN: Final = timedelta(days=7)


class Choice(StrEnum):
    """Whose value the record that stays has afterwards."""

    KEPT = "kept"
    GONE = "gone"
    BOTH = "both"  # one below the other


# What a record has one value of; the rest (people, tags, history …) comes together from both.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "Opportunity": ("title", "account", "amount", "probability", "expected_close_on", "starred", "campaign", "owner", "team", "description"),
    "Account": ("name", "type", "country", "siren", "siret", "nip", "regon", "vat_number", "email", "phone", "website", "street", "postcode",
                "city", "language", "owner", "team", "remarks"),
    "Contact": ("title", "first_name", "last_name", "job", "department", "language", "owner", "team", "remarks"),
}
FILLED: Final[dict[str, tuple[str, ...]]] = {"Account": ("mail_domain",)}  # on no form: taken over where the kept one has none
WITH: Final = {"amount": ("currency",)}  # chosen together
TEXTS: Final = frozenset({"description", "remarks"})


def is_empty(value: Any) -> bool:
    """Whether a record has no value there; a star that is not set is none."""
    return value in (None, "", False) or value == []


def chosen(choice: Choice | None, name: str, kept: Any, gone: Any) -> Any:
    """The value of the field ``name`` afterwards; where nobody chose, an empty one is filled."""
    if choice is None:
        choice = Choice.GONE if is_empty(kept) else Choice.KEPT
    if choice is Choice.BOTH and name in TEXTS:
        return "\n\n".join(text for text in (kept, gone) if text) or None
    return gone if choice is Choice.GONE else kept
