"""What the audit asks about records, whoever acts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from app.extensions import db
from app.models import AuditLine


def exists(model: Any, key: int) -> bool:
    """Whether there is such a record at all; row criteria would hide it from the very person who asked for it."""
    table = model.__table__
    return db.session.connection().execute(select(table.c.id).where(table.c.id == key)).first() is not None


def changes_by_others(record_type: str, key: int, since: datetime, reader: int | None) -> list[Row[Any]]:
    """(actor_name, action, after) of what others than ``reader`` did to a record since then, in order; not what is only reading."""
    table = AuditLine.__table__
    found = select(table.c.actor_name, table.c.action, table.c.after).where(
        table.c.subject_type == record_type, table.c.subject_id == key, table.c.at >= since,
        or_(table.c.actor_id.is_(None), table.c.actor_id != reader), table.c.action.not_in(("export", "refuse", "refuse_field")),
    )
    return list(db.session.connection().execute(found.order_by(table.c.id).limit(20)))
