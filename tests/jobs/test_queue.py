"""Jobs with a real Redis and a real worker process."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.jobs.queue import JobQueue
from app.jobs.schedule import scheduler
from app.jobs.sweep import sweep
from app.jobs.ticks import JOBS
from app.models import OutgoingMail, Tick
from app.models.outbox import OutgoingState
from app.operations import outbox
from app.operations.ticks import claim
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Level
from app.support import clock
from tests.installations import KEY
from tests.people import make_user
from tests.servers.process import Child
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpServer

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def queue(app: Flask, redis_url: str) -> JobQueue:  # type: ignore[valid-type]
    """The application talks to a real, empty Redis."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], redis_url=redis_url)
    import redis

    return JobQueue("kurier", connection=redis.Redis.from_url(redis_url))


def environment(app: Flask, smtp: SmtpServer | None = None) -> dict[str, str]:
    settings = app.config["SETTINGS"]
    more = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp.port)} if smtp else {}
    return {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "KURIER_HOME": str(settings.home), "SECRET_KEY": KEY,
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, **more,
    }  # fmt: skip


@contextmanager
def working(app: Flask, smtp: SmtpServer | None = None) -> Iterator[Child]:
    worker = Child(
        [sys.executable, "-m", "app.jobs.worker"], app.config["SETTINGS"].home / "worker.log",
        environment=environment(app, smtp),
    )  # fmt: skip
    try:
        yield worker
    finally:
        worker.stop()


def eventually(ready: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it never came true"
        db.session.rollback()
        time.sleep(0.05)


def state_of(mail_id: int) -> OutgoingState:
    db.session.rollback()
    return db.session.get_one(OutgoingMail, mail_id, populate_existing=True).state


@atomic
def queued(key: str = "occasion:1") -> int:
    return outbox.queue_mail(
        key=key, event="notice", to="anna@grandouest.example", language="en", subject="Hello", text="Hello"
    ).id


@atomic
def let_the_lease_run_out(mail_id: int) -> None:
    db.session.get_one(OutgoingMail, mail_id).next_try_at = clock.now() - timedelta(seconds=1)


@pytest.mark.usefixtures("queue")
def test_a_worker_welcomes_a_new_user(app: Flask, smtp: SmtpServer) -> None:
    with working(app, smtp):
        user = make_user("Anna", "Nowak", Level.USER, "pl", [])
        (received,) = smtp.wait_for(1, 60)
    assert received.recipients == (user.email,)
    assert b'<html lang=3D"pl">' in received.raw


def test_one_job_for_one_record(app: Flask, queue: Any) -> None:
    mail_id = queued()
    sweep()
    sweep()
    assert queue.job_ids == [f"outbox-send-{mail_id}"]


def test_killed_in_the_middle_it_is_done_once(app: Flask, queue: Any, smtp: SmtpServer) -> None:
    smtp.hang()
    mail_id = queued()
    with working(app, smtp) as worker:
        eventually(lambda: state_of(mail_id) is OutgoingState.SENDING)
        os.kill(worker.pid, signal.SIGKILL)
        eventually(lambda: not worker.is_running() and not smtp.is_talking)  # what it said to the server died with it
    queue.connection.flushall()  # and what Redis knew is lost with it
    smtp.recover()
    let_the_lease_run_out(mail_id)
    with working(app, smtp):
        sweep()
        eventually(lambda: state_of(mail_id) is OutgoingState.SENT)
    assert len(smtp.messages) == 1


def test_without_redis_nothing_waits_and_nothing_is_lost(app: Flask, queue: Any, smtp: SmtpServer) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, redis_url="redis://127.0.0.1:1/0")
    ids = [queued(f"occasion:{number}") for number in range(5)]
    app.config["SETTINGS"] = settings
    with working(app, smtp):
        sweep()
        eventually(lambda: all(state_of(each) is OutgoingState.SENT for each in ids))
    assert len(smtp.messages) == len(ids)


def test_a_redis_that_says_nothing_is_given_up_after_half_a_second(app: Flask) -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], redis_url=url)
        for number in range(5):
            queued(f"occasion:{number}")
        silent.setblocking(False)
        silent.accept()
        with pytest.raises(BlockingIOError):
            silent.accept()  # the first of them waited, the others did not ask


def test_the_clock_queues_each_tick_once_as_json(app: Flask, queue: Any) -> None:
    clock = scheduler(queue.connection)
    clock.enqueue_jobs()
    clock.enqueue_jobs()
    jobs = {queue.fetch_job(each).args[0]: queue.fetch_job(each) for each in queue.job_ids}
    between = {name: seconds for name, (_, seconds) in JOBS.items()}
    assert "app.jobs.sweep.sweep" in between
    assert sorted(jobs) == sorted(between)
    assert len(queue.job_ids) == len(jobs)
    assert all(0 < queue.connection.ttl(job.key) <= between[name] for name, job in jobs.items()), "what no worker took in time goes"


def test_of_several_schedules_each_job_hears_one(app: Flask, queue: Any) -> None:
    """On two machines, half a period apart, and at the same moment: once in its time. When one of them is gone, the other is heard."""
    every, start = timedelta(minutes=1), clock.now()

    def heard(at: timedelta) -> bool:
        with app.app_context(), clock.frozen(start + at):
            return claim("a job", every, actor=SYSTEM)

    with ThreadPoolExecutor(8) as machines:
        assert sum(machines.map(heard, [timedelta()] * 8)) == 1
    seconds = (20, 60, 80, 119, 120)  # of the first and of the second, by turns
    assert [heard(timedelta(seconds=each)) for each in seconds] == [False, True, False, True, False]
    assert heard(timedelta(seconds=160)), "the first is gone"
    assert heard(timedelta(hours=-3)), "its clock was wrong"


@pytest.mark.portable("the queue is Redis's")
def test_two_schedules_tick_and_the_sweep_queues_what_waits(app: Flask, queue: Any) -> None:
    """Processes of their own, as on two machines."""
    mail_id = queued()
    queue.empty()
    home = app.config["SETTINGS"].home
    schedules = [Child([sys.executable, "-m", "app.jobs.schedule"], home / f"{name}.log", environment=environment(app)) for name in ("one", "two")]
    try:
        with SmtpServer() as smtp, working(app, smtp):
            eventually(lambda: state_of(mail_id) is OutgoingState.SENT)
            eventually(lambda: db.session.scalars(select(Tick.job).order_by(Tick.job)).all() == sorted(JOBS))
        assert [each.log.read_text() for each in schedules] == ["", ""]
    finally:
        for each in schedules:
            each.stop()


def test_jobs_survive_a_crash_of_redis(app: Flask) -> None:
    with Redis(append_only=True) as server:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], redis_url=server.url)
        mail_id = queued()
        time.sleep(1.1)  # the file is written each second
        server.restart(kill=True)
        assert JobQueue("kurier", connection=server.client()).job_ids == [f"outbox-send-{mail_id}"]
