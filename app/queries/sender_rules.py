"""What a rule for a sender touches."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select

from app.domain.messages import State
from app.extensions import db
from app.models import IncomingMessage, SenderRule
from app.permissions.actor import SYSTEM, acting
from app.support import clock

LOOKED_BACK = timedelta(days=90)


def _from(sender: str) -> ColumnElement[bool]:
    address = IncomingMessage.sender_address
    if "@" in sender:
        return address == sender
    return or_(address.endswith(f"@{sender}", autoescape=True), address.endswith(f".{sender}", autoescape=True))


def touched(sender: str) -> tuple[int, int]:
    """How many messages of the last 90 days came from there, and how many of them are in history. Of everybody's: mere numbers."""
    query = select(IncomingMessage.state, func.count()).where(
        _from(sender), IncomingMessage.received_at >= clock.now() - LOOKED_BACK
    ).group_by(IncomingMessage.state)
    with acting(SYSTEM):
        found = {row[0]: int(row[1]) for row in db.session.execute(query)}
    return sum(found.values()), found.get(State.ATTACHED, 0) + found.get(State.CREATED, 0)


def taught_from(message: IncomingMessage) -> list[SenderRule]:
    """The rules that were taught from ``message``."""
    return list(db.session.scalars(select(SenderRule).where(SenderRule.message_id == message.id).order_by(SenderRule.id)))
