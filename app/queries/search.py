"""What the command field finds: records by their words, contacts by a telephone number too."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import Account, Contact, ContactPhone, Engagement, Opportunity, ProspectRow
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries import lookups
from app.queries.words import ask
from app.support.text import digits

FEWEST_DIGITS = 4
# What is shown of a hit besides its own columns.
SHOWN: dict[type[Any], tuple[Any, ...]] = {
    Contact: (selectinload(Contact.accounts), selectinload(Contact.addresses), selectinload(Contact.phones)),
    Account: (), Engagement: (joinedload(Engagement.account),), Opportunity: (joinedload(Opportunity.account), joinedload(Opportunity.step)),
    ProspectRow: (joinedload(ProspectRow.order),),
}


def everywhere(asked: str) -> dict[type[Any], list[Any]]:
    """The first rows of each kind that the actor may see. Nothing asked: nothing found."""
    if not asked.strip():
        return {}
    typed = ask(asked, [*SHOWN])
    found = {model: lookups.by_words(model, typed, loads) for model, loads in SHOWN.items()}
    found[Contact] += [one for one in _by_number(asked) if one not in found[Contact]]
    return found


def _by_number(asked: str) -> list[Contact]:
    """Contacts whose number ends like what was typed: with its country code, with a zero, or the last figures alone."""
    figures = digits(asked)
    if len(figures) < FEWEST_DIGITS or not is_shown(current_actor(), Contact, "phones") or any(c.isalpha() for c in asked):
        return []
    end = figures.lstrip("0")[::-1]
    if not end:
        return []
    of = select(ContactPhone.contact_id).where(ContactPhone.backwards >= end, ContactPhone.backwards < end + ":").limit(lookups.LIMIT)
    some = select(Contact).where(Contact.id.in_(of), Contact.archived_at.is_(None)).options(*SHOWN[Contact])
    return list(db.session.scalars(some.order_by(Contact.search_text + "", Contact.id)))
