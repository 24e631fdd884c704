"""Tasks: something that a person will do by a moment."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.tasks import TaskStatus
from app.models.accounts import Account
from app.models.base import Record, UtcDateTime, folded, text_enum, user_key
from app.models.contacts import Contact
from app.models.custom_fields import Customised
from app.models.opportunities import Opportunity
from app.models.teams import Team
from app.models.timeline import TimelineEntry
from app.models.users import User


class Task(Customised, Record):
    """One task of one person, perhaps about a record."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_assignee_due", "assignee_id", "status", "due_at"), Index("ix_task_by_due", "due_at", "id"),
        Index("ix_task_updated", "updated_at"),
    )
    FOLDED = {"title": "sort_title"}

    title: Mapped[str] = mapped_column(String(200))
    sort_title: Mapped[str] = folded(200)
    description: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[TaskStatus] = mapped_column(text_enum(TaskStatus, "status_known", 12), default=TaskStatus.TODO)
    assignee_id: Mapped[int | None] = user_key()
    author_id: Mapped[int | None] = user_key(index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), index=True)
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("timeline_entry.id", ondelete="SET NULL"), unique=True, comment="The line of history that asks for it"
    )
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    assignee: Mapped[User | None] = relationship(User, foreign_keys=[assignee_id])
    author: Mapped[User | None] = relationship(User, foreign_keys=[author_id])
    team: Mapped[Team | None] = relationship(Team)
    opportunity: Mapped[Opportunity | None] = relationship(Opportunity, backref="tasks")
    contact: Mapped[Contact | None] = relationship(Contact)
    account: Mapped[Account | None] = relationship(Account)
    entry: Mapped[TimelineEntry | None] = relationship(TimelineEntry)

    def __str__(self) -> str:
        return self.title
