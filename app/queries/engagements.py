"""Reading engagements."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from app.extensions import db
from app.models import Account, Contact, Engagement
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.permissions.scope import rows

LIMIT = 10


def engagements_of(subject: Account | Contact) -> list[Engagement]:
    """Those with a company or a person that the actor sees, the most recently active first."""
    if isinstance(subject, Contact):
        theirs = or_(Engagement.lead_contact_id == subject.id, Engagement.contacts.any(Contact.id == subject.id))
    else:
        theirs = Engagement.account_id == subject.id
    query = select(Engagement).where(theirs, Engagement.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Engagement.last_activity_at.desc(), Engagement.id).limit(LIMIT)))


def writable(engagements: Iterable[Engagement]) -> list[Engagement]:
    """Those that the acting person may change."""
    known = {each.id: each for each in engagements}
    query = select(Engagement.id).where(Engagement.id.in_([*known]), rows(Engagement, current_actor(), Action.WRITE))
    return [known[key] for key in db.session.scalars(query)] if known else []
