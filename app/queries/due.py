"""What waits for the clock: ids only, oldest first."""

from sqlalchemy import select

from app.domain.opportunities import Status
from app.extensions import db
from app.models import Opportunity, OutgoingMail
from app.models.outbox import OutgoingState
from app.support import clock


def outgoing(limit: int) -> list[int]:
    """Mail to send: new, to be tried again, or left by a sender that died (its lease ran out)."""
    waiting = OutgoingMail.state.in_((OutgoingState.PENDING, OutgoingState.SENDING))
    query = select(OutgoingMail.id).where(waiting, OutgoingMail.next_try_at <= clock.now())
    return list(db.session.scalars(query.order_by(OutgoingMail.next_try_at, OutgoingMail.id).limit(limit)))


def reminders(limit: int) -> list[int]:
    """Opportunities on standby whose moment came."""
    query = select(Opportunity.id).where(Opportunity.status == Status.STANDBY, Opportunity.remind_at <= clock.now())
    return list(db.session.scalars(query.order_by(Opportunity.remind_at, Opportunity.id).limit(limit)))
