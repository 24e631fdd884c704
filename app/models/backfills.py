"""Reading of old mail."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.runs import RunState
from app.models.base import Record, UtcDateTime, text_enum
from app.models.mailboxes import Mailbox


class Backfill(Record):
    """The mail that lay in a mailbox before it was set up, read from ``since`` on, behind the live mail. One at a time for each mailbox."""

    __tablename__ = "backfill"
    __table_args__ = (
        Index(
            "uq_backfill_running", "mailbox_id", unique=True,
            sqlite_where=text("state = 'running'"), postgresql_where=text("state = 'running'"),
        ),
    )  # fmt: skip

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), index=True)
    since: Mapped[date] = mapped_column(Date)
    total: Mapped[int] = mapped_column(comment="Messages that it was to read when it was asked for")
    done: Mapped[int] = mapped_column(default=0, comment="Messages that it has read; those known before among them")
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, comment="Read up to here")
    end_uid: Mapped[int] = mapped_column(BigInteger, comment="What comes after this is live mail")
    state: Mapped[RunState] = mapped_column(text_enum(RunState, "state_known", 10), default=RunState.RUNNING)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(500))
    error_params: Mapped[str | None] = mapped_column(Text, comment="JSON")
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    mailbox: Mapped[Mailbox] = relationship(Mailbox)

    def __str__(self) -> str:
        return f"{self.mailbox}, {self.since}"
