"""Campaigns: what the firm did to be bought from, and what it cost."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Numeric, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, Record, Searched, folded
from app.models.words import word_table

contact_campaign = Table(
    "contact_campaign", Model.metadata,
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("campaign_id", Integer, ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Campaign(Searched, Record):
    """A fair, a mailing, an advertisement: opportunities and contacts come from it."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost_not_negative"), CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index("ix_campaign_by_start", "starts_on", "id"), Index("ix_campaign_by_name", "sort_name", "id"),
    )
    SEARCHED = ("name",)
    FOLDED = {"name": "sort_name"}
    WORDS = word_table("campaign")

    name: Mapped[str] = mapped_column(String(120))
    sort_name: Mapped[str] = folded(120)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 2), comment="Net, in `currency`")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    remarks: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return self.name
