"""Finding mailboxes."""

from sqlalchemy import select

from app.extensions import db
from app.models import Mailbox


def mailbox_named(name: str) -> Mailbox | None:
    """The mailbox called ``name``, unless it is archived."""
    return db.session.scalars(select(Mailbox).where(Mailbox.name == name, Mailbox.archived_at.is_(None))).one_or_none()
