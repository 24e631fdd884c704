"""Incoming messages, and each delivery of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.messages import State
from app.models.base import Json, Model, Record, UtcDateTime, text_enum, user_key
from app.models.contacts import Contact
from app.models.engagements import Engagement
from app.models.mailboxes import Mailbox
from app.models.opportunities import Opportunity
from app.models.timeline import TimelineEntry
from app.models.users import User
from app.models.web_forms import WebForm
from app.support import clock

WAITING = "state IN ('held', 'failed')"


class IncomingMessage(Record):
    """One message, however often it was delivered. ``reason`` and ``reason_params`` say in a sentence what became of it."""

    __tablename__ = "incoming_message"
    __table_args__ = (
        Index("ix_incoming_message_state", "state", "received_at"),
        # What waits for a decision is little among all that ever came, and each page counts it.
        Index("ix_incoming_message_waiting", "state", "acting_user_id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
        # Whoever wrote lately: by the hour first, so that what comes now lies together, whoever sends it.
        Index("ix_incoming_message_lately", "received_hour", "sender_address"),
    )

    key: Mapped[str] = mapped_column(String(64), unique=True, comment="Day of its date, then SHA-256 of Message-ID and fingerprint")
    header_id: Mapped[str | None] = mapped_column(String(400), index=True, comment="Message-ID without brackets")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    references: Mapped[list[str]] = mapped_column(Json, default=list, comment="In-Reply-To and References, oldest first")
    kind: Mapped[str | None] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(400), default="")
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    sender_address: Mapped[str] = mapped_column(String(254), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    received_hour: Mapped[int] = mapped_column(default=0, server_default="0", comment="That of `received_at`, since 1970")
    language: Mapped[str | None] = mapped_column(String(5))
    raw_sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0, comment="Bytes")
    is_authenticated: Mapped[bool] = mapped_column(default=False, comment="The sender proved to be who they say")
    state: Mapped[State] = mapped_column(text_enum(State, "state_known", 10), default=State.RECEIVED)
    reason: Mapped[str | None] = mapped_column(String(40))
    reason_params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    warnings: Mapped[list[Any]] = mapped_column(Json, default=list)
    candidates: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, comment="What a person may choose from while held")
    acting_user_id: Mapped[int | None] = user_key(index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), comment="Whose managers decide while it is held")
    crm_address_id: Mapped[int | None] = mapped_column(ForeignKey("crm_address.id", ondelete="SET NULL"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id", ondelete="SET NULL"), index=True)
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id", ondelete="SET NULL"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("timeline_entry.id", ondelete="SET NULL"))

    acting_user: Mapped[User | None] = relationship(User, foreign_keys=[acting_user_id])
    contact: Mapped[Contact | None] = relationship(Contact)
    opportunity: Mapped[Opportunity | None] = relationship(Opportunity, foreign_keys=[opportunity_id])
    engagement: Mapped[Engagement | None] = relationship(Engagement)
    entry: Mapped[TimelineEntry | None] = relationship(TimelineEntry, foreign_keys=[entry_id])
    deliveries: Mapped[list["Delivery"]] = relationship(back_populates="message", order_by="Delivery.id")

    def __str__(self) -> str:
        return self.subject or self.sender_address


class MessageReference(Model):
    """Which Message-IDs belong to the thread of which filed message, for finding the thread of an answer."""

    __tablename__ = "message_reference"
    __table_args__ = (UniqueConstraint("header_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    header_id: Mapped[str] = mapped_column(String(400))
    entry_id: Mapped[int] = mapped_column(ForeignKey("timeline_entry.id", ondelete="CASCADE"), index=True)


class Delivery(Record):
    """One arrival of a message from one source. ``state`` is *received* until its message has an outcome.

    ``raw_sha256`` is empty while the server has not given the message; ``error`` is its answer.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "folder", "uidvalidity", "uid"),
        UniqueConstraint("web_form_id", "uid"),
        CheckConstraint("(mailbox_id IS NULL) <> (web_form_id IS NULL)", name="one_source"),
        Index("ix_delivery_due", "state", "next_try_at"),
    )

    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="RESTRICT"))
    web_form_id: Mapped[int | None] = mapped_column(ForeignKey("web_form.id", ondelete="RESTRICT"))
    folder: Mapped[str] = mapped_column(String(200), default="")
    uidvalidity: Mapped[int] = mapped_column(BigInteger, default=0)
    uid: Mapped[str] = mapped_column(String(300))
    raw_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    is_truncated: Mapped[bool] = mapped_column(default=False)
    envelope: Mapped[list[str]] = mapped_column(Json, default=list, comment="Addresses that only this delivery shows")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    state: Mapped[State] = mapped_column(text_enum(State, "state_known", 10), default=State.RECEIVED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    error: Mapped[str | None] = mapped_column(Text)
    error_reference: Mapped[str | None] = mapped_column(String(20))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_message.id", ondelete="RESTRICT"), index=True)

    mailbox: Mapped[Mailbox | None] = relationship(Mailbox)
    web_form: Mapped[WebForm | None] = relationship(WebForm)
    message: Mapped[IncomingMessage | None] = relationship(back_populates="deliveries")

    def __str__(self) -> str:
        return f"{self.mailbox or self.web_form} {self.uid}"
