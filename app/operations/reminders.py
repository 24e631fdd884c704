"""The end of a standby by the clock."""

from app.domain.opportunities import Status
from app.extensions import db
from app.models import Opportunity
from app.operations.opportunities import wake
from app.operations.transaction import atomic
from app.permissions.actor import Actor
from app.support import clock


@atomic
def wake_if_due(opportunity_id: int, *, actor: Actor) -> bool:
    """Wake the opportunity unless somebody woke, closed or postponed it meanwhile; whether it was woken."""
    item = db.session.get(Opportunity, opportunity_id, with_for_update=True)
    if item is None or item.status is not Status.STANDBY or item.remind_at is None or item.remind_at > clock.now():
        return False
    wake(item, actor=actor)
    return True
