"""What computing the alerts costs: over everything for the first time, over everything again, and over what changed.

As a process it works on one database: ``python -m bench.alerts``.
"""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from app import create_app
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import Account, Alert, AlertSetting, Contact, Opportunity, Task
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from bench.crowd import PAST
from bench.office import Office
from bench.places import Place
from bench.serving import serve
from bench.tables import show
from config import load

CHANGED = 1_000  # opportunities that were touched before the pass over what changed


class Clerk(Office):
    """An office whose alerts are computed."""

    def alerts(self) -> dict[str, Any]:
        """Seconds of each pass, and how many alerts live afterwards."""
        with self._app.app_context(), acting(SYSTEM):
            _settle()
            seconds = {"first": _seconds()}
            _ask_for_everything()
            seconds["again"] = _seconds()
            _touch()
            seconds["changed"] = _seconds()
            live = db.session.scalar(select(func.count(Alert.id)).where(Alert.ended_at.is_(None)))
            deals = db.session.scalar(select(func.count(Opportunity.id)))
        return {**seconds, "live": live, "opportunities": deals}


def _seconds() -> float:
    db.session.rollback()
    started = time.perf_counter()
    compute_alerts()
    return time.perf_counter() - started


@atomic
def _settle() -> None:
    """The crowd was not all written just now, as its filling would have it."""
    for table in (Account.__table__, Contact.__table__, Task.__table__):
        db.session.execute(update(table).values(updated_at=clock.now() - PAST))
    deal = Opportunity.__table__
    db.session.execute(update(deal).values(updated_at=deal.c.last_activity_at))


@atomic
def _ask_for_everything() -> None:
    """As if an administrator had changed a threshold."""
    db.session.execute(update(AlertSetting).values(updated_at=clock.now()).execution_options(synchronize_session=False))


@atomic
def _touch() -> None:
    """Something happened on the latest opportunities."""
    latest = select(Opportunity.id).order_by(Opportunity.id.desc()).limit(CHANGED)
    happened = update(Opportunity).where(Opportunity.id.in_(latest)).values(last_activity_at=clock.now())
    db.session.execute(happened.execution_options(synchronize_session=False))


def measure(around: Sequence[Place]) -> None:
    rows = []
    for place in around:
        found = place.process.ask("alerts")
        rows.append([
            place.database, f"{found['opportunities']:,}", f"{found['live']:,}", f"{found['first']:.1f}", f"{found['again']:.1f}",
            f"{found['changed']:.2f}",
        ])
    show("Alerts: seconds of a pass over everything, of the same again, and over what changed", [
        "database", "opportunities", "alerts", "first", "again", "changed",
    ], rows)


if __name__ == "__main__":
    serve(Clerk(create_app(load())))
