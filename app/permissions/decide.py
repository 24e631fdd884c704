"""May this actor do this with this record? The one place that answers."""

from typing import Any

from flask_appbuilder.security.sqla.models import Group
from sqlalchemy import CompoundSelect, Integer, String, bindparam, false, inspect, null, select, union_all
from sqlalchemy.orm import Session, object_session

from app.domain.errors import Forbidden
from app.models import Role, TeamMembership, User
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


def _standing() -> CompoundSelect[Any]:
    """Names of the roles of a user, held directly and through groups, and teams: one statement, for it is asked often."""
    user, role, member = bindparam("user", type_=Integer), Role.__table__, TeamMembership.__table__
    own, grouped = inspect(User).relationships["roles"].secondary, inspect(Group).relationships["roles"].secondary
    groups = inspect(User).relationships["groups"].secondary
    no_name, no_team, no = null().cast(String), null().cast(Integer), false()
    return union_all(
        select(role.c.name, no_team, no).join(own, own.c.role_id == role.c.id).where(own.c.user_id == user),
        select(role.c.name, no_team, no).join(grouped, grouped.c.role_id == role.c.id)
        .join(groups, groups.c.group_id == grouped.c.group_id).where(groups.c.user_id == user),
        select(no_name, member.c.team_id, member.c.is_manager).where(member.c.user_id == user),
    )


_STANDING = _standing()


def actor_of(user: User, session: Session) -> Actor:
    """The actor that ``user`` is: NOBODY when switched off or without a role that we know."""
    if not user.active:
        return NOBODY
    found = session.connection().execute(_STANDING, {"user": user.id}).all()
    names = {name for name, _, _ in found if name is not None}
    level = next((known for known in (Level.ADMINISTRATOR, Level.TEAM_MANAGER, Level.USER) if known.value in names), None)
    if level is None:
        return NOBODY
    teams = [(team, is_manager) for name, team, is_manager in found if name is None]
    managed = frozenset(team for team, is_manager in teams if is_manager) if level is Level.TEAM_MANAGER else frozenset()
    return Actor(user.id, str(user), level, frozenset(team for team, _ in teams), managed)
