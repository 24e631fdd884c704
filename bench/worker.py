"""One process on one database, as a poller is. Reads commands from standard input, answers on standard output."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, url_for
from sqlalchemy import event, func, select

from app import create_app
from app.cli.setup import bring_up
from app.extensions import db
from app.inbound.reader import ReadingProcess
from app.inbound.sources.folder import FolderSource
from app.inbound.sources.imap import ImapSource
from app.inbound.sources.imap_connection import Security, Server
from app.inbound.sources.source import Fetched, Position, Source
from app.inbound.taking import Filing, keep
from app.models import Delivery, Mailbox, User
from app.operations.sign_in import begin_session
from app.permissions.actor import SYSTEM, acting
from app.support import garbage
from bench import ceiling, crowd, ground
from bench.costs import costs
from bench.serving import serve
from config import load

R = TypeVar("R")


def source_of(facts: dict[str, Any]) -> Source:
    if "path" in facts:
        return FolderSource(Path(facts["path"]))
    return ImapSource(Server(host="127.0.0.1", port=facts["port"], security=Security.NONE, username=facts["username"], password=facts["password"]))


class Worker:
    def __init__(self, app: Flask) -> None:
        self._app, self._settings = app, app.config["SETTINGS"]
        self._statements = 0
        self._last = 0  # key of a delivery
        self._reader = ReadingProcess()
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self._statements += 1

    def lay(self) -> dict[str, Any]:
        with self._app.app_context(), acting(SYSTEM):
            bring_up()
            ground.lay()
        return {}

    def populate(self, contacts: int) -> dict[str, Any]:
        started = time.perf_counter()
        with self._app.app_context(), acting(SYSTEM):
            crowd.populate(contacts)
        return {"seconds": time.perf_counter() - started}

    def ceiling(self, source: dict[str, Any]) -> dict[str, Any]:
        opened = source_of(source)
        opened.open()
        before, started = costs(), time.perf_counter()
        count = ceiling.drain(opened, self._settings.database_url, self._settings.home)
        ended = time.perf_counter()
        opened.close()
        return {"count": count, "started": started, "ended": ended, "busy": costs().busy - before.busy}

    def pipeline(self, source: dict[str, Any], mailbox: int = 0) -> dict[str, Any]:
        """Everything that a poller does with mail, and the source is told."""
        mailbox_id, opened = self._mailbox(mailbox), source_of(source)
        opened.open()
        first = self._last
        before, asked, started = costs(), self._statements, time.perf_counter()
        with self._filing() as filing:
            for batch in opened.fetch(Position(0, 0)):
                self._take(filing, opened, batch, mailbox_id)
        ended, asked, after = time.perf_counter(), self._statements - asked, costs()
        opened.close()
        states = self._states(first, mailbox_id)
        return {
            "count": sum(states.values()), "started": started, "ended": ended, "statements": asked, "states": states,
            "busy": after.busy - before.busy, "reading_busy": after.reading_busy - before.reading_busy,
        }  # fmt: skip

    def backlog(self, source: dict[str, Any], count: int, short: list[dict[str, Any]]) -> dict[str, Any]:
        """Drain ``count`` mails; each time when another part of them is done, a ``short`` backlog comes between."""
        mailbox_id, opened = self._mailbox(0), source_of(source)
        opened.open()
        batches = iter(opened.fetch(Position(0, 0)))
        parts: list[dict[str, Any]] = []
        between: list[dict[str, Any]] = []
        done = 0
        for number, beside in enumerate(short, 1):
            noted, started = done, time.perf_counter()
            with self._filing() as filing:
                while done < count * number // len(short):
                    done += self._take(filing, opened, next(batches), mailbox_id)
            parts.append({"count": done - noted, "seconds": time.perf_counter() - started})
            between.append(self.pipeline(beside, mailbox=1))
        opened.close()
        return {"count": done, "parts": parts, "between": between}

    def _mailbox(self, position: int) -> int:
        with self._app.app_context(), acting(SYSTEM):
            return db.session.scalars(select(Mailbox.id).order_by(Mailbox.id).offset(position)).first() or 0

    def _within(self, work: Callable[[], R]) -> R:
        with self._app.app_context(), acting(SYSTEM):
            return work()

    def _filing(self) -> Filing:
        return Filing(self._within, self._reader, lambda: None)

    def _take(self, filing: Filing, source: Source, batch: Sequence[Fetched], mailbox_id: int) -> int:
        keys = self._within(partial(keep, mailbox_id, batch))
        assert min(keys) > self._last, "mail that was taken before costs nothing: there is nothing to measure"
        self._last = max(keys)
        filing.add(keys)
        source.settle(batch)
        return len(keys)

    def _states(self, after: int, mailbox_id: int) -> dict[str, int]:
        counted = select(Delivery.state, func.count()).where(Delivery.id > after, Delivery.mailbox_id == mailbox_id).group_by(Delivery.state)
        return self._within(lambda: {str(state): count for state, count in db.session.execute(counted)})

    def pages(self, times: int) -> dict[str, Any]:
        """The list of opportunities as a salesperson gets it."""
        with self._app.app_context(), acting(SYSTEM):
            user_id = db.session.scalars(select(User.id).order_by(User.id)).first()
            user = db.session.get_one(User, user_id)
            key = begin_session(user, "bench", "", "password", actor=SYSTEM)
        with self._app.test_request_context():
            address = url_for("OpportunityView.list")
        client = self._app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"], session["locale"] = str(user_id), True, "en"
            session["sid"] = key
        found = []
        for _ in range(times + 1):
            before, started = self._statements, time.perf_counter()
            response = client.get(address)
            found.append((time.perf_counter() - started, self._statements - before, response.status_code, len(response.data)))
        seconds, statements, status, size = sorted(found[1:])[len(found[1:]) // 2]
        return {"milliseconds": seconds * 1000, "statements": statements, "status": status, "size": size}

    def memory(self) -> dict[str, Any]:
        return costs().answer()


if __name__ == "__main__":
    garbage.put_aside()
    serve(Worker(create_app(load())))
