"""Appointments: the line of history of kind *meeting* with its time, place and people."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.appointments import Standing
from app.models.base import Json, Record, UtcDateTime, text_enum, user_key
from app.models.timeline import TimelineEntry
from app.models.users import User

OURS = "@kurier"  # how the UID of what was arranged here ends


class Appointment(Record):
    """One appointment, or one changed date of a series. Its subject and words stand in its line of history.

    A whole day lasts from midnight UTC to midnight UTC, whatever zone its reader lives in.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("uid", "occurrence"),
        CheckConstraint("ends_at >= starts_at", name="ends_after_start"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("timeline_entry.id", ondelete="CASCADE"), unique=True)
    uid: Mapped[str] = mapped_column(String(255), comment="iCalendar UID, RFC 5545")
    occurrence: Mapped[str] = mapped_column(String(40), default="", comment="RECURRENCE-ID, ISO 8601 in UTC; empty: the whole series")
    sequence: Mapped[int] = mapped_column(default=0)
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="DTSTAMP of the message that counts")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_all_day: Mapped[bool] = mapped_column(default=False)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When somebody said that it took place")
    standing: Mapped[Standing] = mapped_column(text_enum(Standing, "standing_known", 12), default=Standing.CONFIRMED)
    place: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str | None] = mapped_column(String(500), comment="Where to join, https only")
    repeats: Mapped[dict[str, Any] | None] = mapped_column(Json, comment="domain/appointments.Repeats")
    organizer_name: Mapped[str] = mapped_column(String(120), default="")
    organizer_address: Mapped[str] = mapped_column(String(254), default="")
    guests: Mapped[list[Any]] = mapped_column(Json, default=list, comment="domain/appointments.Guest")
    host_id: Mapped[int | None] = user_key(index=True)

    entry: Mapped[TimelineEntry] = relationship(TimelineEntry)
    host: Mapped[User | None] = relationship(User, foreign_keys=[host_id])

    @property
    def is_arranged_here(self) -> bool:
        """Whether nobody's calendar mail says what holds: then people change it on our pages."""
        return self.uid.endswith(OURS) or not self.organizer_address

    def __str__(self) -> str:
        return self.entry.subject or ""
