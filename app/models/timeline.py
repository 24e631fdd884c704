"""The history of everything: notes, calls, mails, and what the system observed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.timeline import Kind, Origin
from app.models.accounts import Account
from app.models.action_types import ActionType
from app.models.base import Json, Record, UtcDateTime, text_enum, user_key
from app.models.contacts import Contact
from app.models.engagements import Engagement
from app.models.opportunities import Opportunity
from app.models.users import User
from app.support import clock


def _filled(name: str, column: str) -> Index:
    where = text(f"{column} IS NOT NULL")
    return Index(f"ix_timeline_entry_{name}", column, "occurred_at", sqlite_where=where, postgresql_where=where)


class TimelineEntry(Record):
    """One line of history. An automatic one keeps ``code`` and ``params``; each reader gets it in their language."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        Index("ix_timeline_entry_opportunity", "opportunity_id", "occurred_at"),
        Index("ix_timeline_entry_contact", "contact_id", "occurred_at"),
        Index("ix_timeline_entry_account", "account_id", "occurred_at"),
        *(_filled(name, f"{name}_id") for name in ("engagement", "action_type")),  # most lines have none
        Index("ix_timeline_entry_author", "author_id", "occurred_at", "id"),
    )

    kind: Mapped[Kind] = mapped_column(text_enum(Kind, "kind_known", 12), default=Kind.NOTE)
    action_type_id: Mapped[int | None] = mapped_column(ForeignKey("action_type.id", ondelete="RESTRICT"), comment="A kind of the firm's own")
    origin: Mapped[Origin] = mapped_column(text_enum(Origin, "origin_known", 12), default=Origin.MANUAL)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    code: Mapped[str | None] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    author_id: Mapped[int | None] = user_key()
    subject: Mapped[str | None] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text, default="", comment="What the writer wrote")
    note: Mapped[str] = mapped_column(Text, default="", comment="What a colleague wrote above a forwarded mail")
    quoted: Mapped[str] = mapped_column(Text, default="", comment="Quotes, signature, notice: shown folded")
    html: Mapped[str | None] = mapped_column(Text, comment="Cleaned")
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id", ondelete="RESTRICT"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"))
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("incoming_message.id", ondelete="RESTRICT", use_alter=True, name="fk_timeline_entry_message_id"), index=True
    )

    action_type: Mapped[ActionType | None] = relationship(ActionType)
    author: Mapped[User | None] = relationship(User, foreign_keys=[author_id])
    opportunity: Mapped[Opportunity | None] = relationship(Opportunity)
    engagement: Mapped[Engagement | None] = relationship(Engagement)
    account: Mapped[Account | None] = relationship(Account)
    contact: Mapped[Contact | None] = relationship(Contact)

    def __str__(self) -> str:
        return self.subject or self.body[:60]
