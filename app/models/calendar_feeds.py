"""Calendar feeds: the private address under which a calendar program reads a person's days."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Record, UtcDateTime
from app.models.users import User
from app.support import clock


class CalendarFeed(Record):
    """One person's feed. Only the hash of its secret is kept: the address itself is shown once."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, comment="When its address was made or renewed")
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When a calendar last asked, to the hour")

    user: Mapped[User] = relationship(User, foreign_keys=[user_id])

    def __str__(self) -> str:
        return str(self.user)
