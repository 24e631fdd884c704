"""Special privileges: a team or a role reaches records of another team."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Record
from app.models.teams import Team
from app.models.users import Role


class Privilege(Record):
    """Everybody of one team, or of one role, reads (and perhaps writes) the records of one type of another team."""

    __tablename__ = "privilege"
    __table_args__ = (
        CheckConstraint("(for_team_id IS NULL) <> (for_role_id IS NULL)", name="team_or_role"),
        UniqueConstraint("for_team_id", "team_id", "record_type"),
        UniqueConstraint("for_role_id", "team_id", "record_type"),
    )

    for_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    for_role_id: Mapped[int | None] = mapped_column(ForeignKey("ab_role.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    record_type: Mapped[str] = mapped_column(String(40))
    may_write: Mapped[bool] = mapped_column(default=False)
    for_team: Mapped[Team | None] = relationship(Team, foreign_keys=[for_team_id])
    for_role: Mapped[Role | None] = relationship(Role, foreign_keys=[for_role_id])
    team: Mapped[Team] = relationship(Team, foreign_keys=[team_id])

    def __str__(self) -> str:
        return f"{self.for_team or self.for_role} → {self.team}: {self.record_type}"
