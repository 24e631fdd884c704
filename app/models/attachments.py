"""Files that came with a message."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Record
from app.models.timeline import TimelineEntry


class Attachment(Record):
    """One file; its bytes lie in the store under their SHA-256."""

    __tablename__ = "attachment"

    entry_id: Mapped[int] = mapped_column(ForeignKey("timeline_entry.id", ondelete="RESTRICT"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger, comment="Bytes")
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(120))
    is_inline: Mapped[bool] = mapped_column(default=False)
    content_id: Mapped[str | None] = mapped_column(String(200))
    entry: Mapped[TimelineEntry] = relationship(TimelineEntry, backref="attachments")

    def __str__(self) -> str:
        return self.name
