"""Follow-up processes after an opportunity is closed: begun by a person, carried on as their tasks are done, stopped at will."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.follow_ups import AFTER, Doer, RunState
from app.domain.tasks import OPEN, TaskStatus
from app.extensions import db
from app.models import FollowUp, FollowUpLine, FollowUpRun, Opportunity, Task, TeamMembership, User
from app.operations import records
from app.operations.records import RULES, Rules
from app.operations.timeline import state_fact
from app.operations.transaction import atomic, record
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_

MORNING = time(9)


def _check(item: FollowUp) -> None:
    if item.status not in AFTER:
        raise DomainError("not_closed", N_("A process follows an opportunity that is won, lost or cancelled."))


def _check_line(line: FollowUpLine) -> None:
    if line.doer is Doer.PERSON and not (line.user or line.user_id):
        raise DomainError("no_doer", N_("Choose the person who does this task."))


RULES[FollowUp] = Rules(check=_check)
RULES[FollowUpLine] = Rules(check=_check_line)


def running(item: Opportunity) -> FollowUpRun | None:
    """The process at work on ``item``."""
    return db.session.scalars(select(FollowUpRun).where(FollowUpRun.opportunity_id == item.id, FollowUpRun.state == RunState.RUNNING)).first()


@atomic
def start(item: Opportunity, process: FollowUp, *, actor: Actor) -> FollowUpRun:
    """Begin ``process`` on the closed ``item``: its first task opens."""
    require(actor, Action.WRITE, item)
    if item.status is not process.status or process.pipeline_id not in (None, item.pipeline_id) or process.archived_at is not None:
        raise DomainError("process_not_for_it", N_("This process is not meant for an opportunity that was closed so."))
    if running(item) is not None:
        raise DomainError("process_runs", N_("A process is at work already. Stop it first."))
    if not process.lines:
        raise DomainError("process_empty", N_("This process has no task yet. An administrator adds them."))
    run = FollowUpRun(follow_up_id=process.id, opportunity_id=item.id, created_by_id=actor.id)
    db.session.add(run)
    db.session.flush()
    record(actor, "start_follow_up", item, after={"process": str(process)})
    state_fact(item, "follow_up_started", actor=actor, process=str(process))
    _open(run, process.lines[0])
    return run


@atomic
def stop(item: Opportunity, *, actor: Actor) -> None:
    """End the process at work on ``item``; its open task is cancelled."""
    require(actor, Action.WRITE, item)
    run = running(item)
    if run is None:
        raise DomainError("no_process", N_("No process is at work here any more."))
    run.state = RunState.STOPPED
    with acting(SYSTEM):
        task = db.session.get(Task, run.task_id or 0)
        if task is not None and task.status in OPEN:
            records.update(task, {"status": TaskStatus.CANCELLED}, actor=SYSTEM)
    record(actor, "stop_follow_up", item, before={"process": str(run)})
    state_fact(item, "follow_up_stopped", actor=actor, process=str(run))


@atomic
def carry_on(task: Task, *, actor: Actor) -> None:
    """``task`` is done: where a process waits for it, its next task opens, or it is at its end."""
    run = db.session.scalars(select(FollowUpRun).where(FollowUpRun.task_id == task.id, FollowUpRun.state == RunState.RUNNING)).first()
    if run is None:
        return
    lines = run.follow_up.lines
    at = next((number for number, line in enumerate(lines) if line.id == run.line_id), len(lines))
    if at + 1 < len(lines):
        _open(run, lines[at + 1])
        return
    run.state = RunState.DONE
    state_fact(run.opportunity, "follow_up_done", actor=actor, process=str(run))


def _open(run: FollowUpRun, line: FollowUpLine) -> None:
    """The task of ``line``; its day counts from the beginning of the process, and is never past."""
    item = run.opportunity
    doer = _doer(line, item)
    zone = ZoneInfo(doer.time_zone if doer is not None else "Europe/Paris")
    begun, today = run.created_at.astimezone(zone).date(), clock.now().astimezone(zone).date()
    day = max(begun + timedelta(days=line.days), today)
    language = doer.language.value if doer is not None else "en"
    with acting(SYSTEM):
        task = records.create(Task, {
            "title": line.label_in(language), "due_at": datetime.combine(day, MORNING, zone), "opportunity": item, "assignee": doer,
            "team": None if doer is not None else item.team,
        }, actor=SYSTEM)
    run.line_id, run.task_id = line.id, task.id


def _doer(line: FollowUpLine, item: Opportunity) -> User | None:
    """Whoever is meant; of one who left, or of none, the salesperson."""
    found = line.user if line.doer is Doer.PERSON else _manager(item) if line.doer is Doer.MANAGER else item.owner
    found = found if found is not None and found.active else item.owner
    return found if found is not None and found.active else None


def _manager(item: Opportunity) -> User | None:
    """Of the team of the opportunity, else of a team of its salesperson."""
    of_owner = select(TeamMembership.team_id).where(TeamMembership.user_id == item.owner_id)
    team = TeamMembership.team_id == item.team_id if item.team_id else TeamMembership.team_id.in_(of_owner)
    query = select(User).join(TeamMembership, TeamMembership.user_id == User.id).where(team, TeamMembership.is_manager.is_(True), User.active.is_(True))
    return db.session.scalars(query.order_by(User.id).limit(1)).first()
