"""What happens by the clock. Any number of processes may tick; each job hears one of them, and a missed tick is made good by the next."""

import functools

import rq.cron
from redis import Redis
from rq import Queue
from rq.cron import CronScheduler
from rq.serializers import JSONSerializer

from app.jobs.queue import NAME
from app.jobs.ticks import JOBS, MINUTE, tick

# RQ 3.0 ignores the serializer that `rq cron` is given.
rq.cron.Queue = functools.partial(Queue, serializer=JSONSerializer)  # type: ignore[assignment, attr-defined]


def scheduler(connection: Redis) -> CronScheduler:
    """The clock with all its ticks. Ticks that no worker took in time are dropped, not piled up."""
    clock = CronScheduler(connection=connection, logging_level="WARNING")
    for name, (_, seconds) in JOBS.items():
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
