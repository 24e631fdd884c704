"""Who held a record, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import Deputy, Handover, Team, User, WorkMove
from app.permissions.actor import Actor
from app.permissions.scope import members_of
from app.queries.people import people_by_name
from app.support import clock

LIMIT = 100  # the latest hand-overs


@dataclass(frozen=True)
class Holding:
    """``holder`` had it from ``since`` until ``until`` (None: still has it); a person, else a team, else None for nobody."""

    holder: User | Team | None
    since: datetime
    until: datetime | None


def holdings_of(item: Any) -> list[Holding]:
    """The holders of ``item`` in turn, the first one from its creation on."""
    loads = [selectinload(getattr(Handover, name)) for name in ("from_user", "from_team", "to_user", "to_team")]
    query = select(Handover).where(Handover.subject_type == type(item).__name__, Handover.subject_id == item.id)
    changes = list(db.session.scalars(query.options(*loads).order_by(Handover.id.desc()).limit(LIMIT)))[::-1]
    if not changes:
        return []
    since, holder = (item.created_at, changes[0].from_user or changes[0].from_team)
    found = []
    for change in changes:
        found.append(Holding(holder, since, change.at))
        since, holder = change.at, change.to_user or change.to_team
    return [*found, Holding(holder, since, None)]


def people_of(actor: Actor) -> list[User]:
    """Whose work ``actor`` may move, by name: of an administrator everybody, of a manager the members of the own teams."""
    return people_by_name() if actor.sees_all else people_by_name(User.id.in_(members_of(actor.managed_team_ids)))


def moves_of(user: User) -> list[WorkMove]:
    """The latest moves of the work of ``user``."""
    loads = selectinload(WorkMove.to_user), selectinload(WorkMove.to_team)
    return list(db.session.scalars(
        select(WorkMove).where(WorkMove.from_user_id == user.id).options(*loads).order_by(WorkMove.id.desc()).limit(10)
    ))


def deputies_of(user: User) -> list[Deputy]:
    """Who stands in for ``user`` now or later."""
    query = select(Deputy).where(Deputy.user_id == user.id, Deputy.ends_at > clock.now(), Deputy.archived_at.is_(None))
    return list(db.session.scalars(query.options(selectinload(Deputy.deputy)).order_by(Deputy.starts_at, Deputy.id)))
