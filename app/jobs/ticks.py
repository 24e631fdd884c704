"""The jobs of the clock, and how often each begins. Several schedules may tick for it: it hears one of them."""

from collections.abc import Callable
from datetime import timedelta

from app.jobs.alerts import compute_alerts
from app.jobs.fields import find_anew
from app.jobs.keeping import clear_old_imports, clear_old_rows, forget_old_audit
from app.jobs.kept_totals import fold_totals
from app.jobs.reminders import wake_due
from app.jobs.self_tests import look_after
from app.jobs.statistics import count_anew
from app.jobs.summaries import send_due
from app.jobs.sweep import sweep
from app.operations.ticks import claim
from app.permissions.actor import SYSTEM

MINUTE = 60
_EVERY: dict[Callable[[], object], int] = {
    sweep: MINUTE, wake_due: MINUTE, find_anew: MINUTE, look_after: MINUTE, compute_alerts: MINUTE, fold_totals: MINUTE, send_due: 5 * MINUTE,
    forget_old_audit: 5 * MINUTE, clear_old_imports: 10 * MINUTE, count_anew: 60 * MINUTE, clear_old_rows: 60 * MINUTE,
}  # fmt: skip
JOBS = {f"{job.__module__}.{job.__name__}": (job, seconds) for job, seconds in _EVERY.items()}
"""By name: the job, and every how many seconds it begins."""


def tick(name: str) -> None:
    """Run the job of that ``name``, unless it just began for the tick of another schedule. ``KeyError`` for a job of another version."""
    job, seconds = JOBS[name]
    if claim(name, timedelta(seconds=seconds), actor=SYSTEM):
        job()
