"""Who gets the morning summary, and which were sent."""

from datetime import date, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Json, Record, text_enum
from app.models.outbox import OutgoingMail
from app.models.users import User


class Edition(StrEnum):
    MINE = "mine"
    TEAM = "team"


class SummarySubscription(Record):
    """One edition for one person, at an hour of their own time zone."""

    __tablename__ = "summary_subscription"
    __table_args__ = (UniqueConstraint("user_id", "edition"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    edition: Mapped[Edition] = mapped_column(text_enum(Edition, "edition_known", 10), default=Edition.MINE)
    send_at: Mapped[time] = mapped_column(default=time(7, 30))
    is_active: Mapped[bool] = mapped_column(default=True)
    user: Mapped[User] = relationship(User, foreign_keys=[user_id])

    def __str__(self) -> str:
        return f"{self.user} – {self.edition.value}"


class SummarySending(Record):
    """The summary of one working day: at most one for each subscription. No mail: there was nothing to say."""

    __tablename__ = "summary_sending"
    __table_args__ = (UniqueConstraint("subscription_id", "day"),)

    subscription_id: Mapped[int] = mapped_column(ForeignKey("summary_subscription.id", ondelete="CASCADE"))
    day: Mapped[date]
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="SET NULL"))
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    subscription: Mapped[SummarySubscription] = relationship(SummarySubscription)
    outgoing: Mapped[OutgoingMail | None] = relationship(OutgoingMail)
