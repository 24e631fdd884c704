"""The life of a task."""

from typing import Any

from app.domain.errors import DomainError
from app.domain.events import TaskDone
from app.domain.tasks import OPEN, TaskStatus
from app.models import Task
from app.operations.records import RULES, Rules
from app.operations.timeline import touch
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_


def _prepare(item: Task, actor: Actor) -> None:
    item.author_id = actor.id
    if not (item.assignee or item.assignee_id or item.team or item.team_id):
        item.assignee_id = actor.id
    if item.opportunity and not (item.account or item.account_id):
        item.account_id = item.opportunity.account_id


def _dated(item: Task) -> None:
    """Whoever sets the status by hand, on a form or by a program, finishes it too, or opens it again."""
    if item.status is TaskStatus.DONE:
        item.done_at = item.done_at or clock.now()
    elif item.status in OPEN:
        item.done_at = None


def _changed(item: Task, before: dict[str, Any], actor: Actor) -> None:
    """Done on the form is as done as by the button."""
    if "status" in before and item.status is TaskStatus.DONE:
        announce(TaskDone(item.id, actor.id))


RULES[Task] = Rules(prepare=_prepare, check=_dated, changed=_changed)


@atomic
def finish(item: Task, *, actor: Actor) -> None:
    """Mark the task as done now."""
    require(actor, Action.WRITE, item)
    if item.status not in OPEN:
        raise DomainError("task_closed", N_("This task is closed already."))
    before, item.status, item.done_at = item.status, TaskStatus.DONE, clock.now()
    if item.opportunity:
        touch(item.opportunity)
    announce(TaskDone(item.id, actor.id))
    record(actor, "finish", item, before={"status": before}, after={"status": item.status})
