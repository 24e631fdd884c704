"""What the audit asks about records, whoever acts."""

from typing import Any

from sqlalchemy import select

from app.extensions import db


def exists(model: Any, key: int) -> bool:
    """Whether there is such a record at all; row criteria would hide it from the very person who asked for it."""
    table = model.__table__
    return db.session.connection().execute(select(table.c.id).where(table.c.id == key)).first() is not None
