"""Opportunities: attempts to sell."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Numeric, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.opportunities import OPEN, Source, Status
from app.models.accounts import Account
from app.models.base import Model, Record, Searched, UtcDateTime, folded, text_enum, user_key
from app.models.campaigns import Campaign
from app.models.closing import CloseReason, Competitor
from app.models.contacts import Contact
from app.models.custom_fields import Customised
from app.models.pipelines import Pipeline, Step
from app.models.tags import Tagged
from app.models.teams import Team
from app.models.users import User
from app.models.words import word_table
from app.support import clock

opportunity_contact = Table(
    "opportunity_contact",
    Model.metadata,
    Column("opportunity_id", Integer, ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True),
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True),
)

opportunity_person = Table(
    "opportunity_person",
    Model.metadata,
    Column("opportunity_id", Integer, ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True, index=True),
)


def _filled(column: str) -> Index:
    """An index of the rows in which ``column`` is filled: few of many, and none that mail makes."""
    where = text(f"{column} IS NOT NULL")
    return Index(f"ix_opportunity_{column}", column, sqlite_where=where, postgresql_where=where)


class Opportunity(Tagged, Customised, Searched, Record):
    """One attempt to sell. ``status`` says whether there is something to do, ``step`` how far the sale is."""

    __tablename__ = "opportunity"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("probability BETWEEN 0 AND 100", name="probability_percent"),
        CheckConstraint("status <> 'standby' OR remind_at IS NOT NULL", name="standby_has_reminder"),
        Index("ix_opportunity_owner_status", "owner_id", "status"),
        Index("ix_opportunity_team_status", "team_id", "status"),
        Index("ix_opportunity_status_remind", "status", "remind_at"),
        # Alerts: what changed. On PostgreSQL each mail to an opportunity writes to every index here but those that leave its row out.
        Index("ix_opportunity_updated", "updated_at"),
        Index("ix_opportunity_woken", "woken_at", sqlite_where=text("woken_at IS NOT NULL"), postgresql_where=text("woken_at IS NOT NULL")),
        # The list of a salesperson, and that of a team, however many they have.
        Index("ix_opportunity_of_owner", "owner_id", "last_activity_at", "id"),
        Index("ix_opportunity_of_team", "team_id", "last_activity_at", "id"),
        Index("ix_opportunity_free", "team_id", "last_activity_at", "id", sqlite_where=text("owner_id IS NULL"), postgresql_where=text("owner_id IS NULL")),
        # What is to be done of all, the liveliest first.
        Index("ix_opportunity_of_status", "status", "last_activity_at", "id"),
        # Lists in the order of one column, the key after it.
        Index("ix_opportunity_by_title", "sort_title", "id"),
        Index("ix_opportunity_by_amount", "amount", "id"),
        Index("ix_opportunity_by_status", "status", "id"),
        Index("ix_opportunity_by_reminder", "remind_at", "id"),
        Index("ix_opportunity_by_star", "starred", "id"),
        *(_filled(column) for column in ("campaign_id", "renewal_of_id", "reason_id", "competitor_id")),
        # Results: what was closed in a time, without a look at the rows; and what began in it.
        Index(
            "ix_opportunity_results", "closed_at", "status", "archived_at", "currency", "amount", "owner_id", "team_id", "pipeline_id", "created_at",
            "campaign_id", "reason_id", "competitor_id",
            sqlite_where=text("closed_at IS NOT NULL"), postgresql_where=text("closed_at IS NOT NULL"),
        ),
        Index("ix_opportunity_created", "created_at", "status", "archived_at", "currency", "amount", "owner_id", "team_id", "closed_at"),
        # What drags on, the oldest first.
        Index("ix_opportunity_by_entered", "step_entered_at", "id", "status", "step_id", "archived_at"),
        # The board: the first cards of a step in their order, and the figures of a pipeline without a look at the rows.
        Index(
            "ix_opportunity_board", "pipeline_id", "status", "step_id", "starred", "last_activity_at", "id", "archived_at", "currency",
            "amount", "probability", "step_entered_at", "owner_id", "team_id",
        ),
    )
    SEARCHED = ("title",)
    FOLDED = {"title": "sort_title"}
    WORDS = word_table("opportunity")

    title: Mapped[str] = mapped_column(String(200))
    sort_title: Mapped[str] = folded(200)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), index=True)
    pipeline_id: Mapped[int] = mapped_column(ForeignKey("pipeline.id", ondelete="RESTRICT"))
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id", ondelete="RESTRICT"))
    status: Mapped[Status] = mapped_column(text_enum(Status, "status_known", 12), default=Status.TODO)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2), comment="Net, in `currency`")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    probability: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Percent; empty: that of the step")
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expected_close_on: Mapped[date | None]
    starred: Mapped[bool] = mapped_column(default=False)
    source: Mapped[Source] = mapped_column(text_enum(Source, "source_known", 12), default=Source.MANUAL)
    owner_id: Mapped[int | None] = user_key()
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    description: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    close_reason: Mapped[str | None] = mapped_column(String(200))
    competitor: Mapped[str | None] = mapped_column(String(120))
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("close_reason.id", ondelete="SET NULL"))
    competitor_id: Mapped[int | None] = mapped_column(ForeignKey("competitor.id", ondelete="SET NULL"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="RESTRICT"))
    renewal_of_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id", ondelete="SET NULL"))
    step_entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_activity_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    woken_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When a reminder or an answer ended the standby")
    origin_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("incoming_message.id", ondelete="SET NULL", use_alter=True, name="fk_opportunity_origin_message_id")
    )

    account: Mapped[Account | None] = relationship(Account, backref="opportunities")
    pipeline: Mapped[Pipeline] = relationship(Pipeline)
    step: Mapped[Step] = relationship(Step)
    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])
    team: Mapped[Team | None] = relationship(Team)
    co_owners: Mapped[list[User]] = relationship(User, secondary=opportunity_person, order_by=(User.sort_name, User.id))
    contacts: Mapped[list[Contact]] = relationship(Contact, secondary=opportunity_contact, backref="opportunities")

    campaign: Mapped[Campaign | None] = relationship(Campaign)
    reason: Mapped[CloseReason | None] = relationship(CloseReason)
    known_competitor: Mapped[Competitor | None] = relationship(Competitor)
    renewal_of: Mapped["Opportunity | None"] = relationship(remote_side="Opportunity.id")

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def days_in_step(self) -> int:
        """How long it has rested where it is."""
        return (clock.now() - self.step_entered_at).days

    def __str__(self) -> str:
        return self.title
