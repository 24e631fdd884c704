"""Several messages in one transaction: what they ask is asked once, what they write is written at once.

An operation that runs in no group asks and writes where it stands.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from app.domain.errors import Stale
from app.extensions import db
from app.models.pouring import pour, with_defaults

T = TypeVar("T")
MANY = 200  # rows from which COPY is worth its beginning


class Group:
    """``known``: answers of the database, kept true by whoever changes what they say."""

    def __init__(self) -> None:
        self.known: dict[Hashable, Any] = {}
        self._waiting: dict[Any, list[dict[str, Any]]] = {}

    def later(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._waiting.setdefault(statement, []).extend(rows)

    def write(self, *only: Any) -> None:
        """Execute what waits, or ``only`` these statements: each once for all its rows, new ones before changes, which name them.

        ``Stale`` when a row to change is not as it was seen.
        """
        waiting = {each: self._waiting.pop(each) for each in list(self._waiting) if not only or each in only}
        connection = db.session().connection()
        for statement, rows in sorted(waiting.items(), key=lambda each: bool(each[0].is_update)):
            if statement.is_update:
                rows.sort(key=lambda each: each["row"])  # two groups that change the same rows meet in one order
            if len(rows) >= MANY and connection.dialect.name == "postgresql" and _is_plain(statement, rows):
                pour(statement.table, with_defaults(statement.table, rows), connection)
                continue
            done = connection.execute(statement, rows)
            if statement.is_update and done.rowcount != len(rows):
                raise Stale


def _is_plain(statement: Any, rows: list[dict[str, Any]]) -> bool:
    """Whether it inserts rows that say the same columns, and nothing else."""
    names = rows[0].keys()
    return bool(statement.is_insert) and statement.compare(statement.table.insert()) and all(row.keys() == names for row in rows)


_running: ContextVar[Group | None] = ContextVar("group", default=None)


def current() -> Group | None:
    """The running group."""
    return _running.get()


@contextmanager
def together() -> Iterator[Group]:
    """Within a running operation: begin a group, and write at its end what waited for it."""
    group = Group()
    before = _running.set(group)
    try:
        yield group
        group.write()
    finally:
        _running.reset(before)


def once(key: Hashable, look_up: Callable[[], T]) -> T:
    """What ``look_up`` gives; in a group it is asked once for each ``key``."""
    group = current()
    if group is None:
        return look_up()
    if key not in group.known:
        group.known[key] = look_up()
    answer: T = group.known[key]
    return answer


def keep(key: Hashable, answer: Any) -> None:
    """From now on that is what ``once`` gives in this group."""
    if (group := current()) is not None:
        group.known[key] = answer


def later(statement: Any, *rows: dict[str, Any]) -> None:
    """Write ``rows`` at the end of the group, with those of others; no row of the group may hang on them before.

    An UPDATE has the key of the row as ``row``.
    """
    group = current()
    if group is not None:
        group.later(statement, list(rows))
    elif rows:
        done = db.session().connection().execute(statement, list(rows) if len(rows) > 1 else rows[0])
        if statement.is_update and done.rowcount != len(rows):
            raise Stale


def write_now(*only: Any) -> None:
    """Before a question whose answer hangs on what waits, or on ``only`` these statements."""
    if (group := current()) is not None:
        group.write(*only)


@contextmanager
def apart() -> Iterator[None]:
    """Within it nothing waits for the end of the group: what is written in a savepoint is written in it, or not at all."""
    write_now()
    session = db.session()
    before, is_flushing = _running.set(None), session.autoflush
    session.autoflush = True
    try:
        yield
    finally:
        session.autoflush = is_flushing
        _running.reset(before)
