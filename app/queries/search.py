"""What the command field finds: records by their words, contacts by a telephone number too."""

from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models import Account, Contact, ContactPhone, Opportunity
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries import lookups

FEWEST_DIGITS = 4


def everywhere(asked: str) -> dict[type[Any], list[Any]]:
    """The first rows of each kind that the actor may see. Nothing asked: nothing found."""
    if not asked.strip():
        return {}
    found: dict[type[Any], list[Any]] = {model: lookups.matching(model, asked) for model in (Contact, Account, Opportunity)}
    found[Contact] += [one for one in _by_number(asked) if one not in found[Contact]]
    return found


def _by_number(asked: str) -> list[Contact]:
    """Contacts whose number ends like what was typed: with its country code, with a zero, or a part of it."""
    digits = "".join(c for c in asked if c.isdigit())
    if len(digits) < FEWEST_DIGITS or not is_shown(current_actor(), Contact, "phones") or any(c.isalpha() for c in asked):
        return []
    bare = func.replace(ContactPhone.number, " ", "")
    statement = (
        select(Contact)
        .where(Contact.phones.any(bare.contains(digits.lstrip("0"), autoescape=True)), Contact.archived_at.is_(None))
        .order_by(Contact.search_text)
    )
    return list(db.session.scalars(statement.limit(lookups.LIMIT)))
