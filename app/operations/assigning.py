"""Giving a record to somebody: within one's own teams, to anybody, or by managers alone, as the firm says.

Within one's own teams is how a firm begins: a manager gives to the members of the teams that they manage, a member to colleagues of their own. Who is in no
team has no such border. A task is asked of anybody: asking is no handing over; only where managers alone give, they alone ask others.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, inspect, select

from app.domain.errors import DomainError, Forbidden
from app.domain.rights import Action, Assigning
from app.extensions import db
from app.models import Opportunity, Task, Team, User
from app.permissions.actor import Actor
from app.permissions.scope import holder_name, members_of
from app.queries.people import people_by_name, teams_by_name
from app.support.i18n import N_

WITHIN_TEAMS = N_("In this firm people give records to others within their own teams. An administrator gives to anybody.")
ONLY_MANAGERS = N_("In this firm only managers and administrators give records to others, managers within their own teams.")


def gives_freely(actor: Actor, model: type[Any] = Opportunity) -> bool:
    """Whether ``actor`` may give a record of ``model`` to anybody of the firm."""
    if actor.sees_all or actor.held.assigning is Assigning.EVERYBODY:
        return True
    return actor.held.assigning is Assigning.TEAMS and (model is Task or not actor.team_ids)


def _giving_teams(actor: Actor) -> frozenset[int]:
    """The teams to whose members ``actor`` gives where not to anybody: also those below, and others, whose opportunities they may change."""
    if actor.held.assigning is Assigning.MANAGERS:
        return actor.managed_team_ids
    return actor.managed_team_ids | actor.team_ids | actor.scope(Opportunity.__name__, Action.WRITE).teams


def refused(actor: Actor) -> Forbidden:
    """Why ``actor`` may not give it there."""
    return Forbidden(ONLY_MANAGERS if actor.held.assigning is Assigning.MANAGERS else WITHIN_TEAMS)


def check_assignment(item: Any, given: Collection[str], actor: Actor, *, were: Collection[Any] = ()) -> None:
    """The columns ``given`` of ``item``, its holder, team or co-owners, have new values. Taking it oneself is always allowed.

    ``were`` were co-owners before.
    """
    if gives_freely(actor, type(item)):
        return
    name = holder_name(type(item))
    user_id, team_id = key_of(item, name), key_of(item, "team")
    if {name, f"{name}_id"} & set(given) and user_id is not None:
        _check_person(user_id, actor)
    if {"team", "team_id"} & set(given) and team_id is not None and team_id not in _giving_teams(actor) | actor.team_ids:
        raise refused(actor)
    if "co_owners" in given:
        for user in {*item.co_owners} - {*were}:
            _check_person(user.id, actor)


def key_of(item: Any, name: str) -> int | None:
    """The key that the relation ``name`` of ``item`` holds, flushed or not."""
    found: int | None = getattr(item, f"{name}_id")
    if inspect(item).attrs[name].history.has_changes():
        related = getattr(item, name)
        found = related.id if related is not None else None
    return found


def check_works_here(user: User) -> None:
    """Nothing goes to somebody who left."""
    if not user.active:
        raise DomainError("inactive", N_("%(name)s does not work here any more. Choose somebody else."), name=str(user))


def _check_person(user_id: int, actor: Actor) -> None:
    if user_id != actor.id and not _is_near(user_id, actor):
        raise refused(actor)


def _is_near(user_id: int, actor: Actor) -> bool:
    members = members_of(_giving_teams(actor)).subquery()
    return db.session.connection().execute(select(members.c.user_id).where(members.c.user_id == user_id)).first() is not None


def within_offer(actor: Actor, model: type[Any] = Opportunity) -> list[ColumnElement[bool]]:
    """What leaves the people to whom ``actor`` may give a record of ``model``."""
    return [] if gives_freely(actor, model) else [(User.id == actor.id) | User.id.in_(members_of(_giving_teams(actor)))]


def people_on_offer(actor: Actor, model: type[Any] = Opportunity) -> list[User]:
    """To whom ``actor`` may give a record of ``model``, by name."""
    return people_by_name(*within_offer(actor, model))


def teams_on_offer(actor: Actor, model: type[Any] = Opportunity) -> list[Team]:
    """The teams to which ``actor`` may give a record of ``model``, by name; none where the firm has no teams."""
    if not actor.has_teams:
        return []
    return teams_by_name() if gives_freely(actor, model) else teams_by_name(Team.id.in_(sorted(_giving_teams(actor) | actor.team_ids)))
