"""Who was told of a line of history, and when they saw it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Record, UtcDateTime
from app.models.timeline import TimelineEntry
from app.models.users import User


class Informed(Record):
    """One colleague whom a note names. It opens nothing: they were told because they may see the note."""

    __tablename__ = "informed"
    __table_args__ = (UniqueConstraint("entry_id", "user_id"), Index("ix_informed_user", "user_id", "seen_at", "id"))

    entry_id: Mapped[int] = mapped_column(ForeignKey("timeline_entry.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[TimelineEntry] = relationship(TimelineEntry)
    user: Mapped[User] = relationship(User, foreign_keys=[user_id])

    def __str__(self) -> str:
        return str(self.user)
