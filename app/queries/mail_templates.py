"""Reading templates of mail."""

from sqlalchemy import select

from app.extensions import db
from app.models import MailTemplate


def templates_on_offer() -> list[MailTemplate]:
    """One's own first, then those of the firm, by name."""
    query = select(MailTemplate).where(MailTemplate.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(MailTemplate.is_shared, MailTemplate.sort_name, MailTemplate.id)))
