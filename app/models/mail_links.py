"""Links of morning emails that were used: each works once."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcDateTime
from app.support import clock


class UsedMailLink(Model):
    """One use. Only the hash of the link is kept; the audit says what it did."""

    __tablename__ = "used_mail_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256")
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
