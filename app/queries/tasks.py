"""Reading tasks."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.domain.tasks import OPEN
from app.extensions import db
from app.models import Account, Contact, Opportunity, Task

LIMIT = 50


def open_tasks_of(subject: Opportunity | Contact | Account) -> list[Task]:
    """The open tasks about a record, those without a day last."""
    column = {Opportunity: Task.opportunity_id, Contact: Task.contact_id, Account: Task.account_id}[type(subject)]
    query = select(Task).where(column == subject.id, Task.status.in_(OPEN), Task.archived_at.is_(None))
    order = (Task.due_at.is_(None), Task.due_at, Task.id)
    return list(db.session.scalars(query.options(selectinload(Task.assignee)).order_by(*order).limit(LIMIT)))
