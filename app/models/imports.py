"""One file that becomes records: its rows as they were read, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.imports import Duplicates, ImportState, Outcome
from app.models.base import Json, Model, Record, UtcDateTime, text_enum
from app.models.orders import Order
from app.models.users import User


class Import(Record):
    """What one person makes of one file. ``columns`` says for each column of ``header`` what it is; empty: it is left out."""

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_of", "user_id", "record_type", "header_key"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    record_type: Mapped[str] = mapped_column(String(40))
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("prospecting_order.id", ondelete="CASCADE"), index=True, comment="Of prospect rows: the order that they go into"
    )
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True, comment="Under which the store keeps the file")
    size: Mapped[int] = mapped_column(BigInteger, comment="Bytes")
    state: Mapped[ImportState] = mapped_column(text_enum(ImportState, "state_known", 10), default=ImportState.READING, index=True)
    because: Mapped[str] = mapped_column(String(200), default="", comment="Why it failed: a sentence in English")
    source: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, comment="What the file is: sheets, sheet, encoding, separator, merged")
    header: Mapped[list[str]] = mapped_column(Json, default=list)
    header_at: Mapped[int] = mapped_column(default=0, comment="The number of its row")
    header_key: Mapped[str] = mapped_column(String(64), default="", comment="The same for files with the same headers")
    columns: Mapped[list[str]] = mapped_column(Json, default=list)
    understood: Mapped[list[Any]] = mapped_column(Json, default=list, comment="By what each column was known, and whether that is sure")
    keys: Mapped[list[str]] = mapped_column(Json, default=list, comment="By what a row is the same as a record")
    duplicates: Mapped[Duplicates] = mapped_column(text_enum(Duplicates, "duplicates_known", 10), default=Duplicates.FILL)
    total: Mapped[int] = mapped_column(default=0, comment="Rows below the header")
    done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict, comment="Outcome → rows; while it is not run: what would be")
    mended: Mapped[dict[str, Any]] = mapped_column(
        Json, default=dict, server_default="{}", comment="Column → rows, was, now: what a spreadsheet had spoilt, with one example"
    )
    sample: Mapped[list[Any]] = mapped_column(Json, default=list, comment="The first rows as they would be")
    portion: Mapped[int] = mapped_column(default=0, comment="The next one to be worked on")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rows_gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When its rows were deleted: it can no more be taken back")
    file_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="From when on the store is to delete the file")
    file_gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(User, foreign_keys=[user_id])
    order: Mapped[Order | None] = relationship(Order)

    def __str__(self) -> str:
        return self.file_name


class ImportPortion(Model):
    """Some hundred rows of a file, as they stand there."""

    __tablename__ = "import_portion"

    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[str] = mapped_column(Text, comment="JSON: [[number, cells], …]")


class ImportRow(Model):
    """What became of one row. ``number`` is that of the spreadsheet."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_outcome", "import_id", "outcome", "number"), Index("ix_import_row_record", "record_id"))

    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome, "outcome_known", 10))
    record_id: Mapped[int | None]
    seen: Mapped[int | None] = mapped_column(comment="The version of the record as the import left it")
    before: Mapped[Any] = mapped_column(Json, nullable=True, comment="Field → what it was, of an update")
    after: Mapped[Any] = mapped_column(Json, nullable=True, comment="Field → what it is since")
    made: Mapped[Any] = mapped_column(Json, nullable=True, comment="What was made beside it: [type, key, version]")
    because: Mapped[str] = mapped_column(String(200), default="", comment="A sentence in English")
    params: Mapped[Any] = mapped_column(Json, nullable=True, comment="The places of that sentence")
