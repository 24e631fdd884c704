"""Follow-up processes, their tasks in order, and where each runs."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.follow_ups import Doer, RunState
from app.domain.opportunities import Status
from app.models.base import Labelled, Record, text_enum, user_key
from app.models.opportunities import Opportunity
from app.models.pipelines import Pipeline
from app.models.users import User


class FollowUp(Labelled, Record):
    """One process, offered when an opportunity is closed so; without a pipeline in all of them."""

    __tablename__ = "follow_up"
    __table_args__ = (CheckConstraint("status IN ('won', 'lost', 'cancelled')", name="status_closed"),)

    status: Mapped[Status] = mapped_column(text_enum(Status, "status_known", 12), default=Status.WON)
    pipeline_id: Mapped[int | None] = mapped_column(ForeignKey("pipeline.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)

    pipeline: Mapped[Pipeline | None] = relationship(Pipeline)
    lines: Mapped[list["FollowUpLine"]] = relationship(
        back_populates="follow_up", cascade="all, delete-orphan", order_by=lambda: (FollowUpLine.position, FollowUpLine.id)
    )


class FollowUpLine(Labelled, Record):
    """One task of a process. ``days`` count from the day it was started; it opens when the one before it is done."""

    __tablename__ = "follow_up_line"
    __table_args__ = (CheckConstraint("days BETWEEN 0 AND 3650", name="days_within_reason"),)

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=7)
    doer: Mapped[Doer] = mapped_column(text_enum(Doer, "doer_known", 10), default=Doer.OWNER)
    user_id: Mapped[int | None] = user_key()

    follow_up: Mapped[FollowUp] = relationship(back_populates="lines")
    user: Mapped[User | None] = relationship(User, foreign_keys=[user_id])


class FollowUpRun(Record):
    """A process at work on one opportunity; reached with the opportunity."""

    __tablename__ = "follow_up_run"
    __table_args__ = (Index("ix_follow_up_run_opportunity", "opportunity_id", "state"),)

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id", ondelete="RESTRICT"))
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="CASCADE"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up_line.id", ondelete="SET NULL"), comment="The one whose task is open")
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id", ondelete="SET NULL"), index=True, comment="Its task")
    state: Mapped[RunState] = mapped_column(text_enum(RunState, "state_known", 10), default=RunState.RUNNING)

    follow_up: Mapped[FollowUp] = relationship(FollowUp)
    opportunity: Mapped[Opportunity] = relationship(Opportunity)
    line: Mapped[FollowUpLine | None] = relationship(FollowUpLine)

    def __str__(self) -> str:
        return str(self.follow_up)
