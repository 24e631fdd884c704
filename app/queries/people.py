"""Who works here: people, teams and roles, by name."""

from sqlalchemy import ColumnElement, or_, select

from app.extensions import db
from app.models import Role, Team, User


def people_by_name(*where: ColumnElement[bool], limit: int | None = None) -> list[User]:
    """Everybody who may sign in, of those who fit; at most ``limit``."""
    query = select(User).where(User.active.is_(True), *where)
    return list(db.session.scalars(query.order_by(User.last_name, User.first_name, User.id).limit(limit)))


def people_called(asked: str, *where: ColumnElement[bool], limit: int) -> list[User]:
    """Of those who fit at most ``limit`` in whose name or user name every word of ``asked`` stands."""
    said = [or_(*(part.icontains(word, autoescape=True) for part in (User.first_name, User.last_name, User.username))) for word in asked.split()[:5]]
    return people_by_name(*where, *said, limit=limit)


def teams_by_name(*where: ColumnElement[bool]) -> list[Team]:
    """The teams that are in use, of those that fit."""
    return list(db.session.scalars(select(Team).where(Team.archived_at.is_(None), *where).order_by(Team.name)))


def roles() -> list[Role]:
    """Everything that a person can be; not FAB's role of those who did not sign in."""
    return list(db.session.scalars(select(Role).where(Role.name != "Public").order_by(Role.name)))
