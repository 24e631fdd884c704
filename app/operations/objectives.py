"""Rules of objectives: of a person or of a team, one at a time for what is counted, within the reach of whoever sets it."""

from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.domain.errors import DomainError, Forbidden
from app.domain.objectives import Every, Measure, period_around
from app.extensions import db
from app.models import Objective
from app.operations.assigning import key_of
from app.operations.records import RULES, Rules
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_

OUT_OF_REACH = N_("You set objectives for yourself, the people and the teams that you manage.")


def _prepare(item: Objective, actor: Actor) -> None:
    item.measure, item.every = item.measure or Measure.WON_AMOUNT, item.every or Every.MONTH
    item.starts_on = item.starts_on or period_around(item.every, clock.now().date())[0]


def _check(item: Objective) -> None:
    owner, team = key_of(item, "owner"), key_of(item, "team")
    if (owner is None) is (team is None):
        raise DomainError("person_or_team", N_("Choose a person or a team: an objective is of one of them.")).of("owner")
    if item.target is None or item.target <= 0:
        raise DomainError("no_target", N_("Say how much is to be reached: a number above zero.")).of("target")
    if item.measure is not Measure.WON_AMOUNT and item.target != int(item.target):
        raise DomainError("whole_target", N_("This is counted in whole numbers.")).of("target")
    if item.ends_on is not None and item.ends_on < item.starts_on:
        raise DomainError("ends_before_start", N_("The last day lies before the first one.")).of("ends_on")
    if _others(item, owner, team):
        raise DomainError(
            "objective_there", N_("There is an objective for this already in that time. Change it, or give it a last day before this one begins.")
        )


def _others(item: Objective, owner: int | None, team: int | None) -> bool:
    """Whether another one counts the same for the same in some period of ``item``."""
    begins = period_around(item.every, item.starts_on)[0]
    query = select(Objective.id).where(
        Objective.owner_id == owner if owner is not None else Objective.team_id == team, Objective.measure == item.measure,
        Objective.every == item.every, Objective.archived_at.is_(None), or_(Objective.ends_on.is_(None), Objective.ends_on >= begins),
        Objective.id != (item.id or 0), Objective.starts_on < (period_around(item.every, item.ends_on)[1] if item.ends_on else date.max),
    )
    if item.measure is Measure.WON_AMOUNT:
        query = query.where(Objective.currency == item.currency)
    return db.session.scalars(query.limit(1)).first() is not None


def _within_reach(item: Objective, actor: Actor) -> None:
    """Whoever sets one reaches it afterwards, too."""
    if not is_allowed(actor, Action.WRITE, item):
        raise Forbidden(OUT_OF_REACH)


def _changed(item: Objective, before: dict[str, Any], actor: Actor) -> None:
    _within_reach(item, actor)


RULES[Objective] = Rules(prepare=_prepare, check=_check, created=_within_reach, changed=_changed)
