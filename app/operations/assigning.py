"""Giving a record to somebody: where the firm says so, only managers give, and only within the teams that they manage."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from app.domain.errors import Forbidden
from app.extensions import db
from app.models import TeamMembership
from app.permissions.actor import Actor
from app.support.i18n import N_

ONLY_MANAGERS = N_("In this firm only managers and administrators give records to others, managers within their own teams.")


def check_assignment(item: Any, given: Collection[str], actor: Actor) -> None:
    """The columns ``given`` of ``item``, its owner or team, have new values. Taking it oneself is always allowed."""
    if actor.sees_all or actor.held.assigns_freely:
        return
    owner_id = item.owner.id if item.owner is not None else item.owner_id
    team_id = item.team.id if item.team is not None else item.team_id
    if {"owner", "owner_id"} & set(given) and owner_id not in (None, actor.id) and not _is_managed(owner_id, actor):
        raise Forbidden(ONLY_MANAGERS)
    if {"team", "team_id"} & set(given) and team_id is not None and team_id not in actor.managed_team_ids | actor.team_ids:
        raise Forbidden(ONLY_MANAGERS)


def _is_managed(user_id: int, actor: Actor) -> bool:
    member = TeamMembership.__table__
    asked = select(member.c.id).where(member.c.user_id == user_id, member.c.team_id.in_(sorted(actor.managed_team_ids)))
    return db.session.connection().execute(asked).first() is not None
