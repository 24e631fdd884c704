"""Changes of many records, and which of them were refused."""

from sqlalchemy import select

from app.domain.bulk import ItemState
from app.extensions import db
from app.models import BulkChange, BulkItem
from app.permissions.actor import Actor

SHOWN = 20


def own_change(key: int, actor: Actor) -> BulkChange | None:
    """The change with that key, if it is the actor's."""
    change = db.session.get(BulkChange, key)
    return change if change is not None and change.user_id == actor.id else None


def refusals_of(change: BulkChange) -> list[BulkItem]:
    """The first of those that were left alone."""
    asked = select(BulkItem).where(BulkItem.change_id == change.id, BulkItem.state == ItemState.REFUSED).order_by(BulkItem.id).limit(SHOWN)
    return list(db.session.scalars(asked))
