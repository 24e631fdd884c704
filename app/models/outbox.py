"""Mail that we send: written by operations, sent by a job."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Json, Record, UtcDateTime, text_enum, user_key
from app.models.users import User
from app.support import clock


class OutgoingState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class OutgoingMail(Record):
    """One mail. ``key`` names the occasion, so that one occasion never makes two mails."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_due", "state", "next_try_at"),)

    key: Mapped[str] = mapped_column(String(120), unique=True)
    event: Mapped[str] = mapped_column(String(40), comment="welcome, summary, notice…")
    to_address: Mapped[str] = mapped_column(String(254))
    to_user_id: Mapped[int | None] = user_key(ondelete="CASCADE", index=True)
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text, comment="The iCalendar part, which names its own METHOD")
    headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    header_id: Mapped[str] = mapped_column(String(200), unique=True, comment="Message-ID without brackets")
    about_type: Mapped[str | None] = mapped_column(String(20), comment="Of the record that it speaks of: read by whoever gets it, or not sent")
    about_id: Mapped[int | None]
    rights_version: Mapped[int | None] = mapped_column(comment="The last change of rights that it was written under")
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("timeline_entry.id", ondelete="SET NULL"), index=True, comment="The line of history that it is, with its files"
    )
    state: Mapped[OutgoingState] = mapped_column(text_enum(OutgoingState, "state_known", 10), default=OutgoingState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(500))

    to_user: Mapped[User | None] = relationship(User, foreign_keys=[to_user_id])

    def __str__(self) -> str:
        return self.subject
