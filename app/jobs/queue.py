"""The one queue. What it holds may be lost: the database says what is due, and the sweep puts it in again."""

import logging
import time
from functools import lru_cache, partial

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry as Reconnect
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

NAME = "kurier"
SEND = "app.jobs.outbox.send"
SETTLE = "app.jobs.sweep.settle"
REPLAY = "app.jobs.replays.go_on"
MOVE = "app.jobs.work_moves.go_on"
BULK = "app.jobs.bulk_changes.go_on"
PASSWORD = "app.jobs.passwords.tell"
IMPORT = "app.jobs.imports.make_progress"

JobQueue = partial(Queue, serializer=JSONSerializer)
"""A queue whose jobs are JSON: names and ids, never pickled code."""

_PATIENCE = 0.5
_PAUSE = 10.0
_JOB_TIMEOUT = 180
_KEEP_FAILED = 60
log = logging.getLogger(__name__)
_away_until: dict[str, float] = {}


@lru_cache(maxsize=4)
def _impatient(url: str) -> Redis:
    return Redis.from_url(
        url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Reconnect(NoBackoff(), 0)
    )


def poke(url: str, function: str, record_id: int) -> bool:
    """Have a worker call ``function(record_id)`` soon; one job for each record waits at a time.

    Best effort, in at most half a second: False when Redis is away, and then nobody asks it for ten seconds.
    """
    if time.monotonic() < _away_until.get(url, 0.0):
        return False
    try:
        enqueue(_impatient(url), function, record_id)
    except RedisError as error:
        _away_until[url] = time.monotonic() + _PAUSE
        log.warning("Redis is away, the sweep will catch up: %s", error)
        return False
    return True


def job_id(function: str, record_id: int) -> str:
    """The name of the one job that may wait or run for this record."""
    return f"{function.removeprefix('app.jobs.').replace('.', '-')}-{record_id}"


def enqueue(connection: Redis, function: str, record_id: int) -> None:
    """Queue ``function(record_id)`` unless it waits or runs already."""
    try:
        JobQueue(NAME, connection=connection).enqueue_call(
            function,
            args=(record_id,),
            job_id=job_id(function, record_id),
            unique=True,
            retry=Retry(max=3),  # without it a job of a killed worker would not run again
            timeout=_JOB_TIMEOUT,
            result_ttl=0,
            failure_ttl=_KEEP_FAILED,  # a failed job keeps its id taken as long as that
        )
    except DuplicateJobError:
        log.debug("%s(%s) waits already", function, record_id)
