"""Reading history: of one record, latest first, in pages."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, inspect, or_, select
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
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.permissions.scope import members_of, rows
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
    condition = _of(subject)
    loads = () if isinstance(subject, Opportunity | Engagement) else _ABOUT
    found, is_first = _latest(condition if kind is None else and_(condition, _is(kind)), older_than, limit, *loads)
    is_whole = kind is None and is_first and len(found) <= limit
    return _shown(found, limit, *(_counted(found) if is_whole else _counts(condition)))


def _is(kind: Kind | Known) -> ColumnElement[bool]:
    return TimelineEntry.kind == kind if isinstance(kind, Kind) else TimelineEntry.action_type_id == kind.id


def activity(
    *, person_id: int | None = None, team_id: int | None = None, kind: Kind | Known | None = None, older_than: int | None = None, after: int | None = None,
    limit: int = PAGE,
) -> History:
    """What happened lately, of a person or of a team: what they wrote and did, and what came in on what is theirs. Nothing is counted.

    ``after``: only what was written down since the entry of that key, whenever it happened.
    """
    conditions = [TimelineEntry.occurred_at <= clock.now(), TimelineEntry.archived_at.is_(None)]
    if after is not None:
        conditions.append(TimelineEntry.id > after)
    if person_id is not None:
        incoming = TimelineEntry.author_id.is_(None) & _on(lambda columns: columns.owner_id == person_id)
        conditions.append(or_(TimelineEntry.author_id == person_id, incoming))
    if team_id is not None:
        people = members_of([team_id])
        incoming = TimelineEntry.author_id.is_(None) & _on(lambda columns: or_(columns.owner_id.in_(people), columns.team_id == team_id))
        conditions.append(or_(TimelineEntry.author_id.in_(people), incoming))
    if kind is not None:
        conditions.append(_is(kind))
    found, _ = _latest(and_(*conditions), older_than, limit, *_ABOUT, joinedload(TimelineEntry.account))
    return _shown(found, limit, {}, {})


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


def _on(fits: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """The entry lies on an opportunity or an engagement that ``fits``."""
    places = ((Opportunity.__table__.alias(), TimelineEntry.opportunity_id), (Engagement.__table__.alias(), TimelineEntry.engagement_id))
    return or_(*(select(table.c.id).where(table.c.id == key, fits(table.c)).exists() for table, key in places))


def _latest(condition: ColumnElement[bool], older_than: int | None, limit: int, *more: Any) -> tuple[Sequence[Any], bool]:
    """Entries with their messages and the tasks that they ask for, one more than ``limit`` where another page follows; and whether it is the first page."""
    query = (
        select(TimelineEntry, IncomingMessage, Task).outerjoin(IncomingMessage, IncomingMessage.id == TimelineEntry.message_id)
        .outerjoin(Task, Task.entry_id == TimelineEntry.id).where(condition)
    )  # fmt: skip
    edge = db.session.get(TimelineEntry, older_than) if older_than else None
    if edge is not None:
        query = query.where(or_(
            TimelineEntry.occurred_at < edge.occurred_at,
            and_(TimelineEntry.occurred_at == edge.occurred_at, TimelineEntry.id < edge.id),
        ))
    loads = (joinedload(TimelineEntry.author), joinedload(Task.assignee), selectinload(TimelineEntry.attachments), joinedload(TimelineEntry.contact), *more)
    order = TimelineEntry.occurred_at.desc(), TimelineEntry.id.desc()
    return db.session.execute(query.options(*loads).order_by(*order).limit(limit + 1)).all(), edge is None


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
