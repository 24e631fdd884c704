"""Merges of two records: what was where before, so that it can be taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Json, Record, UtcDateTime


class Merge(Record):
    """``gone_id`` went up in ``kept_id``; both are keys of the same ``record_type``."""

    __tablename__ = "merge"
    __table_args__ = (Index("ix_merge_gone", "record_type", "gone_id"), Index("ix_merge_kept", "record_type", "kept_id"))

    record_type: Mapped[str] = mapped_column(String(40))
    kept_id: Mapped[int]
    gone_id: Mapped[int]
    gone_name: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, comment="Values that the kept one had, where they changed")
    after: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, comment="The same fields afterwards")
    moved: Mapped[list[Any]] = mapped_column(Json, default=list, comment="[table, column, keys of rows] that pointed at the one that is gone")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def __str__(self) -> str:
        return self.gone_name
