"""Take, release, give: a record gets another holder, and its history says so."""

from typing import Any

from sqlalchemy import select

from app.domain.errors import DomainError, Forbidden
from app.extensions import db
from app.models import Opportunity, Team, TeamMembership, User
from app.operations.assigning import check_assignment, check_works_here
from app.operations.handovers import holder_of, note_handover
from app.operations.timeline import touch
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.permissions.scope import holder_name
from app.support.i18n import N_

NO_TEAM = N_("This record belongs to no team to which it could go back. Give it to somebody, or to a team.")


def may_take(item: Any, actor: Actor) -> bool:
    """Whether nobody has ``item``, or only a team of the actor's."""
    holder = holder_of(item)
    if actor.id is None or holder.user_id is not None or not is_allowed(actor, Action.WRITE, type(item)):
        return False
    return holder.team_id is None or holder.team_id in actor.team_ids or is_allowed(actor, Action.WRITE, item)


@atomic
def take(item: Any, *, actor: Actor) -> None:
    """Make what nobody has the actor's."""
    holder = holder_of(item)
    if holder.user_id is not None and holder.user_id == actor.id:
        return
    if not (holder.user_id is not None and holder.team_id in actor.team_ids):  # a colleague was faster: they may not even see it now
        require(actor, Action.READ, item)
    if holder.user_id is not None:
        raise DomainError("taken", N_("%(name)s was faster: it is theirs already."), name=str(getattr(item, holder_name(type(item)))))
    if not may_take(item, actor):
        raise Forbidden
    me = db.session.get_one(User, actor.id)
    _hand(item, me, item.team, "take", "", actor)


@atomic
def release(item: Any, *, actor: Actor) -> None:
    """Give it back to its team, or to the one team of whoever has it: anybody of the team may take it."""
    require(actor, Action.WRITE, item)
    holder = holder_of(item)
    if holder.user_id is None:
        return
    team = item.team or _team_of(holder.user_id)
    if team is None:
        raise DomainError("no_team", NO_TEAM)
    _hand(item, None, team, "release", "", actor)


@atomic
def give(item: Any, to: User | Team, *, note: str = "", actor: Actor) -> None:
    """Hand it over to a person, whose team it follows, or to a team, whose members may take it."""
    require(actor, Action.WRITE, item)
    give_allowed(item, to, note=note, actor=actor)


@atomic
def give_allowed(item: Any, to: User | Team, *, note: str = "", is_free: bool = False, actor: Actor) -> None:
    """The same for whoever may write ``item`` by another right; with ``is_free`` also against the firm's setting who gives."""
    if isinstance(to, User):
        check_works_here(to)
        _hand(item, to, team_for(to, item.team), "give", note, actor, is_free=is_free)
    else:
        _hand(item, None, to, "give", note, actor, is_free=is_free)


def _hand(item: Any, user: User | None, team: Team | None, action: str, note: str, actor: Actor, *, is_free: bool = False) -> None:
    name, was = holder_name(type(item)), holder_of(item)
    old = {name: str(getattr(item, name) or ""), "team": str(item.team or "")}
    with db.session.no_autoflush:
        setattr(item, name, user)
        item.team = team
        if not is_free:
            given = {name} if user is not None else {name, "team"}
            check_assignment(item, given, actor)
    if holder_of(item).is_same(was):
        return
    db.session.flush()
    new = {name: str(user or ""), "team": str(team or "")}
    record(actor, action, item, before=old, after=new | ({"note": note} if note else {}))
    note_handover(item, was, note=note, actor=actor)
    if isinstance(item, Opportunity):
        touch(item)


def team_for(user: User, team: Team | None) -> Team | None:
    """The team of a record that goes to ``user``: ``team`` while they are in it, else the one that they are in."""
    if team is not None and team.id in _team_ids(user.id):
        return team
    return _team_of(user.id)


def _team_ids(user_id: int) -> set[int]:
    member = select(TeamMembership.team_id).join(Team).where(TeamMembership.user_id == user_id, Team.archived_at.is_(None))
    return set(db.session.scalars(member))


def _team_of(user_id: int) -> Team | None:
    teams = _team_ids(user_id)
    return db.session.get(Team, teams.pop()) if len(teams) == 1 else None
