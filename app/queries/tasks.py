"""Reading tasks."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.tasks import OPEN
from app.extensions import db
from app.models import Account, Contact, Opportunity, Task
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.permissions.scope import rows

LIMIT = 50


OpenTasks = list[tuple[Task, bool]]


def open_tasks_of(subject: Opportunity | Contact | Account) -> OpenTasks:
    """The open tasks about a record, those without a day last, each with whether the acting person may change it."""
    column = {Opportunity: Task.opportunity_id, Contact: Task.contact_id, Account: Task.account_id}[type(subject)]
    query = select(Task, rows(Task, current_actor(), Action.WRITE)).where(column == subject.id, Task.status.in_(OPEN), Task.archived_at.is_(None))
    order = (Task.due_at.is_(None), Task.due_at, Task.id)
    found = db.session.execute(query.options(joinedload(Task.assignee)).order_by(*order).limit(LIMIT))
    return [(task, bool(may_write)) for task, may_write in found]
