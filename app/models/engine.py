"""How connections behave. SQLite with several processes needs three rules, or writes vanish:

a transaction that will write begins with BEGIN IMMEDIATE; before it, one fair file lock is taken, since
SQLite's own waiting starves the web; and ``synchronous=FULL``.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, SessionTransaction

_LOCK = "write_lock"
TRUSTED_FOR = 5.0  # seconds
# 16 MB of pages stay in memory for each connection: with SQLite's own 2 MB a mail looks up more than that in a firm of 100,000 contacts.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON", "cache_size=-16000")


def prepare(engine: Engine) -> None:
    """Teach ``engine`` the rules."""
    if engine.dialect.name != "sqlite":
        _ask_idle_ones(engine)
        return

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, record: object) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.connection.driver_connection.execute("BEGIN")  # it locks nothing yet, so there is no error to translate


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


def begin_writing(session: Session) -> None:
    """Open the transaction that will write. Whatever was read before is read again within it."""
    session.rollback()
    lock = _lock_file(session)
    if lock is not None:
        session.info[_LOCK] = lock
        fcntl.flock(lock, fcntl.LOCK_EX)  # the kernel queues: first come, first served
    session.connection(execution_options={"writes": True})


@event.listens_for(Session, "after_transaction_end")
def _release(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None and (lock := session.info.pop(_LOCK, None)) is not None:
        os.close(lock)
