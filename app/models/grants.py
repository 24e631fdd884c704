"""What a provider gave us so that a mailbox can be read without its password (OAuth 2.0, RFC 6749)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, UtcDateTime


class Grant(Record):
    """The tokens of one mailbox, sealed. Once ended it is of no use: an administrator signs in again."""

    __tablename__ = "mailbox_grant"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), unique=True)
    refresh_token_sealed: Mapped[str] = mapped_column(Text)
    access_token_sealed: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Of the access token")
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    renewing_until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="Until then one process renews it, others wait")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(200), comment="The provider's words")

    def __str__(self) -> str:
        return f"#{self.mailbox_id}"
