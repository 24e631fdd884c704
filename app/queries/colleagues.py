"""What goes on between colleagues: what one asked for, and what one was told."""

from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.domain.tasks import OPEN, TaskStatus
from app.extensions import db
from app.models import Informed, Task, TimelineEntry
from app.permissions.actor import current_actor
from app.queries.numbers import few
from app.support import clock

LIMIT = 100
RECENT = timedelta(days=30)


def asked_by(user_id: int) -> list[Task]:
    """Tasks that the person gave to others: the open ones by their day, then those done lately, the latest first."""
    lately = (Task.status == TaskStatus.DONE) & (Task.done_at >= clock.now() - RECENT)
    query = select(Task).where(
        Task.author_id == user_id, or_(Task.assignee_id.is_(None), Task.assignee_id != user_id), Task.archived_at.is_(None),
        or_(Task.status.in_(OPEN), lately),
    )
    loads = (joinedload(Task.assignee), joinedload(Task.opportunity), joinedload(Task.contact), joinedload(Task.account), joinedload(Task.team))
    order = (Task.done_at.is_not(None), Task.done_at.desc(), Task.due_at.is_(None), Task.due_at, Task.id)
    return list(db.session.scalars(query.options(*loads).order_by(*order).limit(LIMIT)))


def told_to(user_id: int) -> list[Informed]:
    """Notes that name the person and that they may see: those not seen first, then the latest."""
    query = select(Informed).join(TimelineEntry, TimelineEntry.id == Informed.entry_id).where(Informed.user_id == user_id)
    entry = joinedload(Informed.entry)
    loads = [entry.joinedload(part) for part in (
        TimelineEntry.author, TimelineEntry.opportunity, TimelineEntry.engagement, TimelineEntry.contact, TimelineEntry.account,
    )]
    order = (Informed.seen_at.is_not(None), Informed.id.desc())
    return list(db.session.scalars(query.options(*loads).order_by(*order).limit(LIMIT)))


def unseen() -> ColumnElement[int]:
    """How many notes name the acting person and were not seen yet; to stand in a statement with others."""
    mine = (Informed.user_id == current_actor().id) & Informed.seen_at.is_(None)
    return few(select(Informed.id).join(TimelineEntry, TimelineEntry.id == Informed.entry_id).where(mine))
