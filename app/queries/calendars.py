"""What a person's calendar shows: their appointments, their tasks with a day, the reminders of their opportunities."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.domain.appointments import Standing
from app.domain.opportunities import Status
from app.domain.tasks import OPEN
from app.extensions import db
from app.models import Appointment, CalendarFeed, Opportunity, Task, TimelineEntry, User
from app.permissions.actor import Actor
from app.permissions.scope import held_by, is_one_of
from app.queries.sessions import hash_of

BACK = timedelta(days=90)
MOST = 1_000  # of each kind


@dataclass(frozen=True)
class Days:
    appointments: list[Appointment]
    tasks: list[Task]
    reminders: list[Opportunity]


def feed_of(user: User) -> CalendarFeed | None:
    found: CalendarFeed | None = db.session.scalars(select(CalendarFeed).where(CalendarFeed.user_id == user.id)).one_or_none()
    return found


def feed_behind(secret: str) -> CalendarFeed | None:
    """The feed that ``secret`` opens, of somebody who may sign in."""
    query = select(CalendarFeed).join(CalendarFeed.user).where(
        CalendarFeed.secret_hash == hash_of(secret), CalendarFeed.archived_at.is_(None), User.active.is_(True)
    )
    found: CalendarFeed | None = db.session.scalars(query).one_or_none()
    return found


def days_of(actor: Actor, at: datetime) -> Days:
    """From three months before ``at`` on, as far as ``actor`` may see it."""
    since = at - BACK
    return Days(
        list(db.session.scalars(
            select(Appointment).where(
                is_one_of(Appointment.host_id, actor), or_(Appointment.ends_at >= since, Appointment.repeats.is_not(None)),
                or_(Appointment.standing != Standing.CANCELLED, Appointment.occurrence != ""),
            ).options(selectinload(Appointment.entry).selectinload(TimelineEntry.opportunity)).order_by(Appointment.starts_at.desc()).limit(MOST)
        )),
        list(db.session.scalars(
            select(Task).where(
                held_by(Task, actor), Task.archived_at.is_(None), Task.status.in_(OPEN), Task.due_at >= since
            ).options(selectinload(Task.opportunity)).order_by(Task.due_at, Task.id).limit(MOST)
        )),
        list(db.session.scalars(
            select(Opportunity).where(
                held_by(Opportunity, actor), Opportunity.archived_at.is_(None), Opportunity.status == Status.STANDBY
            ).options(selectinload(Opportunity.account)).order_by(Opportunity.remind_at, Opportunity.id).limit(MOST)
        )),
    )
