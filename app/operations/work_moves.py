"""The work of one person goes to another, or to a team: counted first, then portion by portion, and back again within a day."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from app.domain.engagements import LIVE
from app.domain.errors import DomainError, Forbidden, Refusal
from app.domain.events import WorkMoved
from app.domain.messages import State
from app.domain.opportunities import OPEN as OPEN_DEALS
from app.domain.runs import RunState
from app.domain.tasks import OPEN as OPEN_TASKS
from app.domain.timeline import Kind, Origin
from app.extensions import db
from app.models import (
    Account,
    Appointment,
    AuditLine,
    Contact,
    Engagement,
    Handover,
    IncomingMessage,
    Opportunity,
    Task,
    Team,
    TeamMembership,
    TimelineEntry,
    User,
    WorkMove,
)
from app.operations.assigning import check_works_here
from app.operations.begun import beginner_of
from app.operations.handovers import trimmed
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.rights import Action
from app.permissions.scope import members_of, rows
from app.queries.people import people_by_name, teams_by_name
from app.support import clock
from app.support.i18n import N_
from app.support.secrets import reference

PORTION = 500
BACK_WITHIN = timedelta(days=1)
ELSEWHERE = N_("You move work of members of your own teams, and only to them or to your teams.")


@dataclass(frozen=True)
class Movable:
    """A type of record that moves: the columns that say whose it is, and which are open. ``history`` is its column there."""

    model: Any
    holder: str
    team: str | None
    is_open: Any
    history: str | None = None
    only_open: bool = False  # what is over never moves


MOVABLE: dict[str, Movable] = {
    "Opportunity": Movable(
        Opportunity, "owner_id", "team_id", lambda: Opportunity.status.in_(OPEN_DEALS) & Opportunity.archived_at.is_(None), "opportunity_id"
    ),
    "Engagement": Movable(
        Engagement, "owner_id", "team_id", lambda: Engagement.state.in_(LIVE) & Engagement.archived_at.is_(None), "engagement_id"
    ),
    "Account": Movable(Account, "owner_id", "team_id", lambda: Account.archived_at.is_(None), "account_id"),
    "Contact": Movable(Contact, "owner_id", "team_id", lambda: Contact.archived_at.is_(None), "contact_id"),
    "Task": Movable(Task, "assignee_id", "team_id", lambda: Task.status.in_(OPEN_TASKS) & Task.archived_at.is_(None)),
    "Appointment": Movable(Appointment, "host_id", None, lambda: Appointment.ends_at > clock.now(), only_open=True),
    "IncomingMessage": Movable(
        IncomingMessage, "acting_user_id", "team_id", lambda: IncomingMessage.state == State.HELD, only_open=True
    ),
}
NOT_WRITTEN = {"Appointment"}  # no profile writes them by hand: who may read one may move it


def check_giver(giver: User, actor: Actor) -> None:
    """An administrator moves everybody's work, a manager that of the members of the own teams."""
    if not (actor.sees_all or giver.id in _members(actor)):
        raise Forbidden(ELSEWHERE)


def _check_taker(to: User | Team, actor: Actor) -> None:
    is_mine = to.id in actor.managed_team_ids if isinstance(to, Team) else to.id == actor.id or to.id in _members(actor)
    if not (actor.sees_all or is_mine):
        raise Forbidden(ELSEWHERE)
    if isinstance(to, User):
        check_works_here(to)


def _members(actor: Actor) -> set[int]:
    return set(db.session.execute(members_of(actor.managed_team_ids)).scalars())


def takers(giver: User, actor: Actor) -> tuple[list[User], list[Team]]:
    """To whom ``actor`` may move the work of ``giver``: people and teams, by name."""
    near = [] if actor.sees_all else [or_(User.id == actor.id, User.id.in_(members_of(actor.managed_team_ids)))]
    managed = [] if actor.sees_all else [Team.id.in_(sorted(actor.managed_team_ids))]
    return people_by_name(User.id != giver.id, *near), teams_by_name(*managed) if actor.has_teams else []


def _which(kind: str, giver_id: int, only_open: bool, actor: Actor) -> ColumnElement[bool]:
    movable = MOVABLE[kind]
    action = Action.READ if kind in NOT_WRITTEN else Action.WRITE
    found = [getattr(movable.model, movable.holder) == giver_id, rows(movable.model, actor, action)]
    return and_(*found, movable.is_open()) if only_open or movable.only_open else and_(*found)


def counts(giver: User, *, only_open: bool, actor: Actor) -> dict[str, int]:
    """How many records of each type ``actor`` would move away from ``giver``."""
    check_giver(giver, actor)
    return {
        kind: db.session.scalar(select(func.count(movable.model.id)).where(_which(kind, giver.id, only_open, actor))) or 0
        for kind, movable in MOVABLE.items()
    }


