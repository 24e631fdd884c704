"""Teams: a tree, with members, some of whom manage; and special privileges between them."""

from collections.abc import Collection
from typing import Any

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Privilege, Team, TeamMembership, User
from app.operations import records
from app.operations.records import RULES, Rules
from app.operations.transaction import atomic
from app.permissions.actor import Actor
from app.support.i18n import N_

# Types whose records belong to a person or a team.
OWNED = ("Account", "Contact", "Engagement", "Opportunity", "Task", "TimelineEntry", "IncomingMessage")


def _no_circle(team: Team) -> None:
    above, seen = team.parent, {team.id}
    while above is not None:
        if above.id in seen:
            raise DomainError("circle", N_("A team cannot stand below itself. Choose another team above it.")).of("parent")
        seen.add(above.id)
        above = above.parent


def _makes_sense(privilege: Privilege) -> None:
    if (privilege.for_team is None and privilege.for_team_id is None) == (privilege.for_role is None and privilege.for_role_id is None):
        raise DomainError("team_or_role", N_("Say who gets the privilege: a team or a role, one of the two.")).of("for_team")
    if privilege.record_type not in OWNED:
        raise DomainError("not_owned", N_("Records of this type belong to nobody: a privilege would change nothing."))
    if privilege.for_team is not None and privilege.for_team is privilege.team:
        raise DomainError("own_team", N_("A team needs no privilege over its own records: its profiles say what it may do with them."))


RULES[Team] = Rules(check=_no_circle)
RULES[Privilege] = Rules(check=_makes_sense)


@atomic
def arrange(team: Team, values: dict[str, Any], *, seen_version: int | None = None, actor: Actor) -> None:
    """Change a team; ``members`` and ``managers`` are users, and who manages is a member."""
    people = {name: values.pop(name) for name in ("members", "managers") if name in values}
    records.update(team, values, seen_version=seen_version, actor=actor)
    if people:
        _seat(team, people.get("members") or (), people.get("managers") or (), actor)


@atomic
def found(values: dict[str, Any], *, actor: Actor) -> Team:
    """A new team; ``values`` as for ``arrange``."""
    people = {name: values.pop(name, None) or () for name in ("members", "managers")}
    team = records.create(Team, values, actor=actor)
    _seat(team, people["members"], people["managers"], actor)
    return team


def _seat(team: Team, members: Collection[User], managers: Collection[User], actor: Actor) -> None:
    managing = {user.id for user in managers}
    wanted = {user.id for user in members} | managing
    for membership in list(team.memberships):
        if membership.user_id not in wanted:
            records.delete(membership, actor=actor)
        elif membership.is_manager != (membership.user_id in managing):
            records.update(membership, {"is_manager": membership.user_id in managing}, actor=actor)
    for user_id in sorted(wanted - {membership.user_id for membership in team.memberships}):
        records.create(TeamMembership, {"team_id": team.id, "user_id": user_id, "is_manager": user_id in managing}, actor=actor)
    db.session.expire(team, ["memberships"])
