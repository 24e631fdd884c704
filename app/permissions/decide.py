"""May this actor do this with this record? The one place that answers."""

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, object_session

from app.domain.errors import Forbidden
from app.models import TeamMembership, User
from app.permissions.actor import NOBODY, Actor, Level
from app.permissions.rights import Action, Reach, reach
from app.permissions.scope import rows


def is_allowed(actor: Actor, action: Action, subject: Any) -> bool:
    """``subject`` is a model class (may they at all?) or a saved record (may they with this one?)."""
    model = subject if isinstance(subject, type) else type(subject)
    how_far = reach(actor.level, model.__name__, action)
    if how_far is Reach.NONE:
        return False
    if how_far is Reach.ALL or isinstance(subject, type) or action is Action.CREATE or not inspect(subject).persistent:
        return True
    session = object_session(subject)
    assert session is not None
    table: Any = inspect(model).local_table
    # Core: the acting person's own criteria must not hide the row from the question.
    found = session.connection().execute(
        select(table.c.id).where(table.c.id == subject.id, rows(model, actor, action))
    ).first()
    return found is not None


def require(actor: Actor, action: Action, subject: Any) -> None:
    """Raise ``Forbidden`` unless ``is_allowed``."""
    if not is_allowed(actor, action, subject):
        raise Forbidden


def actor_of(user: User, session: Session) -> Actor:
    """The actor that ``user`` is: NOBODY when switched off or without a role that we know."""
    names = {role.name for role in user.roles} | {role.name for group in user.groups for role in group.roles}
    level = next((known for known in (Level.ADMINISTRATOR, Level.TEAM_MANAGER, Level.USER) if known.value in names), None)
    if not user.active or level is None:
        return NOBODY
    member = TeamMembership.__table__
    teams = session.connection().execute(select(member.c.team_id, member.c.is_manager).where(member.c.user_id == user.id)).all()
    managed = frozenset(team for team, is_manager in teams if is_manager) if level is Level.TEAM_MANAGER else frozenset()
    return Actor(user.id, str(user), level, frozenset(team for team, _ in teams), managed)
