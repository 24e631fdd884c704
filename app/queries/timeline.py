"""Reading history: of one record, latest first, in pages."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    func,
    inspect,
    literal,
    literal_column,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload

from app.domain.action_types import Known
from app.domain.timeline import Kind, Origin
from app.extensions import db
from app.models import (
    Account,
    Appointment,
    Contact,
    Engagement,
    IncomingMessage,
    Opportunity,
    Step,
    Task,
    TimelineEntry,
)
from app.models.opportunities import opportunity_contact
from app.permissions.actor import Actor, current_actor
from app.permissions.one_of import Looked, among
from app.permissions.rights import Action
from app.permissions.row_security import FEW, KEPT, WALKS
from app.permissions.scope import members_of, reach_of_history, reaches_all, rows
from app.support import clock

PAGE = 40


@dataclass(frozen=True)
class History:
    """Some entries with what they need to be shown."""

    entries: list[TimelineEntry]
    messages: dict[int, IncomingMessage]  # by message key; only those that the person may see
    steps: dict[int, Step]
    appointments: dict[int, Appointment]  # by entry
    changeable: frozenset[int]  # the entries whose appointment the reader may change
    older_than: int | None  # the entry behind which there is more
    counts: dict[Kind, int]
    type_counts: dict[int, int]  # by kind of the firm's own
    instructions: dict[int, Task]  # by entry; those that the person may see


Subject = Opportunity | Engagement | Contact | Account
_NEWEST = TimelineEntry.occurred_at.desc(), TimelineEntry.id.desc()
_ABOUT = (joinedload(TimelineEntry.opportunity), joinedload(TimelineEntry.engagement))


def _of(subject: Subject) -> ColumnElement[bool]:
    """Entries on the record itself and, for people and companies, on their opportunities."""
    if isinstance(subject, Opportunity):
        return TimelineEntry.opportunity_id == subject.id
    if isinstance(subject, Engagement):
        return TimelineEntry.engagement_id == subject.id
    if isinstance(subject, Contact):
        theirs = select(opportunity_contact.c.opportunity_id).where(opportunity_contact.c.contact_id == subject.id)
        return or_(TimelineEntry.contact_id == subject.id, TimelineEntry.opportunity_id.in_(theirs))
    table = Opportunity.__table__
    theirs = select(table.c.id).where(table.c.account_id == subject.id)
    return or_(TimelineEntry.account_id == subject.id, TimelineEntry.opportunity_id.in_(theirs))


def history_of(
    subject: Subject, *, kind: Kind | Known | None = None, older_than: int | None = None, limit: int = PAGE
) -> History:
    """The latest ``limit`` entries, or those before the entry ``older_than``; ``kind`` leaves one kind."""
    condition, is_of_one = _of(subject), isinstance(subject, Opportunity | Engagement)
    edge = db.session.get(TimelineEntry, older_than) if older_than else None
    wanted = [condition, *([] if kind is None else [_is(kind)]), *([] if edge is None else [_before(edge)])]
    found = _latest(and_(*wanted), limit, *(() if is_of_one else _ABOUT), are_few=is_of_one)
    is_whole = kind is None and edge is None and len(found) <= limit
    return _shown(found, limit, *(_counted(found) if is_whole else _counts(condition)))


def _is(kind: Kind | Known, of: Any = TimelineEntry) -> ColumnElement[bool]:
    found: ColumnElement[bool] = of.kind == kind if isinstance(kind, Kind) else of.action_type_id == kind.id
    return found


def activity(
    *, person_id: int | None = None, team_id: int | None = None, kind: Kind | Known | None = None, older_than: int | None = None, after: int | None = None,
    limit: int = PAGE,
) -> History:
    """What happened lately, of a person or of a team: what they wrote and did, and what came in on what is theirs. Nothing is counted.

    ``after``: only what was written down since the entry of that key, whenever it happened.
    """
    edge, now = db.session.get(TimelineEntry, older_than) if older_than else None, clock.now()
    loads = (*_ABOUT, joinedload(TimelineEntry.account))

    def asked(of: Any) -> list[ColumnElement[bool]]:
        conditions = [of.occurred_at <= now, of.archived_at.is_(None)]
        if after is not None:
            conditions.append(of.id > after)
        if person_id is not None:
            conditions.append(or_(of.author_id == person_id, of.author_id.is_(None) & _on(of, lambda columns: columns.owner_id == person_id)))
        if team_id is not None:
            people = members_of([team_id])
            incoming = of.author_id.is_(None) & _on(of, lambda columns: or_(columns.owner_id.in_(people), columns.team_id == team_id))
            conditions.append(or_(of.author_id.in_(people), incoming))
        if kind is not None:
            conditions.append(_is(kind, of))
        return conditions if edge is None else [*conditions, _before(edge, of)]

    actor, most = current_actor(), limit + 1
    if reaches_all(TimelineEntry, actor, Action.READ):
        return _shown(_latest(and_(*asked(TimelineEntry)), limit, *loads), limit, {}, {})
    # Keys alone first: what a page shows of each entry would be planned, and by some databases looked up, for all that are passed on the way.
    is_plain = all(each is None for each in (person_id, team_id, kind, edge, after))
    looked = _latest_within(actor, most) if is_plain else _nearest_within(actor, asked, most)
    if looked is None:
        keys = select(TimelineEntry.id).where(*asked(TimelineEntry)).order_by(*_NEWEST).limit(literal_column(f"{most}"))
        walks = db.session.get_bind().dialect.name == "sqlite"  # it knows no limit when it chooses; PostgreSQL weighs it by itself
        found = db.session.scalars(keys, execution_options={WALKS: True} if walks else {})
    else:  # of the tables: this only tells where to look, and the rule stands in the statement that reads them
        found = db.session.connection().execute(looked, {"now": now} if is_plain else {}).scalars()
    return _shown(_of_keys(found.all(), *loads), limit, {}, {})


@lru_cache(maxsize=KEPT)
def _latest_within(actor: Actor, most: int) -> Any:
    """``_nearest_within`` of the whole feed until ``now``: made once for each person, as it is long."""
    now = bindparam("now", type_=TimelineEntry.occurred_at.type)
    return _nearest_within(actor, lambda of: [of.occurred_at <= now, of.archived_at.is_(None)], most)


def _nearest_within(actor: Actor, asked: Callable[[Any], list[ColumnElement[bool]]], most: int) -> Any:
    """The keys of the latest ``most`` entries within reach: those of people, each along an index, and on records what is no older.

    Where a reader may read little, a database would meet very many entries of others before these. None where the reader has no ``Reach``.
    """
    reach = reach_of_history(actor)
    if reach is None:
        return None
    entry = TimelineEntry.__table__.alias()
    columns, no_older = entry.c, literal(datetime(1, 1, 1, tzinfo=UTC), TimelineEntry.occurred_at.type)
    order = (columns.occurred_at.desc(), columns.id.desc())
    number: Any = literal_column(f"{int(most)}")
    of_each = [
        select(columns.id, columns.occurred_at).where(columns.author_id == person, *asked(columns)).order_by(*order).limit(number).subquery()
        for person in sorted(reach.people)
    ]
    first = union_all(*(select(each.c.id, each.c.occurred_at) for each in of_each)).cte()
    last = select(first.c.occurred_at).order_by(first.c.occurred_at.desc()).offset(literal_column(f"{int(most) - 1}")).limit(literal_column("1"))
    since = func.coalesce(last.scalar_subquery(), no_older)
    alone = Looked(and_(columns.opportunity_id.is_(None), columns.engagement_id.is_(None)))  # looked at: there are many, of others
    on_records = [
        select(columns.id, columns.occurred_at).where(
            columns[name].in_(keys), columns.occurred_at >= since, *asked(columns), *([alone] if name in ("contact_id", "account_id") else ()),
        )
        for name, keys in reach.records.items()
    ]
    every = union(select(first.c.id, first.c.occurred_at), *on_records).subquery()
    return select(every.c.id).order_by(every.c.occurred_at.desc(), every.c.id.desc()).limit(number)


def actions_counted(
    start: datetime, last: datetime, *, person_id: int | None = None, team_id: int | None = None
) -> dict[tuple[Kind, int | None], tuple[int, int]]:
    """(kind, own kind) → how many people wrote down since ``start``, and before it since ``last``: of those whose figures the acting person is told."""
    actor, author, at = current_actor(), TimelineEntry.author_id, TimelineEntry.occurred_at
    told = [author.is_not(None), TimelineEntry.kind != Kind.SYSTEM, at >= last, at <= clock.now(), TimelineEntry.archived_at.is_(None)]
    if not actor.sees_all:
        told.append(or_(author == actor.id, author.in_(members_of(actor.managed_team_ids))))
    told += [author == person_id] if person_id is not None else []
    told += [author.in_(members_of([team_id]))] if team_id is not None else []
    is_now = case((at >= start, 1), else_=0).label("is_now")
    keys = TimelineEntry.kind, TimelineEntry.action_type_id
    found: dict[tuple[Kind, int | None], tuple[int, int]] = {}
    for kind, type_id, now, number in db.session.execute(select(*keys, is_now, func.count(TimelineEntry.id)).where(*told).group_by(*keys, "is_now")):
        here, before = found.get((kind, type_id), (0, 0))
        found[kind, type_id] = (here + number, before) if now else (here, before + number)
    return found


def newest_key() -> int:
    """The key of the entry that was written down last, whoever may see it."""
    return db.session.connection().scalar(select(func.max(TimelineEntry.__table__.c.id))) or 0


def _on(of: Any, fits: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """The entry, by its columns ``of``, lies on an opportunity or an engagement that ``fits``."""
    places = ((Opportunity.__table__.alias(), of.opportunity_id), (Engagement.__table__.alias(), of.engagement_id))
    return or_(*(select(table.c.id).where(table.c.id == key, fits(table.c)).exists() for table, key in places))


def _before(edge: TimelineEntry, of: Any = TimelineEntry) -> ColumnElement[bool]:
    return or_(of.occurred_at < edge.occurred_at, and_(of.occurred_at == edge.occurred_at, of.id < edge.id))


def _latest(condition: ColumnElement[bool], limit: int, *more: Any, are_few: bool = False) -> Sequence[Any]:
    """Those of the entries that fit, one more than ``limit`` where another page follows. ``are_few``: the rule of the reader is asked of each."""
    query = _laden(condition, *more).order_by(*_NEWEST).limit(literal_column(f"{limit + 1}"))
    return db.session.execute(query, execution_options={FEW: True} if are_few else {}).all()


def _of_keys(keys: Sequence[int], *more: Any) -> Sequence[Any]:
    """The entries of ``keys``, in that order. Asked for one, SQLite would walk along the index that has it, past very many, instead of finding them."""
    place = {key: number for number, key in enumerate(keys)}
    found = db.session.execute(_laden(among(TimelineEntry.id, keys), *more), execution_options={FEW: True}).all()
    return sorted(found, key=lambda row: place[row[0].id])


def _laden(condition: ColumnElement[bool], *more: Any) -> Any:
    """Entries with their messages and the tasks that they ask for."""
    query = (
        select(TimelineEntry, IncomingMessage, Task).outerjoin(IncomingMessage, IncomingMessage.id == TimelineEntry.message_id)
        .outerjoin(Task, Task.entry_id == TimelineEntry.id).where(condition)
    )  # fmt: skip
    loads = (joinedload(TimelineEntry.author), joinedload(Task.assignee), selectinload(TimelineEntry.attachments), joinedload(TimelineEntry.contact), *more)
    return query.options(*loads)


def _shown(found: Sequence[Any], limit: int, counts: Mapping[Kind, int], type_counts: Mapping[int, int]) -> History:
    entries = [entry for entry, *_ in found[:limit]]
    _name({entry.contact for entry in entries if entry.contact is not None})
    appointments, changeable = _appointments(entries)
    return History(
        entries, {message.id: message for _, message, _ in found[:limit] if message is not None}, _steps(entries), appointments, changeable,
        entries[-1].id if len(found) > limit else None, dict(counts), dict(type_counts),
        {entry.id: task for entry, _, task in found[:limit] if task is not None},
    )


def _name(contacts: set[Contact]) -> None:
    """Whoever has no name is called by an address: read those of all of them."""
    keys = [each.id for each in contacts if not (each.first_name or each.last_name) and "addresses" in inspect(each).unloaded]
    if keys:
        db.session.scalars(select(Contact).where(Contact.id.in_(keys)).options(selectinload(Contact.addresses))).all()


def _counted(found: Sequence[Any]) -> tuple[dict[Kind, int], dict[int, int]]:
    return Counter(entry.kind for entry, *_ in found), Counter(entry.action_type_id for entry, *_ in found if entry.action_type_id)


def _counts(condition: ColumnElement[bool]) -> tuple[dict[Kind, int], dict[int, int]]:
    keys = TimelineEntry.kind, TimelineEntry.action_type_id
    kinds: Counter[Kind] = Counter()
    types: Counter[int] = Counter()
    for kind, type_id, number in db.session.execute(select(*keys, func.count(TimelineEntry.id)).where(condition).group_by(*keys)):
        kinds[kind] += number
        if type_id:
            types[type_id] += number
    return kinds, types


def _steps(entries: list[TimelineEntry]) -> dict[int, Step]:
    """Those that the session knows already are not asked for."""
    keys = {e.params.get(name) for e in entries for name in ("before_id", "after_id") if e.code == "step_changed"} - {None}
    known = {each.id: each for each in db.session.identity_map.values() if isinstance(each, Step)}
    asked = keys - known.keys()
    return known | ({s.id: s for s in db.session.scalars(select(Step).where(Step.id.in_(asked)))} if asked else {})


def _appointments(entries: list[TimelineEntry]) -> tuple[dict[int, Appointment], frozenset[int]]:
    keys = [e.id for e in entries if e.kind is Kind.MEETING]
    if not keys:
        return {}, frozenset()
    may = rows(TimelineEntry, current_actor(), Action.WRITE)
    found = db.session.execute(select(Appointment, may).join(Appointment.entry).where(Appointment.entry_id.in_(keys))).all()
    return {each.entry_id: each for each, _ in found}, frozenset(each.entry_id for each, is_theirs in found if is_theirs and each.is_arranged_here)


def meeting_of(entry: TimelineEntry) -> Appointment | None:
    """The appointment of a line of history."""
    return db.session.scalars(select(Appointment).where(Appointment.entry_id == entry.id)).first()


def last_entry(opportunity: Opportunity) -> TimelineEntry | None:
    """The latest thing that a person wrote or sent; an appointment that is still to come is none."""
    said = (TimelineEntry.kind != Kind.SYSTEM) & (TimelineEntry.occurred_at <= clock.now())
    return db.session.scalars(
        select(TimelineEntry).where(TimelineEntry.opportunity_id == opportunity.id, said)
        .order_by(TimelineEntry.occurred_at.desc(), TimelineEntry.id.desc()).limit(1)
    ).first()


def count_new(subject: Subject, since: datetime, reader: int | None) -> int:
    """How many entries came into the history since then that ``reader`` did not write."""
    written = TimelineEntry.created_by_id
    return db.session.scalar(select(func.count(TimelineEntry.id)).where(
        _of(subject), TimelineEntry.created_at >= since, TimelineEntry.origin != Origin.AUTOMATIC, or_(written.is_(None), written != reader),
    )) or 0
