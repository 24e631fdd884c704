"""An engagement with a prospect: renewed for three months, or given up."""

from datetime import date
from zoneinfo import ZoneInfo

from app.domain.engagements import EngagementState, renewed_until
from app.domain.errors import DomainError
from app.extensions import db
from app.models import Engagement
from app.operations.timeline import state_fact, touch
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require, require_fields
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import storable


@atomic
def renew_prospect(item: Engagement, comment: str = "", *, zone: str = "Europe/Paris", actor: Actor) -> date:
    """It stays a prospect for three months more, counted from its date or, where that is past, from today in ``zone``; the day is returned."""
    _require_prospect(item, actor)
    before, today = item.prospect_until, clock.now().astimezone(ZoneInfo(zone)).date()
    until = item.prospect_until = renewed_until(before, today)
    db.session.flush()
    record(actor, "renew_prospect", item, before={"prospect_until": before}, after={"prospect_until": until})
    state_fact(item, "prospect_renewed", body=storable(comment).strip(), actor=actor, day=until.isoformat())
    return until


@atomic
def abandon(item: Engagement, reason: str, *, actor: Actor) -> None:
    """Nothing more is expected of this prospect, for a ``reason``."""
    _require_prospect(item, actor)
    if not reason.strip():
        raise DomainError("no_reason_given_up", N_("Say why the prospect is given up: whoever comes back to it wants to know."))
    before, item.state = item.state, EngagementState.ABANDONED
    touch(item)
    db.session.flush()
    record(actor, "abandon", item, before={"state": before}, after={"state": item.state, "reason": reason})
    state_fact(item, "prospect_abandoned", body=storable(reason).strip(), actor=actor)


def _require_prospect(item: Engagement, actor: Actor) -> None:
    require(actor, Action.WRITE, item)
    require_fields(actor, item, ("state",))
    if item.state is not EngagementState.PROSPECT or item.archived_at is not None:
        raise DomainError("no_prospect", N_("This engagement is no prospect any more. Reload the page to see what it is now."))