@atomic
def start_move(giver: User, to: User | Team, *, kinds: list[str] | None = None, only_open: bool = True, note: str = "", actor: Actor) -> WorkMove:
    """Begin to move what ``giver`` holds; ``go_on`` does it."""
    check_giver(giver, actor)
    _check_taker(to, actor)
    if isinstance(to, User) and to.id == giver.id:
        raise DomainError("same_person", N_("Choose somebody else: the work is theirs already."))
    found = counts(giver, only_open=only_open, actor=actor)
    chosen = [kind for kind in MOVABLE if kind in (kinds or MOVABLE) and found[kind] and (isinstance(to, User) or MOVABLE[kind].team)]
    if not chosen:
        raise DomainError("nothing_to_move", N_("There is nothing to move."))
    move = WorkMove(
        from_user_id=giver.id, to_user_id=to.id if isinstance(to, User) else None, to_team_id=to.id if isinstance(to, Team) else None,
        kinds=chosen, only_open=only_open, note=trimmed(note), total=sum(found[kind] for kind in chosen), created_by_id=actor.id,
    )
    db.session.add(move)
    db.session.flush()
    record(actor, "move_work", move, after={kind: found[kind] for kind in chosen} | {"from": str(giver), "to": str(to), "only_open": only_open})
    return move


@atomic
def give_back(move: WorkMove, *, actor: Actor) -> WorkMove:
    """Undo ``move`` within a day: whatever nobody has moved on since goes back to whom it came from."""
    check_giver(move.from_user, actor)
    db.session.refresh(move, with_for_update=True)
    if move.gives_back_id is not None or clock.now() > move.created_at + BACK_WITHIN:
        raise DomainError("too_late", N_("Moved work goes back within a day. Move it by hand, or the other way round."))
    if db.session.scalars(select(WorkMove).where(WorkMove.gives_back_id == move.id)).first() is not None:
        raise DomainError("given_back", N_("This work was given back already."))
    if move.state is RunState.RUNNING:
        move.state, move.ended_at = RunState.STOPPED, clock.now()
    back = WorkMove(
        from_user_id=move.from_user_id, to_user_id=move.from_user_id, kinds=[], only_open=False, total=move.done, gives_back_id=move.id,
        created_by_id=actor.id,
    )
    db.session.add(back)
    db.session.flush()
    record(actor, "give_back_work", back, after={"records": move.done})
    return back


def running() -> list[int]:
    """Keys of the moves that go on."""
    return list(db.session.scalars(select(WorkMove.id).where(WorkMove.state == RunState.RUNNING).order_by(WorkMove.id)))


@atomic
def go_on(move_id: int, *, actor: Actor = SYSTEM) -> bool:
    """Move the next portion, within the rights that whoever began it has by now. False: it has ended."""
    move = db.session.get_one(WorkMove, move_id, with_for_update=True)
    if move.state is not RunState.RUNNING:
        return False
    mover = beginner_of(move)
    try:
        _check_still(move, mover)
    except Refusal as refusal:
        move.state, move.ended_at = RunState.FAILED, clock.now()
        record(actor, "stop_work_move", move, after={"because": refusal.code, "records": move.done})
        return False
    with acting(SYSTEM):  # the condition below says whose rows they are; the rest of it is about records that are not the mover's to see
        done = _give_back_some(move, mover) if move.gives_back_id is not None else _move_some(move, mover)
    if done:
        move.done += done
        return True
    move.state, move.ended_at = RunState.DONE, clock.now()
    announce(WorkMoved(move.id))
    return False


def _check_still(move: WorkMove, mover: Actor) -> None:
    """Refused when whoever began it may not begin it any more, or the new holder left meanwhile."""
    check_giver(move.from_user, mover)
    to = move.to_user or move.to_team
    if move.gives_back_id is None and to is not None:
        _check_taker(to, mover)


def _move_some(move: WorkMove, mover: Actor) -> int:
    while move.kinds:
        kind, movable = move.kinds[0], MOVABLE[move.kinds[0]]
        team = getattr(movable.model, movable.team) if movable.team else None
        columns = [movable.model.id, *([team] if team is not None else [])]
        asked = select(*columns).where(_which(kind, move.from_user_id, move.only_open, mover)).order_by(movable.model.id).limit(PORTION)
        found = [(row[0], row[1] if movable.team else None) for row in db.session.execute(asked)]
        if found:
            _hand(kind, found, move, mover)
            return len(found)
        move.kinds = move.kinds[1:]
    return 0


