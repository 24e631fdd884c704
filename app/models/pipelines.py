"""Pipelines and their steps: how this firm sells."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Labelled, Record


class Pipeline(Labelled, Record):
    """An ordered set of steps."""

    __tablename__ = "pipeline"

    position: Mapped[int] = mapped_column(default=0)
    steps: Mapped[list["Step"]] = relationship(
        back_populates="pipeline", cascade="all, delete-orphan", order_by="Step.position"
    )


class Step(Labelled, Record):
    """One step; ``max_days`` is how long an opportunity may rest there before it stagnates."""

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("pipeline_id", "position"),
        CheckConstraint("probability BETWEEN 0 AND 100", name="probability_percent"),
        CheckConstraint("max_days > 0", name="max_days_positive"),
    )

    pipeline_id: Mapped[int] = mapped_column(ForeignKey("pipeline.id", ondelete="CASCADE"))
    position: Mapped[int]
    max_days: Mapped[int] = mapped_column(default=14)
    probability: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(0), comment="Percent")
    pipeline: Mapped[Pipeline] = relationship(back_populates="steps")
