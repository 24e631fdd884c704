"""How people want their lists: columns, and saved views of filters, order and columns."""

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Json, Record
from app.models.teams import Team
from app.models.users import User


class ListView(Record):
    """One view of one list. The one without a name holds the columns that the person has outside of any saved view."""

    __tablename__ = "list_view"
    __table_args__ = (UniqueConstraint("user_id", "list_name", "name"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    list_name: Mapped[str] = mapped_column(String(60), index=True, comment="The class of the screen")
    name: Mapped[str] = mapped_column(String(60), default="")
    asked: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, comment="Filters and order, as the address of the list has them")
    columns: Mapped[list[str]] = mapped_column(Json, default=list, comment="Empty: those of the list")
    is_default: Mapped[bool] = mapped_column(default=False, comment="Where its person begins")
    is_for_all: Mapped[bool] = mapped_column(default=False)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True, comment="Whose members see it too")

    user: Mapped[User] = relationship(User, foreign_keys=[user_id])
    team: Mapped[Team | None] = relationship(Team)

    def __str__(self) -> str:
        return self.name or self.list_name
