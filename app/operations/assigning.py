"""Giving a record to somebody: where the firm says so, only managers give, and only within the teams that they manage."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, inspect, select

from app.domain.errors import DomainError, Forbidden
from app.extensions import db
from app.models import Team, User
from app.permissions.actor import Actor
from app.permissions.scope import holder_name, members_of
from app.queries.people import people_by_name, teams_by_name
from app.support.i18n import N_

ONLY_MANAGERS = N_("In this firm only managers and administrators give records to others, managers within their own teams.")


def gives_freely(actor: Actor) -> bool:
    """Whether ``actor`` may give to anybody of the firm."""
    return actor.sees_all or actor.held.assigns_freely


def check_assignment(item: Any, given: Collection[str], actor: Actor, *, were: Collection[Any] = ()) -> None:
    """The columns ``given`` of ``item``, its holder, team or co-owners, have new values. Taking it oneself is always allowed.

    ``were`` were co-owners before.
    """
    if gives_freely(actor):
        return
    name = holder_name(type(item))
    user_id, team_id = key_of(item, name), key_of(item, "team")
    if {name, f"{name}_id"} & set(given) and user_id is not None:
        _check_person(user_id, actor)
    if {"team", "team_id"} & set(given) and team_id is not None and team_id not in actor.managed_team_ids | actor.team_ids:
        raise Forbidden(ONLY_MANAGERS)
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
    if user_id != actor.id and not _is_managed(user_id, actor):
        raise Forbidden(ONLY_MANAGERS)


def _is_managed(user_id: int, actor: Actor) -> bool:
    members = members_of(actor.managed_team_ids).subquery()
    return db.session.connection().execute(select(members.c.user_id).where(members.c.user_id == user_id)).first() is not None


def within_offer(actor: Actor) -> list[ColumnElement[bool]]:
    """What leaves the people to whom ``actor`` may give a record."""
    return [] if gives_freely(actor) else [(User.id == actor.id) | User.id.in_(members_of(actor.managed_team_ids))]


def people_on_offer(actor: Actor) -> list[User]:
    """To whom ``actor`` may give a record, by name."""
    return people_by_name(*within_offer(actor))


def teams_on_offer(actor: Actor) -> list[Team]:
    """The teams to which ``actor`` may give a record, by name; none where the firm has no teams."""
    if not actor.has_teams:
        return []
    return teams_by_name() if gives_freely(actor) else teams_by_name(Team.id.in_(sorted(actor.managed_team_ids | actor.team_ids)))
