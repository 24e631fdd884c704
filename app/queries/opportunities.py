"""Reading opportunities and where they can go."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager, selectinload

from app.domain.opportunities import OPEN
from app.extensions import db
from app.models import Account, Contact, Opportunity, Pipeline, Step

LIMIT = 10


def steps_of(pipeline_id: int) -> list[Step]:
    """The steps of a pipeline in order, without archived ones."""
    return list(db.session.scalars(
        select(Step).where(Step.pipeline_id == pipeline_id, Step.archived_at.is_(None)).order_by(Step.position, Step.id)
    ))


def steps_on_offer() -> list[Step]:
    """Every step that an opportunity can be in, pipeline by pipeline; archived ones while an opportunity rests there."""
    kept = Step.archived_at.is_(None) & Pipeline.archived_at.is_(None) | Step.id.in_(select(Opportunity.step_id))
    query = select(Step).join(Step.pipeline).where(kept).options(contains_eager(Step.pipeline))
    return list(db.session.scalars(query.order_by(Pipeline.position, Pipeline.id, Step.position, Step.id)))


def opportunities_of(subject: Contact | Account) -> tuple[list[Opportunity], int]:
    """The opportunities of a person or a company, open ones first, and how many there are."""
    condition = Opportunity.contacts.any(Contact.id == subject.id) if isinstance(subject, Contact) else Opportunity.account_id == subject.id
    count = db.session.scalar(select(func.count(Opportunity.id)).where(condition)) or 0
    open_first = case((Opportunity.status.in_(OPEN), 0), else_=1)
    query = select(Opportunity).where(condition).options(selectinload(Opportunity.step))
    order = (open_first, Opportunity.last_activity_at.desc(), Opportunity.id)
    return list(db.session.scalars(query.order_by(*order).limit(LIMIT))), count
