"""Who works here: people, teams and roles, by name."""

from sqlalchemy import ColumnElement, select

from app.extensions import db
from app.models import Role, Team, User


def people_by_name(*where: ColumnElement[bool]) -> list[User]:
    """Everybody who may sign in, of those who fit."""
    query = select(User).where(User.active.is_(True), *where)
    return list(db.session.scalars(query.order_by(User.last_name, User.first_name, User.id)))


def teams_by_name(*where: ColumnElement[bool]) -> list[Team]:
    """The teams that are in use, of those that fit."""
    return list(db.session.scalars(select(Team).where(Team.archived_at.is_(None), *where).order_by(Team.name)))


def roles() -> list[Role]:
    """Everything that a person can be; not FAB's role of those who did not sign in."""
    return list(db.session.scalars(select(Role).where(Role.name != "Public").order_by(Role.name)))
