"""Reading contacts."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import Account, AddressFinding, Contact, IncomingMessage

LIMIT = 20
FINDINGS = 60


def contacts_of(account: Account) -> list[Contact]:
    """The people of a company, by name."""
    query = select(Contact).where(Contact.accounts.any(Account.id == account.id), Contact.archived_at.is_(None))
    loads = (selectinload(Contact.addresses), selectinload(Contact.phones))
    return list(db.session.scalars(query.options(*loads).order_by(Contact.sort_name, Contact.id).limit(LIMIT)))


def findings_of(contact: Contact) -> tuple[list[AddressFinding], set[int]]:
    """What was learned of the person's mail addresses, latest first, and the keys of those messages behind it that the reader may open."""
    keys = [each.id for each in contact.addresses]
    query = select(AddressFinding).where(AddressFinding.address_id.in_(keys)).order_by(AddressFinding.at.desc(), AddressFinding.id.desc())
    found = list(db.session.scalars(query.limit(FINDINGS))) if keys else []
    behind = {each.message_id for each in found} - {None}
    visible = select(IncomingMessage.id).where(IncomingMessage.id.in_(behind))
    return found, set(db.session.scalars(visible)) if behind else set()
