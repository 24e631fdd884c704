"""Alerts are computed by the clock: over what changed, and once a day or when a threshold changed over everything."""

import logging
from datetime import datetime

from app.domain.alerts import SUBJECTS
from app.models import Alert
from app.operations import alerts, statistics
from app.permissions.actor import SYSTEM, acting
from app.queries.alert_questions import NAMED
from app.support import clock
from app.support.secrets import token

log = logging.getLogger(__name__)
MANY = 1_000  # alerts written in one pass, after which the database counts them: it would take them for few, and read all to find some


def compute_alerts() -> int:
    """Raise and close what the time and the changes since the last run ask for; returns how many are new. Nothing while another computes."""
    holder = token(10)
    with acting(SYSTEM):
        if not alerts.lease_run(holder, actor=SYSTEM):
            return 0
        began_at = clock.now()
        before, is_full = alerts.last_run()
        if is_full or before is None:
            raised = everything(holder, began_at)
            if raised >= MANY:
                statistics.count_table(Alert.__tablename__, actor=SYSTEM)
        else:
            raised = sum(alerts.compute_changes(subject, before, began_at, actor=SYSTEM) for subject in SUBJECTS)
        alerts.end_switched_off(actor=SYSTEM)
        alerts.wake_alerts(began_at, actor=SYSTEM)
        alerts.finish_run(holder, began_at, is_full=is_full, actor=SYSTEM)
    return raised


def everything(holder: str, at: datetime) -> int:
    """Look at every subject, a window in each transaction; one that was killed begins anew and finds done what is done."""
    raised = sum(alerts.compute_changes(subject, at, at, actor=SYSTEM) for subject in NAMED)
    for subject in SUBJECTS:
        if subject in NAMED:
            continue
        last = alerts.highest(subject)
        for first in range(1, last + 1, alerts.WINDOW):
            raised += alerts.compute_window(subject, first, first + alerts.WINDOW - 1, at, actor=SYSTEM)
            if not alerts.lease_run(holder, actor=SYSTEM):
                log.warning("another worker computes the alerts: this one stops")
                return raised
    return raised
