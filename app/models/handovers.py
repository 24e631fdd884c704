"""Who held which record when, work that moves from one person to others, deputies and successors."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.runs import RunState
from app.models.base import Json, Model, Record, UtcDateTime, text_enum, user_key
from app.models.teams import Team
from app.models.users import User
from app.support import clock


def _team_key() -> Mapped[int | None]:
    return mapped_column(ForeignKey("team.id", ondelete="SET NULL"))


class WorkMove(Record):
    """The records of one person that go to another, or to a team, portion by portion; or back: then ``gives_back`` says which."""

    __tablename__ = "work_move"
    __table_args__ = (CheckConstraint("to_user_id IS NULL OR to_team_id IS NULL", name="person_or_team"),)

    from_user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    to_user_id: Mapped[int | None] = user_key()
    to_team_id: Mapped[int | None] = _team_key()
    kinds: Mapped[list[str]] = mapped_column(Json, default=list, comment="Types of record, those that are done taken out")
    only_open: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[RunState] = mapped_column(text_enum(RunState, "state_known", 10), default=RunState.RUNNING, index=True)
    total: Mapped[int] = mapped_column(comment="Records that were counted when it was asked for")
    done: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_id: Mapped[int] = mapped_column(default=0, comment="Of the hand-overs that are given back: how far it went")
    gives_back_id: Mapped[int | None] = mapped_column(ForeignKey("work_move.id", ondelete="CASCADE"), unique=True)

    from_user: Mapped[User] = relationship(User, foreign_keys=[from_user_id])
    to_user: Mapped[User | None] = relationship(User, foreign_keys=[to_user_id])
    to_team: Mapped[Team | None] = relationship(Team)

    def __str__(self) -> str:
        return f"{self.from_user} → {self.to_user or self.to_team or '–'}"


class Handover(Model):
    """One change of who holds a record. The first one also says who had it before, from its creation on."""

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    from_user_id: Mapped[int | None] = user_key()
    from_team_id: Mapped[int | None] = _team_key()
    to_user_id: Mapped[int | None] = user_key()
    to_team_id: Mapped[int | None] = _team_key()
    by_id: Mapped[int | None] = user_key()
    note: Mapped[str] = mapped_column(String(500), default="")
    move_id: Mapped[int | None] = mapped_column(ForeignKey("work_move.id", ondelete="SET NULL"), index=True)

    from_user: Mapped[User | None] = relationship(User, foreign_keys=[from_user_id])
    to_user: Mapped[User | None] = relationship(User, foreign_keys=[to_user_id])
    from_team: Mapped[Team | None] = relationship(Team, foreign_keys=[from_team_id])
    to_team: Mapped[Team | None] = relationship(Team, foreign_keys=[to_team_id])
    by: Mapped[User | None] = relationship(User, foreign_keys=[by_id])


class Deputy(Record):
    """``deputy`` does the work of ``user`` for some days: sees and changes what is theirs."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("deputy_id <> user_id", name="somebody_else"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Midnight of the first day, where the person lives")
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Midnight after the last day")

    user: Mapped[User] = relationship(User, foreign_keys=[user_id])
    deputy: Mapped[User] = relationship(User, foreign_keys=[deputy_id])

    def __str__(self) -> str:
        return f"{self.deputy} ({self.user})"


class Successor(Record):
    """Who gets the mail of a person that left."""

    __tablename__ = "successor"
    __table_args__ = (CheckConstraint("(to_user_id IS NULL) <> (to_team_id IS NULL)", name="person_or_team"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    to_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    to_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))

    user: Mapped[User] = relationship(User, foreign_keys=[user_id])
    to_user: Mapped[User | None] = relationship(User, foreign_keys=[to_user_id])
    to_team: Mapped[Team | None] = relationship(Team)

    def __str__(self) -> str:
        return f"{self.user} → {self.to_user or self.to_team}"
