"""Long work that somebody began and a job goes on with: it may what they may by now, no more."""

from app.extensions import db
from app.models import Record, User
from app.permissions.actor import NOBODY, SYSTEM, Actor
from app.permissions.decide import actor_of


def beginner_of(work: Record) -> Actor:
    """With the rights of this moment: nobody's once they are switched off; the system's for what no person began."""
    if work.created_by_id is None:
        return SYSTEM
    user = db.session.get(User, work.created_by_id)
    return actor_of(user, db.session()) if user is not None else NOBODY
