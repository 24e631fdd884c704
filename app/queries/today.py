"""What waits for a person on a day: the same figures for the page, its menu entry and the morning email."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import add
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, literal, null, or_, select, union_all
from sqlalchemy.orm import joinedload, lazyload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.domain.alerts import Rule
from app.domain.appointments import Standing, takes_place
from app.domain.messages import State
from app.domain.opportunities import Status
from app.domain.tasks import OPEN, TaskStatus
from app.extensions import db
from app.models import Alert, Appointment, Contact, IncomingMessage, Opportunity, Task, TimelineEntry, User
from app.models.base import UtcDateTime
from app.permissions.actor import Actor, current_actor
from app.permissions.decide import actor_of
from app.permissions.one_of import among
from app.permissions.rights import Action
from app.permissions.row_security import FEW
from app.permissions.scope import held_by, is_free, is_one_of, reads_own
from app.queries import alerts
from app.queries.numbers import few, in_words
from app.support import clock
from app.support.money import Money

LIMIT = 200  # rows of one group; the counts are whole
_DEALS, _TASKS = ("woken", "to_do", "unassigned"), ("overdue", "due", "untaken")  # groups of a day
# What the number beside the menu entry counts together: they are found by the same index.
_COUNTED = (("overdue", "due"), ("woken", "to_do"), ("unassigned",), ("untaken",), ("held",))
Condition = ColumnElement[bool]
_Conditions = Mapping[str, tuple[type[Any], Condition]]


@dataclass(frozen=True)
class Counts:
    """How many there are of each, whatever the lists hold."""

    overdue: int
    due: int
    woken: int
    to_do: int
    unassigned: int
    untaken: int
    held: int
    alerts: int  # at most ``alerts.MOST``

    @property
    def total(self) -> int:
        return self.overdue + self.due + self.woken + self.to_do + self.unassigned + self.untaken + self.held + self.alerts


@dataclass(frozen=True)
class Sitting:
    """An appointment as it takes place on a day; of a series one of its dates."""

    appointment: Appointment
    starts_at: datetime
    is_done: bool


@dataclass(frozen=True)
class Today:
    """One person's day, with that of whom they stand in for.

    ``to_do`` leaves out what is in ``woken``; ``unassigned`` and the tasks ``untaken`` are free for anyone in the person's teams.
    """

    day: date
    counts: Counts
    overdue: list[Task]
    due: list[Task]
    woken: list[Opportunity]
    to_do: list[Opportunity]
    unassigned: list[Opportunity]
    untaken: list[Task]
    held: list[IncomingMessage]
    alerts: list[Alert]
    done: list[Task | Opportunity]
    meetings: list[Sitting]
    next_tasks: dict[int, Task]  # opportunity → its earliest open task
    sums: dict[str, list[Money]] = field(default_factory=dict)  # of the groups that are not shown whole


@dataclass(frozen=True)
class _Day:
    actor: Actor
    at: datetime
    start: datetime
    end: datetime


def _day_of(user: User, actor: Actor, at: datetime) -> _Day:
    zone = ZoneInfo(user.time_zone)
    day = at.astimezone(zone).date()
    return _Day(
        actor, at, datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
    )


def _conditions(day: _Day) -> _Conditions:
    """Group → its model and which rows belong to it, by its ``_own_columns``. Task groups and opportunity groups do not overlap."""
    actor, task, deal = day.actor, _own_columns(Task, day.actor), _own_columns(Opportunity, day.actor)
    working = task.status.in_((TaskStatus.TODO, TaskStatus.DOING))
    reminded = task.status.in_(OPEN) & (task.remind_at <= day.at)
    mine = held_by(Task, actor, task) & task.archived_at.is_(None)
    late = mine & working & (task.due_at < day.start)
    today = mine & or_(working & (task.due_at >= day.start) & (task.due_at < day.end), reminded)
    to_do = (deal.status == Status.TODO) & deal.archived_at.is_(None)
    free = is_free(deal.owner_id, deal.team_id, actor)
    theirs = to_do & held_by(Opportunity, actor, deal)
    untaken = task.status.in_(OPEN) & task.archived_at.is_(None) & is_free(task.assignee_id, task.team_id, actor)
    return {
        "overdue": (Task, late),
        "due": (Task, today & ~func.coalesce(working & (task.due_at < day.start), false())),
        "woken": (Opportunity, theirs & deal.woken_at.is_not(None)),
        "to_do": (Opportunity, theirs & deal.woken_at.is_(None)),
        "unassigned": (Opportunity, to_do & free),
        "untaken": (Task, untaken),
        "held": (IncomingMessage, _held(actor, _own_columns(IncomingMessage, actor))),
    }


def _held(actor: Actor, message: Any) -> Condition:
    """Mine to decide, or of whom I stand in for; of nobody: for the managers of its team, or for an administrator."""
    ways = [is_one_of(message.acting_user_id, actor)]
    if actor.managed_team_ids:
        ways.append(message.acting_user_id.is_(None) & among(message.team_id, actor.managed_team_ids))
    if actor.sees_all:
        ways.append(message.acting_user_id.is_(None) & message.team_id.is_(None))
    return and_(in_words(message.state, State.HELD), message.archived_at.is_(None), or_(*ways))


def _rest(
    day: _Day, conditions: _Conditions, shown: Mapping[str, Sequence[Any]], lines: int = LIMIT, rules: Collection[Rule] | None = None
) -> tuple[Counts, list[int]]:
    """How many there are of each, and the keys of the alerts (of ``rules``) that wait, the oldest cause first; a group that is shown whole counts itself."""
    waiting = alerts.keys_of(day.actor, alerts.MOST, rules=rules).subquery()
    asked: list[Any] = [select(literal("alerts").label("name"), waiting.c.id.label("number"), waiting.c.since)]
    asked += [
        select(literal(name), func.count(_own_columns(model, day.actor).id), null()).where(condition)
        for name, (model, condition) in conditions.items() if len(shown[name]) >= lines
    ]
    told = db.session.execute(select(union_all(*asked).subquery())).all()
    keys = [key for _, key in sorted((since, number) for name, number, since in told if name == "alerts")]
    counts = {name: len(rows) for name, rows in shown.items()} | {name: number for name, number, _ in told if name != "alerts"}
    return Counts(**counts, alerts=len(keys)), keys


def has_day(actor: Actor) -> bool:
    """Whether anything can wait for ``actor`` on the page of the day, but for alerts."""
    return any(actor.scope(model.__name__, Action.READ) for model in (Task, Opportunity, IncomingMessage))


def _any_day(zone: ZoneInfo, actor: Actor) -> Any:
    """A ``_Day`` of whose moments each is told when the statement is asked, so that it can be kept."""

    def moment(tell: Callable[[datetime], datetime]) -> Any:
        return bindparam("moment", callable_=lambda: tell(clock.now().astimezone(zone)), type_=UtcDateTime(), unique=True)

    def midnight(now: datetime, days: int) -> datetime:
        return datetime.combine(now.date() + timedelta(days=days), time(), zone)

    day: Any = _Day
    return day(actor, moment(lambda now: now), moment(lambda now: midnight(now, 0)), moment(lambda now: midnight(now, 1)))


def number_of(user: User, actor: Actor, at: datetime | None = None) -> ColumnElement[int]:
    """How many things wait for ``user`` at ``at``, or whenever it is asked, each line of ``_COUNTED`` at most ``MANY``; to stand in a statement with
    others, on every page."""
    if not has_day(actor):
        return literal(0)
    day = _day_of(user, actor, at) if at is not None else _any_day(ZoneInfo(user.time_zone), actor)
    groups = _conditions(day)
    kinds = []
    for names in _COUNTED:
        model = groups[names[0]][0]
        if actor.scope(model.__name__, Action.READ):
            kinds.append(few(select(_own_columns(model, actor).id).where(or_(*(groups[name][1] for name in names)))))
    return reduce(add, kinds, literal(0))


def _own_columns(model: Any, actor: Actor) -> Any:
    """To find what ``actor`` looks after: of the table alone where they read all of that, else of the model, whose rule the session adds."""
    is_told = reads_own(model, actor)
    if model is IncomingMessage:  # what nobody is to decide waits for the managers of its team
        scope = actor.scope(model.__name__, Action.READ)
        is_told = is_told and (scope.everything or actor.managed_team_ids <= scope.teams)
    return model.__table__.c if is_told else model


def count_of(user: User, actor: Actor, at: datetime) -> int:
    """``number_of`` by a statement of its own."""
    return db.session.scalar(select(number_of(user, actor, at))) or 0


def today_of(user: User, at: datetime) -> Today:
    """What waits for ``user`` on their own day around ``at``, oldest trouble first, and what they did on it; the contacts of an opportunity are read
    when it is looked at."""
    day = _day_of(user, _acting(user), at)
    conditions = _conditions(day)
    deals = _grouped(Opportunity, _deals(day, conditions, LIMIT) | _done_deals(day), _of_deals(lazyload(Opportunity.contacts)))
    planned = [item.id for name in _DEALS for item in deals[name]]
    wanted = _tasks(day, conditions, LIMIT) | _done_tasks(day, planned)
    tasks = _grouped(Task, wanted, _of_tasks(joinedload(Task.opportunity).lazyload(Opportunity.contacts)))
    groups: dict[str, Any] = {
        **{name: deals[name] for name in _DEALS}, **{name: tasks[name] for name in _TASKS}, "held": _messages(conditions["held"][1], LIMIT),
    }
    counts, waiting = _rest(day, conditions, groups)
    return Today(
        day=day.start.date(), counts=counts, **groups, alerts=alerts.found(waiting[:alerts.SHOWN]),
        done=[*tasks["done"], *deals["done"]], meetings=_meetings(day), next_tasks=_earliest(tasks.get("next", ())),
    )


def morning_of(user: User, at: datetime, lines: int, rules: Collection[Rule]) -> Today:
    """The same as far as an email tells it: of each group the first ``lines``, with contacts, and what all are worth where there are more; of the alerts
    those of ``rules``; not what is done, nor what comes next."""
    day = _day_of(user, _acting(user), at)
    conditions = _conditions(day)
    deals = _grouped(Opportunity, _deals(day, conditions, lines), _of_deals(selectinload(Opportunity.contacts)))
    tasks = _grouped(Task, _tasks(day, conditions, lines), _of_tasks(joinedload(Task.opportunity).selectinload(Opportunity.contacts)))
    groups: dict[str, Any] = {**deals, **tasks, "held": _messages(conditions["held"][1], lines)}
    counts, waiting = _rest(day, conditions, groups, lines, rules)
    more = {name: conditions[name][1] for name in _DEALS if len(deals[name]) < getattr(counts, name)}
    return Today(
        day=day.start.date(), counts=counts, **groups, alerts=alerts.found(waiting[:lines]), done=[], meetings=_meetings(day), next_tasks={},
        sums=_sums(more),
    )


def _acting(user: User) -> Actor:
    return current_actor() if current_actor().id == user.id else actor_of(user, db.session())


def _sums(groups: Mapping[str, Condition]) -> dict[str, list[Money]]:
    """Group of opportunities → what they are worth, by currency."""
    found: dict[str, list[Money]] = {name: [] for name in groups}
    if groups:
        asked = [
            select(literal(name).label("name"), Opportunity.currency, func.sum(Opportunity.amount).label("amount")).where(condition)
            .group_by(Opportunity.currency) for name, condition in groups.items()
        ]
        for name, currency, amount in db.session.execute(select(union_all(*asked).subquery())):
            found[name] += [Money(amount, currency)] if amount is not None else []
    return found


def next_after(user: User, at: datetime) -> tuple[Task | Opportunity | Appointment, datetime] | None:
    """What is planned next for ``user`` after their own day around ``at``: a task, a reminder or an appointment, and when."""
    actor = actor_of(user, db.session())
    end = _day_of(user, actor, at).end
    mine = held_by(Task, actor) & Task.archived_at.is_(None) & Task.status.in_(OPEN) & (Task.due_at >= end)
    waits = held_by(Opportunity, actor) & Opportunity.archived_at.is_(None) & (Opportunity.status == Status.STANDBY)
    hosted = is_one_of(Appointment.host_id, actor) & (Appointment.standing != Standing.CANCELLED) & (Appointment.starts_at >= end)
    found: list[tuple[Task | Opportunity | Appointment, datetime]] = []
    for query, name in (
        (select(Task).where(mine).order_by(Task.due_at), "due_at"), (select(Opportunity).where(waits).order_by(Opportunity.remind_at), "remind_at"),
        (select(Appointment).where(hosted).options(selectinload(Appointment.entry)).order_by(Appointment.starts_at), "starts_at"),
    ):
        found += [(each, getattr(each, name)) for each in db.session.scalars(query.limit(1)) if getattr(each, name) is not None]
    return min(found, key=lambda each: each[1], default=None)


@dataclass(frozen=True)
class _Group:
    """Some rows of a model: their keys, as the database cuts them off, and the same order among those that were read."""

    keys: Select[Any]
    place: Callable[[Any], Any]


def _cut(of: Any, condition: Condition, place: Callable[[Any], Any], *order: Any, lines: int = LIMIT) -> _Group:
    """``of``: the model, or the ``_own_columns`` in which ``condition`` and ``order`` are said."""
    return _Group(select(of.id).where(condition).order_by(*order, of.id).limit(lines), place)


def _grouped(model: Any, wanted: Mapping[str, _Group], loads: Sequence[Any]) -> dict[str, list[Any]]:
    """Name → its rows, all of them by one statement; the rule of the reader is asked of each row that was found."""
    cut = {name: group.keys.subquery() for name, group in wanted.items()}
    listed = union_all(*(select(literal(name).label("name"), keys.c.id) for name, keys in cut.items())).subquery()
    found: dict[str, list[Any]] = {name: [] for name in wanted}
    for name, row in db.session.execute(select(listed.c.name, model).join(listed, listed.c.id == model.id).options(*loads)).unique():
        found[name].append(row)
    return {name: sorted(rows, key=wanted[name].place) for name, rows in found.items()}


def _deals(day: _Day, conditions: _Conditions, lines: int) -> dict[str, _Group]:
    """The opportunities that wait."""
    yesterday, deal = day.start - timedelta(days=1), _own_columns(Opportunity, day.actor)
    worst = (deal.starred.desc(), case((deal.created_at >= yesterday, 0), else_=1), deal.last_activity_at)

    def badness(item: Opportunity) -> Any:
        return not item.starred, item.created_at < yesterday, item.last_activity_at, item.id

    wanted = {name: _cut(deal, conditions[name][1], badness, *worst, lines=lines) for name in ("to_do", "unassigned")}
    wanted["woken"] = _cut(deal, conditions["woken"][1], lambda item: (item.woken_at, item.id), deal.woken_at, lines=lines)
    return wanted


def _done_deals(day: _Day) -> dict[str, _Group]:
    return {"done": _cut(Opportunity, _left(day), lambda item: (item.last_activity_at, item.id), Opportunity.last_activity_at)}


def _of_deals(people: Any) -> tuple[ORMOption, ...]:
    return joinedload(Opportunity.account), joinedload(Opportunity.step), joinedload(Opportunity.owner), people.joinedload(Contact.phones)


def _tasks(day: _Day, conditions: _Conditions, lines: int) -> dict[str, _Group]:
    """The tasks that wait."""
    late, due, untaken = (conditions[name][1] for name in _TASKS)
    of = _own_columns(Task, day.actor)
    return {
        "overdue": _cut(of, late, lambda task: (task.due_at, task.id), of.due_at, lines=lines),
        "due": _cut(of, due, lambda task: (task.due_at or task.remind_at, task.id), func.coalesce(of.due_at, of.remind_at), lines=lines),
        "untaken": _cut(of, untaken, lambda task: (task.due_at is None, task.due_at or day.at, task.id), of.due_at.is_(None), of.due_at, lines=lines),
    }


def _done_tasks(day: _Day, planned: list[int]) -> dict[str, _Group]:
    """The tasks done with; and those that come next for the opportunities ``planned``."""
    of = _own_columns(Task, day.actor)
    done = (of.assignee_id == day.actor.id) & (of.done_at >= day.start) & (of.done_at < day.end)
    wanted = {"done": _cut(of, done, lambda task: (task.done_at, task.id), of.done_at)}
    if planned:
        wanted["next"] = _Group(select(Task.id).where(_is_planned(planned)), lambda task: (task.due_at, task.id))
    return wanted


def _of_tasks(people: Any) -> tuple[ORMOption, ...]:
    about = joinedload(Task.opportunity)
    return (
        about.joinedload(Opportunity.account), about.joinedload(Opportunity.step), people.joinedload(Contact.phones),
        joinedload(Task.account), joinedload(Task.contact), joinedload(Task.author), joinedload(Task.assignee),
    )


def _messages(condition: Condition, lines: int) -> list[IncomingMessage]:
    return list(db.session.scalars(
        select(IncomingMessage).where(condition).options(joinedload(IncomingMessage.contact))
        .order_by(IncomingMessage.received_at, IncomingMessage.id).limit(lines)
    ))


def _meetings(day: _Day) -> list[Sitting]:
    """The person's appointments that begin on that day, or take all of it; of series those that have the day among their dates."""
    midnight = datetime.combine(day.start.date(), time(), UTC)
    begins = Appointment.is_all_day.is_(False) & (Appointment.starts_at >= day.start) & (Appointment.starts_at < day.end)
    lasts = Appointment.is_all_day & (Appointment.starts_at <= midnight) & (Appointment.ends_at > midnight)
    repeats = Appointment.repeats.is_not(None) & (Appointment.occurrence == "") & (Appointment.starts_at < day.start)
    before, after = ((midnight.date() + timedelta(days=days)).isoformat() for days in (-1, 2))  # whatever the zone
    changed = Appointment.occurrence.between(before, after)
    mine, kept = is_one_of(Appointment.host_id, day.actor), Appointment.standing != Standing.CANCELLED
    entry = joinedload(Appointment.entry)
    loads = (entry.joinedload(TimelineEntry.opportunity), entry.joinedload(TimelineEntry.contact).selectinload(Contact.addresses))
    query = select(Appointment).where(mine, or_(and_(kept, or_(begins, lasts, repeats)), changed)).options(*loads)
    found = list(db.session.scalars(query.order_by(Appointment.starts_at, Appointment.id).limit(LIMIT), execution_options={FEW: True}))
    moved = {(each.uid, datetime.fromisoformat(each.occurrence)) for each in found if each.occurrence}
    sittings = [sitting for each in found if (sitting := _sitting(each, day, moved)) is not None]
    return sorted(sittings, key=lambda each: (each.starts_at, each.appointment.id))


