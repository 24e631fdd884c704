"""One change of many records, portion by portion, and what each of them was before."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.bulk import ItemState
from app.domain.runs import RunState
from app.models.base import Json, Model, Record, UtcDateTime, text_enum
from app.models.users import User


class BulkChange(Record):
    """What one person does to many records of one type; ``undoes_id`` says which change it takes back."""

    __tablename__ = "bulk_change"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    record_type: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(60), comment="archive, restore, or the name of a field")
    value: Mapped[Any] = mapped_column(Json, nullable=True, comment="Of the field; the key of a record")
    state: Mapped[RunState] = mapped_column(text_enum(RunState, "state_known", 10), default=RunState.RUNNING, index=True)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_change.id", ondelete="CASCADE"), unique=True)

    user: Mapped[User] = relationship(User, foreign_keys=[user_id])

    def __str__(self) -> str:
        return f"{self.record_type}: {self.what}"


class BulkItem(Model):
    """One record of a change."""

    __tablename__ = "bulk_item"
    __table_args__ = (UniqueConstraint("change_id", "subject_id"), Index("ix_bulk_item_waiting", "change_id", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("bulk_change.id", ondelete="CASCADE"))
    subject_id: Mapped[int]
    state: Mapped[ItemState] = mapped_column(text_enum(ItemState, "state_known", 10), default=ItemState.WAITING)
    before: Mapped[Any] = mapped_column(Json, nullable=True, comment="The value that it had")
    because: Mapped[str] = mapped_column(String(200), default="", comment="Of a refusal: its sentence in English")
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, comment="The places of that sentence")
