"""Objectives of people and teams."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.objectives import Every, Measure
from app.models.base import Record, text_enum, user_key
from app.models.teams import Team
from app.models.users import User


class Objective(Record):
    """What ``owner`` or ``team`` is to reach in each period from the one of ``starts_on`` to that of ``ends_on``."""

    __tablename__ = "objective"
    __table_args__ = (
        CheckConstraint("target > 0", name="target_above_zero"), CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("(owner_id IS NULL) <> (team_id IS NULL)", name="person_or_team"),
    )

    owner_id: Mapped[int | None] = user_key(ondelete="CASCADE", index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    measure: Mapped[Measure] = mapped_column(text_enum(Measure, "measure_known", 12), default=Measure.WON_AMOUNT)
    every: Mapped[Every] = mapped_column(text_enum(Every, "every_known", 12), default=Every.MONTH)
    target: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="EUR", comment="Of an amount")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])
    team: Mapped[Team | None] = relationship(Team)

    def __str__(self) -> str:
        return str(self.owner or self.team or "")
