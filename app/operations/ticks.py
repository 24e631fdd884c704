"""Which tick of the clock a job runs for, where several schedules tick."""

from datetime import timedelta

from sqlalchemy import or_

from app.extensions import db
from app.models import Tick
from app.operations.deliveries import insert
from app.operations.transaction import atomic
from app.permissions.actor import Actor
from app.support import clock


@atomic
def claim(job: str, every: timedelta, *, actor: Actor) -> bool:
    """Whether ``job`` is to run now: not when it began less than half of its time ago, for the tick of another schedule.

    A tick from the future, of a machine whose clock was wrong, holds nothing up.
    """
    now, tick = clock.now(), Tick.__table__.c
    new = insert(Tick.__table__).values(job=job, begun_at=now)
    is_due = or_(tick.begun_at <= now - every / 2, tick.begun_at > now + every)
    claiming = new.on_conflict_do_update(index_elements=["job"], set_={"begun_at": now}, where=is_due).returning(tick.job)
    return db.session.connection().execute(claiming).first() is not None
