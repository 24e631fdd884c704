"""One process on one database, as a poller is. Reads commands from standard input, answers on standard output."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from sqlalchemy import event, select

from app import create_app
from app.cli.setup import bring_up
from app.extensions import db
from app.inbound.pipeline import settle_each
from app.inbound.reader import ReadingProcess
from app.inbound.receive import receive_all
from app.inbound.sources.folder import FolderSource
from app.inbound.sources.imap import ImapSource
from app.inbound.sources.imap_connection import Security, Server
from app.inbound.sources.source import Position, Source
from app.models import Mailbox, User
from app.permissions.actor import SYSTEM, acting
from bench import ceiling, ground
from config import load


def source_of(facts: dict[str, Any]) -> Source:
    if "path" in facts:
        return FolderSource(Path(facts["path"]))
    return ImapSource(Server(host="127.0.0.1", port=facts["port"], security=Security.NONE, username=facts["username"], password=facts["password"]))


class Worker:
    def __init__(self, app: Flask) -> None:
        self._app, self._settings = app, app.config["SETTINGS"]
        self._statements = 0
        self._reader = ReadingProcess()
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self._statements += 1

    def answer(self, order: dict[str, Any]) -> dict[str, Any]:
        work: Callable[..., dict[str, Any]] = getattr(self, order.pop("do"))
        return work(**order)

    def lay(self) -> dict[str, Any]:
        with self._app.app_context(), acting(SYSTEM):
            bring_up()
            ground.lay()
        return {}

    def populate(self, contacts: int) -> dict[str, Any]:
        with self._app.app_context(), acting(SYSTEM):
            ground.populate(contacts)
        return {}

    def ceiling(self, source: dict[str, Any]) -> dict[str, Any]:
        opened = source_of(source)
        opened.open()
        started, busy = time.perf_counter(), time.process_time()
        count = ceiling.drain(opened, self._settings.database_url, self._settings.home)
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
        opened.close()
        return {"count": count, "seconds": seconds, "busy": busy}

    def pipeline(self, source: dict[str, Any]) -> dict[str, Any]:
        """Everything that a poller does with mail, and the source is told."""
        with self._app.app_context(), acting(SYSTEM):
            mailbox_id = db.session.scalars(select(Mailbox.id)).one()
        opened = source_of(source)
        opened.open()
        states: Counter[str] = Counter()
        before, started, busy = self._statements, time.perf_counter(), time.process_time()
        for batch in opened.fetch(Position(0, 0)):
            with self._app.app_context(), acting(SYSTEM):
                states.update(settle_each(receive_all(mailbox_id, batch), self._reader))
            opened.settle(batch)
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
        opened.close()
        count, statements = sum(states.values()), self._statements - before
        return {"count": count, "seconds": seconds, "busy": busy, "statements": statements, "states": states}

    def pages(self, times: int) -> dict[str, Any]:
        """The list of opportunities as a salesperson gets it."""
        with self._app.app_context(), acting(SYSTEM):
            user_id = db.session.scalars(select(User.id).order_by(User.id)).first()
        with self._app.test_request_context():
            address = url_for("OpportunityView.list")
        client = self._app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"], session["locale"] = str(user_id), True, "en"
        found = []
        for _ in range(times + 1):
            before, started = self._statements, time.perf_counter()
            response = client.get(address)
            found.append((time.perf_counter() - started, self._statements - before, response.status_code, len(response.data)))
        seconds, statements, status, size = sorted(found[1:])[len(found[1:]) // 2]
        return {"milliseconds": seconds * 1000, "statements": statements, "status": status, "size": size}

    def memory(self) -> dict[str, Any]:
        """Megabytes: now, and at most since the start of this process."""
        facts = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return {"now": int(facts["VmRSS"].split()[0]) / 1024, "peak": int(facts["VmHWM"].split()[0]) / 1024}


def main() -> None:
    worker = Worker(create_app(load()))
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
