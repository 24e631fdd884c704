"""What a merge takes along, counted within the reader's reach."""

from typing import Any

from sqlalchemy import func, select

from app.models import (
    Account,
    Alert,
    Attachment,
    Contact,
    Engagement,
    IncomingMessage,
    Opportunity,
    Record,
    Task,
    TimelineEntry,
)
from app.models.contacts import contact_account
from app.models.opportunities import opportunity_contact
from app.queries.numbers import numbers


def what_moves(gone: Record) -> dict[str, int]:
    """Type of record → how many of them hang on ``gone``."""
    noun = type(gone).__name__.lower()
    wanted: dict[str, Any] = {}
    for model in (TimelineEntry, Task, IncomingMessage, Engagement, Opportunity):
        column = getattr(model, f"{noun}_id", None)
        if column is not None:
            wanted[model.__name__] = select(func.count(model.id)).where(column == gone.id).scalar_subquery()
    entries = getattr(TimelineEntry, f"{noun}_id") == gone.id
    wanted["Attachment"] = select(func.count(Attachment.id)).join(TimelineEntry, TimelineEntry.id == Attachment.entry_id).where(entries).scalar_subquery()
    wanted["Alert"] = select(func.count(Alert.id)).where(getattr(Alert, f"{noun}_id") == gone.id, Alert.ended_at.is_(None)).scalar_subquery()
    if isinstance(gone, Contact):
        link = opportunity_contact.c
        with_them = Opportunity.id.in_(select(link.opportunity_id).where(link.contact_id == gone.id))
        wanted["Opportunity"] = select(func.count(Opportunity.id)).where(with_them).scalar_subquery()
    if isinstance(gone, Opportunity):
        wanted["Contact"] = _linked(Contact, opportunity_contact.c.contact_id, opportunity_contact.c.opportunity_id == gone.id)
    if isinstance(gone, Account):
        wanted["Contact"] = _linked(Contact, contact_account.c.contact_id, contact_account.c.account_id == gone.id)
    return {name: count for name, count in numbers(wanted).items() if count}


def _linked(model: Any, key: Any, condition: Any) -> Any:
    return select(func.count(model.id)).where(model.id.in_(select(key).where(condition))).scalar_subquery()
