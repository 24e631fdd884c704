"""Reading contacts."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import Account, Contact

LIMIT = 20


def contacts_of(account: Account) -> list[Contact]:
    """The people of a company, by name."""
    query = select(Contact).where(Contact.accounts.any(Account.id == account.id), Contact.archived_at.is_(None))
    loads = (selectinload(Contact.addresses), selectinload(Contact.phones))
    return list(db.session.scalars(query.options(*loads).order_by(Contact.last_name, Contact.first_name).limit(LIMIT)))
