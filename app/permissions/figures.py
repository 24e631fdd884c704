"""Whose figures somebody is told: their own, as a manager those of their teams, as an administrator all.

Narrower than what they may read: who sees the opportunities of colleagues is not told how well these sell.
"""

from typing import Any

from sqlalchemy import ColumnElement, or_, true

from app.permissions.actor import Actor
from app.permissions.scope import members_of


def counted(model: Any, actor: Actor) -> ColumnElement[bool]:
    """The rows of ``model`` that count for ``actor``, of those that they may read."""
    if actor.sees_all:
        return true()
    ways = [model.owner_id == actor.id]
    if actor.managed_team_ids:
        ways += [model.owner_id.in_(members_of(actor.managed_team_ids)), model.team_id.in_(sorted(actor.managed_team_ids))]
    return or_(*ways)
