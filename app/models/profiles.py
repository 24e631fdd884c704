"""Permission profiles, and the ways by which they come to people: roles, teams, by hand."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Json, Model, Record, folded
from app.models.teams import Team
from app.models.users import Role, User


def _pairs(name: str, one: str, other: str) -> Table:
    """A table that joins two others."""
    return Table(name, Model.metadata, *(
        Column(f"{noun}_id", ForeignKey(f"{table}.id", ondelete="CASCADE"), primary_key=True, index=bool(place))
        for place, (noun, table) in enumerate(((one, _TABLES[one]), (other, _TABLES[other])))
    ))


_TABLES = {"role": "ab_role", "team": "team", "user": "ab_user", "profile": "profile"}
role_profile = _pairs("role_profile", "role", "profile")
team_profile = _pairs("team_profile", "team", "profile")
team_role = _pairs("team_role", "team", "role")
user_profile = _pairs("user_profile", "user", "profile")
role_tree = Table(
    "role_tree", Model.metadata,
    Column("role_id", ForeignKey("ab_role.id", ondelete="CASCADE"), primary_key=True, comment="A role has one place"),
    Column("parent_id", ForeignKey("ab_role.id", ondelete="CASCADE"), nullable=False, index=True, comment="The role above"),
    CheckConstraint("role_id <> parent_id", name="not_below_itself"),
)


class Profile(Record):
    """What may be done with each type of record, and which of its fields are hidden or only read. It only ever adds."""

    __tablename__ = "profile"
    FOLDED = {"name": "sort_name"}

    name: Mapped[str] = mapped_column(String(80), unique=True)
    sort_name: Mapped[str] = folded(80)
    code: Mapped[str | None] = mapped_column(String(40), unique=True, comment="Of one that came ready made")
    follows_privacy: Mapped[bool] = mapped_column(default=False, comment="Reading own records widens as the firm's privacy says")
    actions: Mapped[dict[str, dict[str, str]]] = mapped_column(
        Json, default=dict, comment="Type of record → action → reach; a type that is missing is newer than the profile"
    )
    fields: Mapped[dict[str, dict[str, str]]] = mapped_column(Json, default=dict, comment="Type of record → field → hidden or read")

    def __str__(self) -> str:
        return self.name


Role.profiles = relationship(Profile, secondary=role_profile, backref="roles", order_by=Profile.sort_name)
Role.above = relationship(
    Role, secondary=role_tree, primaryjoin=Role.id == role_tree.c.role_id, secondaryjoin=Role.id == role_tree.c.parent_id, uselist=False,
    backref="below",
)
User.profiles = relationship(Profile, secondary=user_profile, backref="people", order_by=Profile.sort_name)
_team: Any = Team
_team.profiles = relationship(Profile, secondary=team_profile, backref="teams", order_by=Profile.sort_name)
_team.roles = relationship(Role, secondary=team_role, order_by=Role.sort_name)
