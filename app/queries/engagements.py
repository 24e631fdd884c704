"""Reading engagements."""

from sqlalchemy import or_, select

from app.extensions import db
from app.models import Account, Contact, Engagement

LIMIT = 10


def engagements_of(subject: Account | Contact) -> list[Engagement]:
    """Those with a company or a person that the actor sees, the most recently active first."""
    if isinstance(subject, Contact):
        theirs = or_(Engagement.lead_contact_id == subject.id, Engagement.contacts.any(Contact.id == subject.id))
    else:
        theirs = Engagement.account_id == subject.id
    query = select(Engagement).where(theirs, Engagement.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Engagement.last_activity_at.desc(), Engagement.id).limit(LIMIT)))
