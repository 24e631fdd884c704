"""Teams and who is in them."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, Record, folded
from app.models.users import User

team_tree = Table(
    "team_tree", Model.metadata,
    Column("team_id", ForeignKey("team.id", ondelete="CASCADE"), primary_key=True, comment="A team has one place"),
    Column("parent_id", ForeignKey("team.id", ondelete="CASCADE"), nullable=False, index=True, comment="The team above"),
    CheckConstraint("team_id <> parent_id", name="not_below_itself"),
)


class Team(Record):
    """People who share records; its managers see those of all members."""

    __tablename__ = "team"
    FOLDED = {"name": "sort_name"}

    name: Mapped[str] = mapped_column(String(80), unique=True)
    sort_name: Mapped[str] = folded(80)
    parent: Mapped["Team | None"] = relationship(
        secondary=lambda: team_tree, primaryjoin=lambda: Team.id == team_tree.c.team_id,
        secondaryjoin=lambda: Team.id == team_tree.c.parent_id, uselist=False, back_populates="children",
    )
    children: Mapped[list["Team"]] = relationship(
        secondary=lambda: team_tree, primaryjoin=lambda: Team.id == team_tree.c.parent_id,
        secondaryjoin=lambda: Team.id == team_tree.c.team_id, order_by="Team.sort_name", back_populates="parent",
    )
    memberships: Mapped[list["TeamMembership"]] = relationship(back_populates="team", cascade="all, delete-orphan")

    def __str__(self) -> str:
        return self.name


class TeamMembership(Record):
    """One user in one team."""

    __tablename__ = "team_membership"
    __table_args__ = (UniqueConstraint("team_id", "user_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    is_manager: Mapped[bool] = mapped_column(default=False)
    team: Mapped[Team] = relationship(back_populates="memberships")
    user: Mapped[User] = relationship(User, foreign_keys=[user_id], backref="memberships")

    def __str__(self) -> str:
        return f"{self.user} – {self.team}"