def _hand(kind: str, found: list[tuple[int, int | None]], move: WorkMove, mover: Actor) -> None:
    """Records of ``kind`` (key, team) go from the person of ``move`` to its new holder."""
    by_team: dict[int | None, list[int]] = {}
    teams = set(db.session.scalars(select(TeamMembership.team_id).where(TeamMembership.user_id == move.to_user_id)))
    for key, team_id in found:
        by_team.setdefault(_team_for(move, teams, team_id), []).append(key)
    for team_id, keys in by_team.items():
        _write(kind, keys, move.to_user_id, team_id)
    after = {key: team_id for team_id, keys in by_team.items() for key in keys}
    lines = [
        {"subject_type": kind, "subject_id": key, "at": clock.now(), "from_user_id": move.from_user_id, "from_team_id": was,
         "to_user_id": move.to_user_id, "to_team_id": after[key], "by_id": mover.id, "note": move.note, "move_id": move.id}
        for key, was in found
    ]
    _tell(kind, lines, "reassigned" if move.to_user_id else "released",
          {"before": str(move.from_user), "after": str(move.to_user or move.to_team), "by": mover.name}, move.note, mover)


def _team_for(move: WorkMove, teams: set[int], team_id: int | None) -> int | None:
    """A record that goes to a person stays in its team while that is one of their ``teams``, else it goes to theirs."""
    if move.to_user_id is None:
        return move.to_team_id
    return team_id if team_id in teams else next(iter(teams)) if len(teams) == 1 else None


def _write(kind: str, keys: list[int], user_id: int | None, team_id: int | None) -> None:
    movable = MOVABLE[kind]
    table = movable.model.__table__
    values = {movable.holder: user_id, "updated_at": clock.now(), "version": table.c.version + 1}
    if movable.team:
        values[movable.team] = team_id
    db.session.execute(update(table).where(table.c.id.in_(keys)).values(values))


def _tell(kind: str, lines: list[dict[str, Any]], code: str, params: dict[str, str], note: str, mover: Actor) -> None:
    """The hand-overs, the lines of history and those of the audit."""
    history = MOVABLE[kind].history
    db.session.execute(insert(Handover.__table__), lines)
    if history is not None:
        db.session.execute(insert(TimelineEntry.__table__), [
            {"kind": Kind.SYSTEM, "origin": Origin.AUTOMATIC, "code": code, "params": params, "body": note, "note": "", "quoted": "",
             "author_id": mover.id, "created_by_id": mover.id, "occurred_at": clock.now(), "created_at": clock.now(),
             "updated_at": clock.now(), "version": 1, "public_ref": reference(), history: line["subject_id"]} for line in lines
        ])
    db.session.execute(insert(AuditLine.__table__), [
        {"actor_id": mover.id, "actor_name": mover.name[:130], "action": "give", "subject_type": kind, "subject_id": line["subject_id"],
         "subject_name": "", "before": {"owner": params["before"]}, "after": {"owner": params["after"]}} for line in lines
    ])


def _give_back_some(move: WorkMove, mover: Actor) -> int:
    """Of the hand-overs of the other move the next portion, the latest holder being still the one that it gave to."""
    query = select(Handover).where(Handover.move_id == move.gives_back_id, Handover.id > move.last_id)
    portion = list(db.session.scalars(query.order_by(Handover.id).limit(PORTION)))
    if not portion:
        return 0
    move.last_id = portion[-1].id
    done = 0
    for kind in sorted({each.subject_type for each in portion}):
        done += _return(kind, [each for each in portion if each.subject_type == kind], move, mover)
    return done or (_give_back_some(move, mover) if len(portion) == PORTION else 0)


def _return(kind: str, given: list[Handover], move: WorkMove, mover: Actor) -> int:
    movable = MOVABLE[kind]
    table = movable.model.__table__
    team = table.c[movable.team] if movable.team else None
    columns = [table.c.id, table.c[movable.holder], *([team] if team is not None else [])]
    now = {row[0]: row[1:] for row in db.session.execute(select(*columns).where(table.c.id.in_([each.subject_id for each in given])))}
    left = [each for each in given if each.subject_id in now and now[each.subject_id][0] == each.to_user_id]
    by_team: dict[int | None, list[int]] = {}
    for each in left:
        by_team.setdefault(each.from_team_id, []).append(each.subject_id)
    for team_id, keys in by_team.items():
        _write(kind, keys, move.from_user_id, team_id)
    lines = [
        {"subject_type": kind, "subject_id": each.subject_id, "at": clock.now(), "from_user_id": each.to_user_id,
         "from_team_id": each.to_team_id, "to_user_id": each.from_user_id, "to_team_id": each.from_team_id, "by_id": mover.id, "note": "",
         "move_id": move.id} for each in left
    ]
    if lines:
        original = db.session.get_one(WorkMove, move.gives_back_id)
        _tell(kind, lines, "reassigned", {"before": str(original.to_user or original.to_team), "after": str(move.from_user), "by": mover.name}, "", mover)
    return len(lines)
