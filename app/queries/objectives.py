"""How far objectives are: the same figures for the page of results, the objective's own and the morning email."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, case, cast, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.domain.appointments import Standing
from app.domain.objectives import Every, Goal, Measure, pace, period_around
from app.domain.opportunities import Status
from app.domain.timeline import Kind
from app.domain.workdays import start_of
from app.extensions import db
from app.models import Appointment, Objective, Opportunity, TeamMembership, TimelineEntry, User, result_total
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.permissions.rights import Action
from app.permissions.scope import beside_holders, by_holders
from app.queries.results import edges_of, whole_months
from app.support import clock
from app.support.money import Money
from app.support.text import fold

Moments = tuple[datetime, datetime]  # when a period begins, and the next one
_KINDS = {Measure.CALLS: Kind.CALL, Measure.MEETINGS: Kind.MEETING}


@dataclass(frozen=True)
class Count:
    """So many of ``what`` by one person or of one team, in the month that runs or earlier in its quarter."""

    what: Any
    owner: int | None
    team: int | None
    is_of_month: bool
    count: int
    amount: Decimal
    currency: str


def running(user: User, day: date, *, own_alone: bool = False) -> list[Goal]:
    """Of those that the acting person reaches, the ones that run on ``day``, as far as they are; ``own_alone``: of ``user`` alone."""
    if not current_actor().scope("Objective", Action.READ):
        return []
    quarter = period_around(Every.QUARTER, day)
    query = select(Objective).where(
        Objective.archived_at.is_(None), Objective.starts_on < quarter[1], or_(Objective.ends_on.is_(None), Objective.ends_on >= quarter[0])
    )
    if own_alone:
        query = query.where(Objective.owner_id == user.id)
    found = db.session.scalars(query.options(joinedload(Objective.owner), joinedload(Objective.team)))
    return goals([each for each in found if _runs(each, day)], user, day)


def _runs(item: Objective, day: date) -> bool:
    start, end = period_around(item.every, day)
    return item.starts_on < end and (item.ends_on is None or item.ends_on >= start)


def goals(objectives: Sequence[Objective], user: User, day: date) -> list[Goal]:
    """How far each is in its period around ``day``, as days are in the zone and the country of ``user``; teams first, then by name."""
    may_know = is_shown(current_actor(), Opportunity, "amount")
    told = [each for each in objectives if may_know or each.measure is not Measure.WON_AMOUNT]
    if not told:
        return []
    counts, members = _counts({each.measure for each in told}, user, day), _members({each.team_id for each in told if each.team_id})
    ordered = sorted(told, key=lambda each: (each.team_id is None, fold(str(each)), list(Measure).index(each.measure), each.every, each.id))
    return [_goal(each, counts, members.get(each.team_id or 0, set()), user, day) for each in ordered]


def _goal(item: Objective, counts: Sequence[Count], members: set[int], user: User, day: date) -> Goal:
    start, end = period_around(item.every, day)
    past, workdays = pace(start, end, day, user.country)
    what = _KINDS.get(item.measure, Status.WON if item.measure in (Measure.WON_AMOUNT, Measure.WON_COUNT) else None)
    mine = [
        each for each in counts
        if each.what == what and (each.is_of_month or item.every is Every.QUARTER) and _is_of(each, item, members)
    ]
    goal = Goal(str(item), item.measure, item.every, start, end, past, workdays)
    if item.measure is Measure.WON_AMOUNT:
        reached = sum((each.amount for each in mine if each.currency == item.currency), Decimal(0))
        return replace(goal, money=(Money(reached, item.currency), Money(item.target, item.currency)))
    return replace(goal, reached=sum(each.count for each in mine), target=int(item.target))


def _is_of(count: Count, item: Objective, members: set[int]) -> bool:
    """What counts for a team is what its people own, and what nobody took of it yet."""
    if item.team_id is None:
        return count.owner == item.owner_id
    return count.owner in members or count.team == item.team_id


def _members(team_ids: Collection[int]) -> dict[int, set[int]]:
    """Team → the keys of its people."""
    found: dict[int, set[int]] = {}
    if team_ids:
        query = select(TeamMembership.team_id, TeamMembership.user_id).where(TeamMembership.team_id.in_(team_ids))
        for team, user in db.session.execute(query):
            found.setdefault(team, set()).add(user)
    return found


def _counts(measures: Collection[Measure], user: User, day: date) -> list[Count]:
    """What was won, begun, called and met in the quarter of ``day``; a statement for each table that is asked."""
    quarter, month = (_moments(every, user, day) for every in (Every.QUARTER, Every.MONTH))
    found: list[Count] = []
    if {Measure.WON_AMOUNT, Measure.WON_COUNT} & set(measures):
        found += _won(quarter, month)
    if Measure.CREATED in measures:
        found += _counted(None, _sales(Opportunity.created_at, [quarter], month, None))
    if kinds := [_KINDS[each] for each in measures if each in _KINDS]:
        found += _actions(kinds, quarter, month)
    return found


def _moments(every: Every, user: User, day: date) -> Moments:
    start, end = period_around(every, day)
    return start_of(start, user.time_zone), start_of(end, user.time_zone)


def _of_month(at: Any, month: Moments) -> ColumnElement[int]:
    return case((at < month[0], 0), (at >= month[1], 0), else_=1).label("of_month")


def _won(quarter: Moments, month: Moments) -> list[Count]:
    """What the database keeps of the months; counted is what was won on the days between two of them, and what no kept line of the reader's says."""
    line, actor, months = result_total.c, current_actor(), whole_months(quarter)
    within = [name for name, (start, end) in months.items() if start >= month[0] and end <= month[1]]
    of_month, amount = case((line.month.in_(within), 1), else_=0).label("of_month"), cast(func.sum(line.cents), Numeric(18, 2)) / 100
    kept = select(line.owner_id, line.team_id, of_month, func.sum(line.opportunities), amount, line.currency).where(
        line.month.in_(months), line.status == Status.WON, by_holders(line, Opportunity, actor)
    ).group_by(line.owner_id, line.team_id, "of_month", line.currency)
    parts: list[Any] = [kept, _sales(Opportunity.closed_at, edges_of(quarter), month, Status.WON)]
    beside = beside_holders(Opportunity, actor)
    if beside is not None and months:
        parts.append(_sales(Opportunity.closed_at, [*months.values()], month, Status.WON, beside))
    rows = union_all(*(select(*part.subquery().c) for part in parts)).subquery()
    return _counted(Status.WON, select(*rows.c))


