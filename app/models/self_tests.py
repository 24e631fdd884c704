"""Messages that we send to our own mailboxes, to see them come back."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Json, Record, UtcDateTime
from app.models.mailboxes import Mailbox
from app.models.outbox import OutgoingMail
from app.support import clock


class SelfTest(Record):
    """One message on its way round. ``headers`` are those in which the server said for whom it was, once it is back."""

    __tablename__ = "self_test"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), index=True)
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="SET NULL"))
    token: Mapped[str] = mapped_column(String(20), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    headers: Mapped[list[str]] = mapped_column(Json, default=list)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When the administrators heard that it is missing")

    mailbox: Mapped[Mailbox] = relationship(Mailbox)
    outgoing: Mapped[OutgoingMail | None] = relationship(OutgoingMail)

    def __str__(self) -> str:
        return f"{self.mailbox}, {self.address}"
