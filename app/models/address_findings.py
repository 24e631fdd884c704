"""What was learned of a contact's mail address, and when: why it counts as it does."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.bounces import Cause, Finding
from app.models.base import Model, UtcDateTime, text_enum
from app.models.contacts import ContactAddress


class AddressFinding(Model):
    """One report about an address. Rows are added and never changed; the latest ones decide ``ContactAddress.validity``."""

    __tablename__ = "address_finding"
    __table_args__ = (Index("ix_address_finding_address", "address_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("contact_address.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    finding: Mapped[Finding] = mapped_column(text_enum(Finding, "finding_known", 10))
    cause: Mapped[Cause | None] = mapped_column(text_enum(Cause, "cause_known", 12))
    status: Mapped[str | None] = mapped_column(String(12), comment="RFC 3463")
    diagnostic: Mapped[str] = mapped_column(String(500), default="", comment="What the refusing server said, in its words")
    reporter: Mapped[str] = mapped_column(String(120), default="", comment="The server that says so")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_message.id", ondelete="SET NULL"), index=True)

    address: Mapped[ContactAddress] = relationship(ContactAddress)
