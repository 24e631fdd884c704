"""Reading history: of one record, latest first, in pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from app.domain.timeline import Kind, Origin
from app.extensions import db
from app.models import Account, Appointment, Contact, IncomingMessage, Opportunity, Step, TimelineEntry
from app.models.opportunities import opportunity_contact
from app.support import clock

PAGE = 40


@dataclass(frozen=True)
class History:
    """Some entries with what they need to be shown."""

    entries: list[TimelineEntry]
    messages: dict[int, IncomingMessage]  # by message key; only those that the person may see
    steps: dict[int, Step]
    appointments: dict[int, Appointment]  # by entry
    older_than: int | None  # the entry behind which there is more
    counts: dict[Kind, int]


def _of(subject: Opportunity | Contact | Account) -> ColumnElement[bool]:
    """Entries on the record itself and, for people and companies, on their opportunities."""
    if isinstance(subject, Opportunity):
        return TimelineEntry.opportunity_id == subject.id
    if isinstance(subject, Contact):
        theirs = select(opportunity_contact.c.opportunity_id).where(opportunity_contact.c.contact_id == subject.id)
        return or_(TimelineEntry.contact_id == subject.id, TimelineEntry.opportunity_id.in_(theirs))
    table = Opportunity.__table__
    theirs = select(table.c.id).where(table.c.account_id == subject.id)
    return or_(TimelineEntry.account_id == subject.id, TimelineEntry.opportunity_id.in_(theirs))


def history_of(
    subject: Opportunity | Contact | Account, *, kind: Kind | None = None, older_than: int | None = None, limit: int = PAGE
) -> History:
    """The latest ``limit`` entries, or those before the entry ``older_than``; ``kind`` leaves one kind."""
    condition = _of(subject)
    numbers = db.session.execute(
        select(TimelineEntry.kind, func.count(TimelineEntry.id)).where(condition).group_by(TimelineEntry.kind)
    )
    counts = {kind: number for kind, number in numbers}  # noqa: C416 - rows are no pairs to the type checker
    query = select(TimelineEntry).where(condition)
    if kind is not None:
        query = query.where(TimelineEntry.kind == kind)
    edge = db.session.get(TimelineEntry, older_than) if older_than else None
    if edge is not None:
        query = query.where(or_(
            TimelineEntry.occurred_at < edge.occurred_at,
            and_(TimelineEntry.occurred_at == edge.occurred_at, TimelineEntry.id < edge.id),
        ))
    loads: tuple[Any, ...] = (
        selectinload(TimelineEntry.author), selectinload(TimelineEntry.attachments), selectinload(TimelineEntry.opportunity),
        selectinload(TimelineEntry.contact).selectinload(Contact.addresses),
    )
    found = list(db.session.scalars(
        query.options(*loads).order_by(TimelineEntry.occurred_at.desc(), TimelineEntry.id.desc()).limit(limit + 1)
    ))
    entries = found[:limit]
    return History(
        entries, _messages(entries), _steps(entries), _appointments(entries), entries[-1].id if len(found) > limit else None, counts
    )


def _messages(entries: list[TimelineEntry]) -> dict[int, IncomingMessage]:
    keys = {e.message_id for e in entries if e.message_id}
    if not keys:
        return {}
    return {m.id: m for m in db.session.scalars(select(IncomingMessage).where(IncomingMessage.id.in_(keys)))}


def _steps(entries: list[TimelineEntry]) -> dict[int, Step]:
    keys = {e.params.get(name) for e in entries for name in ("before_id", "after_id") if e.code == "step_changed"} - {None}
    return {s.id: s for s in db.session.scalars(select(Step).where(Step.id.in_(keys)))} if keys else {}


def _appointments(entries: list[TimelineEntry]) -> dict[int, Appointment]:
    keys = [e.id for e in entries if e.kind is Kind.MEETING]
    return {a.entry_id: a for a in db.session.scalars(select(Appointment).where(Appointment.entry_id.in_(keys)))} if keys else {}


def last_entry(opportunity: Opportunity) -> TimelineEntry | None:
    """The latest thing that a person wrote or sent; an appointment that is still to come is none."""
    said = (TimelineEntry.kind != Kind.SYSTEM) & (TimelineEntry.occurred_at <= clock.now())
    return db.session.scalars(
        select(TimelineEntry).where(TimelineEntry.opportunity_id == opportunity.id, said)
        .order_by(TimelineEntry.occurred_at.desc(), TimelineEntry.id.desc()).limit(1)
    ).first()


def count_new(subject: Opportunity | Contact | Account, since: datetime, reader: int | None) -> int:
    """How many entries came into the history since then that ``reader`` did not write."""
    written = TimelineEntry.created_by_id
    return db.session.scalar(select(func.count(TimelineEntry.id)).where(
        _of(subject), TimelineEntry.created_at >= since, TimelineEntry.origin != Origin.AUTOMATIC, or_(written.is_(None), written != reader),
    )) or 0