def _sitting(found: Appointment, day: _Day, moved: set[tuple[str, datetime]]) -> Sitting | None:
    """``found`` as it takes place on that day; None where it does not, or another line says how this date of the series was ``moved``."""
    today, zone = day.start.date(), UTC if found.is_all_day else day.start.tzinfo
    at = datetime.combine(today, found.starts_at.astimezone(zone).time(), zone)
    if found.repeats and not found.occurrence:
        is_date = takes_place(found.repeats, found.starts_at.astimezone(zone).date(), today) and (found.uid, at.astimezone(UTC)) not in moved
        return Sitting(found, at, found.done_at is not None and found.done_at >= day.start) if is_date else None
    midnight = datetime.combine(today, time(), UTC)
    is_today = found.starts_at <= midnight < found.ends_at if found.is_all_day else day.start <= found.starts_at < day.end
    return Sitting(found, found.starts_at, found.done_at is not None) if is_today and found.standing is not Standing.CANCELLED else None


def _left(day: _Day) -> Condition:
    """Opportunities that the person closed or put on standby on that day."""
    me = day.actor.id
    put_off = select(TimelineEntry.opportunity_id).where(
        TimelineEntry.code == "put_on_standby", TimelineEntry.author_id == me,
        TimelineEntry.occurred_at >= day.start, TimelineEntry.occurred_at < day.end,
    )
    closed = (Opportunity.owner_id == me) & (Opportunity.closed_at >= day.start) & (Opportunity.closed_at < day.end)
    return or_(closed, (Opportunity.status == Status.STANDBY) & Opportunity.id.in_(put_off))


def _is_planned(opportunity_ids: list[int]) -> Condition:
    """An open task of one of them, with a date."""
    return and_(among(Task.opportunity_id, opportunity_ids), Task.status.in_(OPEN), Task.archived_at.is_(None), Task.due_at.is_not(None))


def _earliest(tasks: Iterable[Task]) -> dict[int, Task]:
    found: dict[int, Task] = {}
    for task in tasks:
        found.setdefault(task.opportunity_id or 0, task)
    return found


def next_tasks(opportunity_ids: list[int]) -> dict[int, Task]:
    """The earliest open task of each opportunity that has one with a date."""
    if not opportunity_ids:
        return {}
    return _earliest(db.session.scalars(select(Task).where(_is_planned(opportunity_ids)).order_by(Task.due_at, Task.id)))
