"""The program as a customer runs it: web, worker and mail reader as processes, and a firm that has used it for a month."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from app import create_app
from app.cli import built
from app.cli.catalogues import compile_catalogues
from app.cli.run import ROOT, parts_of, wait_for_mail, wait_for_web
from app.extensions import db
from app.jobs.sweep import sweep
from app.operations.polling import ensure_folder
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from config import load
from tests.installations import KEY
from tests.people import Cast, make_cast
from tests.servers.process import free_port
from tests.servers.smtp import Received, SmtpServer

PARTS = ("web", "worker", "mail")  # without the schedule: a journey says what time it is
AGE = timedelta(days=30)
LOST_AFTER = 10  # seconds
Found = TypeVar("Found")


def eventually(look: Callable[[], Found], seconds: float = 60) -> Found:
    """What ``look`` finds, once it is true; AssertionError after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
    return found


class Kurier:
    """The running program. ``crm`` holds the CRM address of each user name, ``pages`` the path of each opportunity of the cast."""

    def __init__(self, home: Path, database_url: str, redis_url: str, smtp: SmtpServer) -> None:
        bind = f"127.0.0.1:{free_port()}"
        self.home, self.url, self.smtp = home, f"http://{bind}", smtp
        settings = {
            "KURIER_HOME": str(home), "DATABASE_URL": database_url, "REDIS_URL": redis_url, "SECRET_KEY": KEY,
            "KURIER_BIND": bind, "KURIER_URL": self.url, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp.port),
        }  # fmt: skip
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._environment = {**kept, **settings, "PYTHONUNBUFFERED": "1"}
        self._settings = load(settings)
        self._parts = [part for part in parts_of(self._settings) if part.name in PARTS]
        self.cookies: dict[str, list[Any]] = {}

    def __enter__(self) -> "Kurier":
        built.build()
        compile_catalogues(ROOT / "translations")
        self._app = create_app(self._settings)
        (self.home / "inbox").mkdir()
        with self._app.app_context(), acting(SYSTEM):
            with clock.frozen(clock.now() - AGE):
                cast = make_cast()
            ensure_folder("Inbox folder", str(self.home / "inbox"), actor=SYSTEM)
            self._remember(cast)
        try:
            for part in self._parts:
                part.start(self._environment)
            wait_for_web(self._settings.bind, self._parts[0])
            wait_for_mail(self._parts[-1])
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for part in self._parts:
            part.kill()
        with self._app.app_context():
            db.engine.dispose()

    def _remember(self, cast: Cast) -> None:
        self.crm = {user.username: cast.crm(user) for user in (cast.anna, cast.jean, cast.claire, cast.tom)}
        deals = (cast.terminals, cast.traceability, cast.labellers, cast.scales, cast.renewal)
        self.pages = {deal.title: f"/opportunityview/show/{deal.id}" for deal in deals}

    def command(self, *arguments: str, **environment: str) -> str:
        """What ``flask crm …`` prints; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "crm", *arguments], cwd=ROOT, capture_output=True, text=True,
            env={**self._environment, **environment}, stdin=subprocess.DEVNULL, timeout=400, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, job: Callable[[], Found], *, at: datetime) -> Found:
        """Run a job of the schedule as a worker does at the moment ``at``."""
        with self._app.app_context(), acting(SYSTEM), clock.frozen(at):
            return job()

    def mail_to(self, address: str, header: str = "Subject", seconds: float = 60) -> Received:
        """The first mail to ``address`` that carries ``header``, once it was sent. A job that was lost is found by the sweep, as each minute."""

        def wanted() -> list[Received]:
            return [one for one in self.smtp.messages if one.recipients == (address,) and header in one.message]

        try:
            return eventually(wanted, LOST_AFTER)[0]
        except AssertionError:
            with self._app.app_context(), acting(SYSTEM):
                sweep()
        return eventually(wanted, seconds)[0]
