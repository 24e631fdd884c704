"""How connections behave. SQLite with several processes needs three rules, or writes vanish:

a transaction that will write begins with BEGIN IMMEDIATE; before it, one fair file lock is taken, since
SQLite's own waiting starves the web; and ``synchronous=FULL``, but for what needs not last.
"""

import fcntl
import os
import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, SessionTransaction

_LOCK = "write_lock"
WRITING_SINCE = "writing_since"  # of a session, by ``time.monotonic``: when the last transaction that writes began, after all waiting for its turn
TRUSTED_FOR = 5.0  # seconds
# 32 MB of pages stay in memory for each connection: with SQLite's own 2 MB a mail looks up more than that in a firm of 100,000 contacts,
# and what a page of somebody with a thousand records reads does not fit into 16.
# Whoever commits brings the log into the file when it has 32 MB; what files mail has it done beside its work, long before.
_PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON", "cache_size=-32000", "wal_autocheckpoint=8000",
)  # fmt: skip
LOG_KEEPER = "log-keeper"  # name of its thread
PAUSE = 0.5  # seconds between two beginnings of its work
_WAITS = "waits_for_the_disk"  # of a connection to SQLite: whether its commits do


def prepare(engine: Engine) -> None:
    """Teach ``engine`` the rules."""
    if engine.dialect.name != "sqlite":
        _ask_idle_ones(engine)
        _keep_plans(engine)
        _begin_at_once(engine)
        return

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, record: Any) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        record.info[_WAITS] = True

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get("writes"):
            _choose_wait(connection, waits=options.get("lasting", True))
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.connection.driver_connection.execute("BEGIN")  # it locks nothing yet, so there is no error to translate

    log = _LogKeeper(engine.url.database or "")

    @event.listens_for(engine, "checkin")
    def _rest(dbapi: object, record: Any) -> None:
        if not record.info.get(_WAITS, True):
            log.bring_in()


def _choose_wait(connection: Any, *, waits: bool) -> None:
    info = connection.connection.info
    if info[_WAITS] is not waits:
        connection.connection.driver_connection.execute(f"PRAGMA synchronous={'FULL' if waits else 'NORMAL'}")
        info[_WAITS] = waits


_within_sqlite = threading.Lock()  # a fork meanwhile would give the child locks that nobody opens
os.register_at_fork(before=_within_sqlite.acquire, after_in_parent=_within_sqlite.release, after_in_child=_within_sqlite.release)


class _LogKeeper:
    """Brings SQLite's log into its file in a thread of its own, so that whoever writes much need not wait for it at a commit."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._thread: threading.Thread | None = None
        self._not_before = 0.0

    def bring_in(self) -> None:
        """Begin, unless it is under way or was done a moment ago: a page that changes again soon is written once. What is left waits."""
        if time.monotonic() >= self._not_before and (self._thread is None or not self._thread.is_alive()):
            self._not_before = time.monotonic() + PAUSE
            self._thread = threading.Thread(target=self._work, name=LOG_KEEPER, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        address = f"file:{quote(str(Path(self._path).absolute()))}?mode=rw"
        # The file may be gone, or somebody is at it.
        with _within_sqlite, suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _begin_at_once(engine: Engine) -> None:
    """PostgreSQL takes a statement of many alternatives for a long one, to read fifty rows.

    It would translate it into machine code, which takes seconds, and share it among processes, each of which looks up anew whose rows are in reach.
    """

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, record: Any) -> None:
        dbapi.autocommit = True  # no transaction, whose end would take it back
        dbapi.execute("SET jit = off")
        dbapi.execute("SET max_parallel_workers_per_gather = 0")
        dbapi.autocommit = False


def _keep_plans(engine: Engine) -> None:
    """What a connection has prepared it keeps: psycopg gives it up with every ROLLBACK, and with one ends each page that only reads.

    Planning a statement that carries the criteria of a reader takes longer than finding the rows.
    """

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: object, record: object, arguments: Any, options: Any) -> Any:
        from app.models.prepared import connect

        return connect(*arguments, **options)


def _ask_idle_ones(engine: Engine) -> None:
    """A server may have closed a connection that rested; asking each one each time would cost a round trip a transaction."""

    @event.listens_for(engine, "checkin")
    def _rest(dbapi: object, record: Any) -> None:
        record.info["resting_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(dbapi: Any, record: Any, proxy: object) -> None:
        if time.monotonic() - record.info.get("resting_since", time.monotonic()) < TRUSTED_FOR:
            return
        try:
            engine.dialect.do_ping(dbapi)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool makes another


def _lock_file(session: Session) -> int | None:
    bind = session.get_bind()
    path = bind.engine.url.database
    if bind.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    return os.open(Path(path).with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)


def begin_writing(session: Session, *, lasting: bool = True) -> None:
    """Open the transaction that will write. Whatever was read before is read again within it.

    Unless it is ``lasting``, its commit does not wait for the disk: it is all there or all gone after a power failure, and there
    once a lasting one was committed after it. Whoever opens such one can do its work again.
    """
    session.rollback()
    lock = _lock_file(session)
    if lock is not None:
        session.info[_LOCK] = lock
        fcntl.flock(lock, fcntl.LOCK_EX)  # the kernel queues: first come, first served
    session.info[WRITING_SINCE] = time.monotonic()
    connection = session.connection(execution_options={"writes": True, "lasting": lasting})
    if connection.dialect.name == "postgresql" and not lasting:
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


@event.listens_for(Session, "after_transaction_end")
def _release(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None and (lock := session.info.pop(_LOCK, None)) is not None:
        os.close(lock)
