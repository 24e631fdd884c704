"""Prospecting orders: what is to be collected, by whom, and in which places they sit."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.orders import Checking, LegalBasis, OrderLinkKind, OrderState, Seat
from app.models.base import Json, Record, UtcDateTime, folded, text_enum, user_key
from app.models.users import User


class Order(Record):
    """A table of companies that people enter by its rules; or, as a template, the rules alone."""

    __tablename__ = "prospecting_order"
    __table_args__ = (
        CheckConstraint("sample_percent BETWEEN 1 AND 100", name="sample_is_percent"), Index("ix_prospecting_order_by_name", "sort_name", "id"),
        Index("ix_prospecting_order_by_state", "state", "id"), Index("ix_prospecting_order_by_due", "due_on", "id"),
    )
    FOLDED = {"name": "sort_name"}

    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = folded(200)
    state: Mapped[OrderState] = mapped_column(text_enum(OrderState, "state_known", 12), default=OrderState.OPEN)
    is_template: Mapped[bool] = mapped_column(default=False)
    principal_id: Mapped[int | None] = user_key(index=True)
    goal: Mapped[str | None] = mapped_column(Text)
    instructions: Mapped[str | None] = mapped_column(Text)
    territory: Mapped[list[str]] = mapped_column(Json, default=list, comment="Codes of voivodeships and departments")
    target: Mapped[int | None] = mapped_column(comment="How many rows")
    starts_on: Mapped[date | None] = mapped_column()
    due_on: Mapped[date | None] = mapped_column()
    checking: Mapped[Checking] = mapped_column(text_enum(Checking, "checking_known", 12), default=Checking.NONE)
    sample_percent: Mapped[int] = mapped_column(default=10)
    columns: Mapped[list[str]] = mapped_column(Json, default=list, comment="Attributes in use, those of the firm's own as x_…")
    required: Mapped[list[str]] = mapped_column(Json, default=list, comment="Those that a row needs before it is handed in")
    dedupe: Mapped[list[str]] = mapped_column(Json, default=list, comment="Attributes by which a company is found to be in the order already")
    defaults: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, comment="Attribute → value of a new row")
    purpose: Mapped[str | None] = mapped_column(Text, comment="What the data are collected for")
    data_source: Mapped[str | None] = mapped_column(String(300), comment="Where they come from")
    legal_basis: Mapped[LegalBasis] = mapped_column(text_enum(LegalBasis, "legal_basis_known"), default=LegalBasis.INTEREST)
    information: Mapped[str | None] = mapped_column(Text, comment="What the people are told (article 14)")
    keep_months: Mapped[int] = mapped_column(default=36, server_default=text("36"),
                                             comment="How long a row is kept after it was collected, or its company reached")
    cleared_rows: Mapped[int] = mapped_column(default=0, server_default=text("0"), comment="Whose term is over")
    last_number: Mapped[int] = mapped_column(default=0, comment="Of the newest row")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = user_key()

    principal: Mapped[User | None] = relationship(User, foreign_keys=[principal_id])
    assignments: Mapped[list["OrderAssignment"]] = relationship(back_populates="order", order_by="OrderAssignment.id")

    @property
    def is_open(self) -> bool:
        return self.state is OrderState.OPEN and self.archived_at is None

    @property
    def country(self) -> str:
        """Of its territory; Poland where it says none."""
        return (self.territory or ["PL"])[0][:2]

    def __str__(self) -> str:
        return self.name


class OrderAssignment(Record):
    """The place of one person in one order. ``parent`` is who stands above; closing one closes all below."""

    __tablename__ = "order_assignment"
    __table_args__ = (UniqueConstraint("order_id", "user_id", "seat"), Index("ix_order_assignment_place", "user_id", "seat", "order_id"))

    order_id: Mapped[int] = mapped_column(ForeignKey("prospecting_order.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    seat: Mapped[Seat] = mapped_column(text_enum(Seat, "seat_known", 12))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("order_assignment.id", ondelete="RESTRICT"), index=True)
    quota: Mapped[int | None] = mapped_column(comment="Rows a day")
    chosen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When the person last made it their current order")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = user_key()

    order: Mapped[Order] = relationship(back_populates="assignments")
    user: Mapped[User] = relationship(User, foreign_keys=[user_id])
    parent: Mapped["OrderAssignment | None"] = relationship(remote_side="OrderAssignment.id")

    def __str__(self) -> str:
        return str(self.user)


class OrderLink(Record):
    """One order continues another, is split from it, or shares its rows."""

    __tablename__ = "order_link"
    __table_args__ = (UniqueConstraint("parent_id", "child_id"), CheckConstraint("parent_id <> child_id", name="of_two"))

    parent_id: Mapped[int] = mapped_column(ForeignKey("prospecting_order.id", ondelete="CASCADE"))
    child_id: Mapped[int] = mapped_column(ForeignKey("prospecting_order.id", ondelete="CASCADE"), index=True)
    kind: Mapped[OrderLinkKind] = mapped_column(text_enum(OrderLinkKind, "link_kind_known", 12))
    parent: Mapped[Order] = relationship(Order, foreign_keys=[parent_id])
    child: Mapped[Order] = relationship(Order, foreign_keys=[child_id])
