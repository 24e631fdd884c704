"""What happens by the clock. Any number of processes may tick; each job hears one of them, and a missed tick is made good by the next."""

import functools
from collections.abc import Callable
from datetime import timedelta

import rq.cron
from redis import Redis
from rq import Queue
from rq.cron import CronScheduler
from rq.serializers import JSONSerializer

from app.jobs.alerts import compute_alerts
from app.jobs.fields import find_anew
from app.jobs.keeping import clear_old_imports, clear_old_rows, forget_old_audit
from app.jobs.kept_totals import fold_totals
from app.jobs.queue import NAME
from app.jobs.reminders import wake_due
from app.jobs.self_tests import look_after
from app.jobs.statistics import count_anew
from app.jobs.summaries import send_due
from app.jobs.sweep import sweep
from app.operations.ticks import claim
from app.permissions.actor import SYSTEM

MINUTE = 60
TICKS: tuple[tuple[Callable[[], object], int], ...] = (
    (sweep, MINUTE), (wake_due, MINUTE), (find_anew, MINUTE), (look_after, MINUTE), (compute_alerts, MINUTE), (fold_totals, MINUTE), (send_due, 5 * MINUTE),
    (forget_old_audit, 5 * MINUTE), (count_anew, 60 * MINUTE), (clear_old_rows, 60 * MINUTE), (clear_old_imports, 10 * MINUTE),
)  # fmt: skip

_JOBS = {f"{job.__module__}.{job.__name__}": (job, seconds) for job, seconds in TICKS}

# RQ 3.0 ignores the serializer that `rq cron` is given.
rq.cron.Queue = functools.partial(Queue, serializer=JSONSerializer)  # type: ignore[assignment, attr-defined]


def tick(name: str) -> None:
    """Run the job of that ``name``, unless it just began for the tick of another schedule. ``KeyError`` for a job of another version."""
    job, seconds = _JOBS[name]
    if claim(name, timedelta(seconds=seconds), actor=SYSTEM):
        job()


def scheduler(connection: Redis) -> CronScheduler:
    """The clock with all its ticks. Ticks that no worker took in time are dropped, not piled up."""
    clock = CronScheduler(connection=connection, logging_level="WARNING")
    for name, (_, seconds) in _JOBS.items():
        clock.register(
            tick, NAME, args=(name,), name=name, interval=seconds, ttl=seconds, job_timeout=5 * MINUTE, result_ttl=0, failure_ttl=MINUTE
        )
    return clock


def main() -> None:
    """Tick until SIGTERM."""
    from config import load

    scheduler(Redis.from_url(load().redis_url)).start()


if __name__ == "__main__":
    main()
