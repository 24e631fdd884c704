"""Engagements: the folder that joins an account, its contacts and what happens with them, before and after a sale."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.engagements import LIVE, EngagementState
from app.models.accounts import Account
from app.models.base import Model, Record, Searched, UtcDateTime, folded, text_enum, user_key
from app.models.contacts import Contact
from app.models.custom_fields import Customised
from app.models.teams import Team
from app.models.users import User
from app.models.words import word_table
from app.support import clock

engagement_contact = Table(
    "engagement_contact",
    Model.metadata,
    Column("engagement_id", Integer, ForeignKey("engagement.id", ondelete="CASCADE"), primary_key=True),
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Engagement(Customised, Searched, Record):
    """A lasting relation with a customer; it survives the opportunities that come and go."""

    __tablename__ = "engagement"
    __table_args__ = (
        Index("ix_engagement_by_name", "sort_name", "id"), Index("ix_engagement_by_state", "state", "id"), Index("ix_engagement_search", "search_text"),
    )
    SEARCHED = ("name",)
    FOLDED = {"name": "sort_name"}
    WORDS = word_table("engagement")

    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = folded(200)
    state: Mapped[EngagementState] = mapped_column(text_enum(EngagementState, "state_known", 10), default=EngagementState.ACTIVE)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), index=True)
    lead_contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    owner_id: Mapped[int | None] = user_key(index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    remarks: Mapped[str | None] = mapped_column(Text)
    prospect_until: Mapped[date | None] = mapped_column(index=True, comment="Of a prospect: until then nobody is asked why nothing happens")
    last_activity_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)

    account: Mapped[Account | None] = relationship(Account, backref="engagements")
    lead_contact: Mapped[Contact | None] = relationship(Contact, foreign_keys=[lead_contact_id])
    contacts: Mapped[list[Contact]] = relationship(Contact, secondary=engagement_contact, backref="engagements")
    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])
    team: Mapped[Team | None] = relationship(Team)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE and self.archived_at is None

    def __str__(self) -> str:
        return self.name
