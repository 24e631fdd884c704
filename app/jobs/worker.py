"""The worker: takes jobs from the one queue, each in an application context, acting as the system."""

import logging
import os
import signal
from typing import Any

from flask import Flask
from redis import Redis
from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from app.jobs.queue import NAME
from app.permissions.actor import SYSTEM, acting
from app.support.linux import die_with_parent

_MAINTENANCE_EVERY = 60


class KurierWorker(Worker):
    """A job gets a session of its own; its process dies with the worker (Linux)."""

    max_connection_wait_time = 5.0

    def __init__(self, app: Flask, connection: Redis) -> None:
        super().__init__(
            [NAME], connection=connection, serializer=JSONSerializer, maintenance_interval=_MAINTENANCE_EVERY
        )
        self._app = app

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        die_with_parent(signal.SIGKILL)
        if os.getppid() == 1:  # the worker died before it could be said
            os._exit(1)
        super().main_work_horse(job, queue)

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        with self._app.app_context(), acting(SYSTEM):
            return super().perform_job(job, queue, execution)


def main() -> None:
    """Work until SIGTERM; the running job is finished first."""
    from app import create_app
    from app.extensions import db

    app = create_app()
    with app.app_context():
        db.engine.dispose()  # no connection crosses a fork
    worker: Any = KurierWorker(app, Redis.from_url(app.config["SETTINGS"].redis_url))
    worker.work(logging_level=logging.WARNING)


if __name__ == "__main__":
    main()
