"""A call: what was agreed, what it settles, and what comes next."""

from datetime import datetime

from app.domain.errors import DomainError
from app.domain.tasks import OPEN
from app.domain.timeline import Kind
from app.models import Contact, Opportunity, Task
from app.operations import records
from app.operations.tasks import finish
from app.operations.telling import tell
from app.operations.transaction import atomic
from app.permissions.actor import Actor
from app.support import clock
from app.support.i18n import N_


@atomic
def log_call(
    opportunity: Opportunity, body: str, *, settled: Task | None = None, next_title: str = "", next_at: datetime | None = None,
    actor: Actor,
) -> None:
    """Keep the call, finish the task that it ``settled``, and plan the next step as a task of the actor."""
    tell(opportunity, body, kind=Kind.CALL, actor=actor)
    opportunity.woken_at = None  # its reminder was heeded
    if settled is not None and settled.status in OPEN:
        finish(settled, actor=actor)
    if next_title:
        plan_next(opportunity, next_title, next_at, actor=actor)


@atomic
def plan_next(about: Opportunity | Contact, title: str, at: datetime | None, *, actor: Actor) -> None:
    """A task of the actor, on a day to come."""
    if at is None:
        raise DomainError("no_day", N_("Choose the day of the next step."))
    if at < clock.now():
        raise DomainError("day_past", N_("The day of the next step is past. Choose a later one."))
    place = "opportunity" if isinstance(about, Opportunity) else "contact"
    records.create(Task, {"title": title, "due_at": at, place: about}, actor=actor)
