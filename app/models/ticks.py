"""When each job of the clock began last: of several schedules that tick for it, one lets it run."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcDateTime


class Tick(Model):
    """The last tick that was heard of one ``job``, named by its path."""

    __tablename__ = "tick"

    job: Mapped[str] = mapped_column(String(80), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
