"""The rows of prospecting orders, what verifiers said of them, and what people said to each other."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.orders import CallResult, RowState, Verdict
from app.models.accounts import Account
from app.models.base import Json, Model, Record, Searched, UtcDateTime, by_bytes, folded, text_enum, user_key
from app.models.contacts import Contact
from app.models.custom_fields import Customised
from app.models.opportunities import Opportunity
from app.models.orders import Order, OrderAssignment
from app.models.users import User
from app.models.words import word_table

# Under which keys ("nip:8567346215") the company of a row is found again.
row_key = Table(
    "prospect_row_key", Model.metadata,
    Column("key", by_bytes(120), primary_key=True),
    Column("row_id", Integer, ForeignKey("prospect_row.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)


class ProspectRow(Customised, Searched, Record):
    """A company as somebody entered it for an order: a suspect, not yet an account."""

    __tablename__ = "prospect_row"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        Index("ix_prospect_row_by_state", "order_id", "state", "id"), Index("ix_prospect_row_by_operator", "operator_id", "order_id", "number"),
        Index("ix_prospect_row_entered", "operator_id", "entered_at"), Index("ix_prospect_row_by_assignment", "assignment_id", "state"),
        Index("ix_prospect_row_by_number", "number", "id"), Index("ix_prospect_row_by_name", "sort_name", "id"), Index("ix_prospect_row_updated", "updated_at"),
        Index("ix_prospect_row_search", "search_text"),
    )
    SEARCHED = ("name", "city", "nip", "regon", "siren", "email", "website")
    FOLDED = {"name": "sort_name"}
    WORDS = word_table("prospect_row")

    order_id: Mapped[int] = mapped_column(ForeignKey("prospecting_order.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column(comment="Within the order, from 1")
    state: Mapped[RowState] = mapped_column(text_enum(RowState, "state_known", 12), default=RowState.DRAFT)
    operator_id: Mapped[int | None] = user_key()
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("order_assignment.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = user_key(index=True)

    nip: Mapped[str | None] = mapped_column(String(20))
    pkd: Mapped[str | None] = mapped_column(String(12))
    regon: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200), default="")
    sort_name: Mapped[str] = folded(200)
    street: Mapped[str | None] = mapped_column(String(200))
    house: Mapped[str | None] = mapped_column(String(20))
    postcode: Mapped[str | None] = mapped_column(String(12))
    city: Mapped[str | None] = mapped_column(String(100))
    voivodeship: Mapped[str | None] = mapped_column(String(40), comment="Or the department")
    activity: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(30))
    mobile: Mapped[str | None] = mapped_column(String(30))
    fax: Mapped[str | None] = mapped_column(String(30))
    headcount: Mapped[str | None] = mapped_column(String(10))
    source1: Mapped[str | None] = mapped_column(String(200))
    source1_on: Mapped[date | None] = mapped_column()
    source1_by_id: Mapped[int | None] = user_key()
    source2: Mapped[str | None] = mapped_column(String(200))
    source2_on: Mapped[date | None] = mapped_column()
    source2_by_id: Mapped[int | None] = user_key()
    source3: Mapped[str | None] = mapped_column(String(200))
    source3_on: Mapped[date | None] = mapped_column()
    source3_by_id: Mapped[int | None] = user_key()
    source4: Mapped[str | None] = mapped_column(String(200))
    source4_on: Mapped[date | None] = mapped_column()
    source4_by_id: Mapped[int | None] = user_key()
    remarks: Mapped[str | None] = mapped_column(Text)
    siren: Mapped[str | None] = mapped_column(String(20))
    person: Mapped[str | None] = mapped_column(String(120), comment="Whom to ask for")

    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="First handed in")
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_drawn: Mapped[bool] = mapped_column(default=False, comment="Somebody verifies it")
    taken_by_id: Mapped[int | None] = user_key(index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="By a verifier, as part of a batch")
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("prospect_row.id", ondelete="SET NULL"), index=True, comment="The same company by another operator")
    findings: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list, comment="Of the last rejection: field, problem, suggested")
    discarded_because: Mapped[str | None] = mapped_column(String(300))
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_result: Mapped[CallResult | None] = mapped_column(text_enum(CallResult, "call_result_known"))
    informed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When the person was told (article 14)")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id", ondelete="SET NULL"), index=True)

    order: Mapped[Order] = relationship(Order)
    assignment: Mapped[OrderAssignment | None] = relationship(OrderAssignment)
    operator: Mapped[User | None] = relationship(User, foreign_keys=[operator_id])
    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])
    taken_by: Mapped[User | None] = relationship(User, foreign_keys=[taken_by_id])
    account: Mapped[Account | None] = relationship(Account)
    contact: Mapped[Contact | None] = relationship(Contact)
    opportunity: Mapped[Opportunity | None] = relationship(Opportunity, foreign_keys=[opportunity_id])

    def __str__(self) -> str:
        return self.name or f"#{self.number}"


class RowVerification(Record):
    """What one verifier said of one row, field by field."""

    __tablename__ = "row_verification"
    __table_args__ = (Index("ix_row_verification_of", "row_id", "id"), Index("ix_row_verification_by", "verifier_id", "decided_at"))

    row_id: Mapped[int] = mapped_column(ForeignKey("prospect_row.id", ondelete="CASCADE"))
    verifier_id: Mapped[int | None] = user_key()
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[Verdict] = mapped_column(text_enum(Verdict, "verdict_known", 10))
    findings: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    remark: Mapped[str] = mapped_column(Text, default="")
    is_own: Mapped[bool] = mapped_column(default=False, comment="An administrator who works alone judged a row of their own")
    is_second: Mapped[bool] = mapped_column(default=False, comment="A second opinion: it changed nothing")
    seen: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, comment="The values that were judged, of fields with a finding")

    row: Mapped[ProspectRow] = relationship(ProspectRow)
    verifier: Mapped[User | None] = relationship(User, foreign_keys=[verifier_id])


class RowMessage(Record):
    """A question or an answer about a row, between its operator and those who verify."""

    __tablename__ = "row_message"
    __table_args__ = (Index("ix_row_message_of", "row_id", "id"), Index("ix_row_message_to", "to_user_id", "seen_at"))

    row_id: Mapped[int] = mapped_column(ForeignKey("prospect_row.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = user_key()
    to_user_id: Mapped[int | None] = user_key()
    body: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    row: Mapped[ProspectRow] = relationship(ProspectRow)
    author: Mapped[User | None] = relationship(User, foreign_keys=[author_id])
    to_user: Mapped[User | None] = relationship(User, foreign_keys=[to_user_id])


class Suppression(Record):
    """Somebody objected: an address or a number that is never collected again, kept as a hash alone."""

    __tablename__ = "suppression"

    kind: Mapped[str] = mapped_column(String(10), comment="email, phone, nip …")
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def __str__(self) -> str:
        return self.kind