def _sales(at: Any, times: Sequence[Moments], month: Moments, status: Status | None, *only: ColumnElement[bool]) -> Any:
    """What is found by counting, within ``times``."""
    query = select(
        Opportunity.owner_id, Opportunity.team_id, _of_month(at, month), func.count(Opportunity.id), func.sum(Opportunity.amount), Opportunity.currency,
    ).where(or_(*((at >= start) & (at < end) for start, end in times)), Opportunity.archived_at.is_(None), *only)
    if status is not None:
        query = query.where(Opportunity.status == status)
    return query.group_by(Opportunity.owner_id, Opportunity.team_id, "of_month", Opportunity.currency)


def _counted(what: Any, query: Any) -> list[Count]:
    return [Count(what, row[0], row[1], bool(row[2]), int(row[3]), Decimal(row[4] or 0), row[5]) for row in db.session.execute(query)]


def _actions(kinds: Sequence[Kind], quarter: Moments, month: Moments) -> list[Count]:
    """What people wrote down that they did, and the appointments that they were to keep, once the time of these has come."""
    at, who = TimelineEntry.occurred_at, func.coalesce(Appointment.host_id, TimelineEntry.author_id).label("who")
    query = select(TimelineEntry.kind, who, _of_month(at, month), func.count(TimelineEntry.id)).outerjoin(
        Appointment, and_(Appointment.entry_id == TimelineEntry.id, TimelineEntry.kind == Kind.MEETING)
    ).where(
        at >= quarter[0], at < quarter[1], at <= clock.now(), TimelineEntry.kind.in_(kinds), who.is_not(None), TimelineEntry.archived_at.is_(None),
        or_(Appointment.id.is_(None), Appointment.standing != Standing.CANCELLED),
    )
    rows = db.session.execute(query.group_by(TimelineEntry.kind, "who", "of_month"))
    return [Count(row[0], row[1], None, bool(row[2]), row[3], Decimal(0), "") for row in rows]
