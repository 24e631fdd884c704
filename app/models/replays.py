"""Many messages that make their journey again."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.runs import RunState
from app.models.base import Json, Record, UtcDateTime, text_enum
from app.models.mailboxes import Mailbox


class Replay(Record):
    """The messages of a mailbox that came from ``since`` until before ``until`` and are in one of ``states``, by today's rules.

    ``last_message_id`` and ``last_delivery_id`` say how far it went; what came after it was asked for is not in it.
    """

    __tablename__ = "replay"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    states: Mapped[list[str]] = mapped_column(Json, default=list)
    reason: Mapped[str | None] = mapped_column(String(40))
    total: Mapped[int] = mapped_column(comment="Messages that fitted when it was asked for")
    done: Mapped[int] = mapped_column(default=0)
    last_message_id: Mapped[int] = mapped_column(default=0)
    last_delivery_id: Mapped[int] = mapped_column(default=0)
    end_message_id: Mapped[int] = mapped_column(default=0)
    end_delivery_id: Mapped[int] = mapped_column(default=0)
    state: Mapped[RunState] = mapped_column(text_enum(RunState, "state_known", 10), default=RunState.RUNNING)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    mailbox: Mapped[Mailbox] = relationship(Mailbox)

    def __str__(self) -> str:
        return f"{self.mailbox}, {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"
