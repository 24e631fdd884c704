"""Reading history: of one record, latest first, in pages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    inspect,
    literal_column,
    or_,
    select,
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
from app.permissions.actor import current_actor
from app.permissions.one_of import among
from app.permissions.rights import Action
from app.permissions.row_security import FEW
from app.permissions.scope import rows
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
NEWEST = TimelineEntry.occurred_at.desc(), TimelineEntry.id.desc()
_ABOUT = (joinedload(TimelineEntry.opportunity), joinedload(TimelineEntry.engagement))
_WHERE = (*_ABOUT, joinedload(TimelineEntry.account))


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
    wanted = [condition, *([] if kind is None else [is_kind(kind)]), *([] if edge is None else [before(edge)])]
    found = _latest(and_(*wanted), limit, *(() if is_of_one else _ABOUT), are_few=is_of_one)
    is_whole = kind is None and edge is None and len(found) <= limit
    return _shown(found, limit, *(_counted(found) if is_whole else _counts(condition)))


def is_kind(kind: Kind | Known, of: Any = TimelineEntry) -> ColumnElement[bool]:
    found: ColumnElement[bool] = of.kind == kind if isinstance(kind, Kind) else of.action_type_id == kind.id
    return found


def history_of_keys(keys: Sequence[int], limit: int = PAGE) -> History:
    """The entries of ``keys`` that may be read, the latest first: a page of ``limit``, and whether more ``keys`` follow. Nothing is counted."""
    found = _shown(_of_keys(keys, *_WHERE), limit, {}, {})
    return replace(found, older_than=found.entries[-1].id) if found.entries and len(keys) > limit else found


def latest_history(condition: ColumnElement[bool], limit: int = PAGE) -> History:
    """Of the entries that fit, the latest, as ``history_of_keys``: for whoever reads most of them."""
    return _shown(_latest(condition, limit, *_WHERE), limit, {}, {})


def before(edge: TimelineEntry, of: Any = TimelineEntry) -> ColumnElement[bool]:
    return or_(of.occurred_at < edge.occurred_at, and_(of.occurred_at == edge.occurred_at, of.id < edge.id))


def _latest(condition: ColumnElement[bool], limit: int, *more: Any, are_few: bool = False) -> Sequence[Any]:
    """Those of the entries that fit, one more than ``limit`` where another page follows. ``are_few``: the rule of the reader is asked of each."""
    query = _laden(condition, *more).order_by(*NEWEST).limit(literal_column(f"{limit + 1}"))
    return db.session.execute(query, execution_options={FEW: True} if are_few else {}).all()


def _of_keys(keys: Sequence[int], *more: Any) -> Sequence[Any]:
    """The entries of ``keys``. Asked for their order, SQLite would walk along the index that has it, past very many, instead of finding them."""
    found = db.session.execute(_laden(among(TimelineEntry.id, keys), *more), execution_options={FEW: True}).all()
    return sorted(found, key=lambda row: (row[0].occurred_at, row[0].id), reverse=True)


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
        .order_by(*NEWEST).limit(1), execution_options={FEW: True},
    ).first()


def count_new(subject: Subject, since: datetime, reader: int | None) -> int:
    """How many entries came into the history since then that ``reader`` did not write."""
    written = TimelineEntry.created_by_id
    new = select(func.count(TimelineEntry.id)).where(
        _of(subject), TimelineEntry.created_at >= since, TimelineEntry.origin != Origin.AUTOMATIC, or_(written.is_(None), written != reader),
    )
    return db.session.scalar(new, execution_options={FEW: True}) or 0
