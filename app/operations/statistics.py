"""What the database knows of the sizes of tables when it chooses between indexes. PostgreSQL keeps such figures by itself, but takes minutes."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from app.extensions import db
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor

LEAST = 1_000  # rows: of smaller tables it knows nothing, since any plan is quick and they may have grown tomorrow
LOOKED_AT = 1_000  # rows of each value of an index: no more are read, however many it has
MOST = 200  # different values that are counted


@atomic
def count_anew(*, actor: Actor = SYSTEM) -> None:
    """Let SQLite look at its indexes again.

    ``PRAGMA optimize`` would look only at what the same connection has asked for before. Other connections read the figures
    when the schema changes, and not when the figures do: therefore their table is made anew.
    """
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        return
    for statement in (
        "DROP TABLE IF EXISTS sqlite_stat1", f"PRAGMA analysis_limit = {LOOKED_AT}", "ANALYZE",
        f"DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < {LEAST}",  # noqa: S608 - a number of ours
    ):  # fmt: skip
        connection.exec_driver_sql(statement)
    _correct(connection)


@atomic
def count_table(name: str, *, actor: Actor = SYSTEM) -> None:
    """Let PostgreSQL look at a table of which much was written just now, before it is asked again."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'ANALYZE "{name}"')


def _correct(connection: Connection) -> None:
    """Of a value that many rows have it would believe that a thousand have it: that few are open, or of a team, and soon sorted."""
    for table, index, figures in connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL").all():
        rows, *each = figures.split()
        cut_off = sum(figure.isdecimal() and int(figure) > LOOKED_AT for figure in each)  # those of the first columns: they only fall
        columns = [row[2] for row in connection.exec_driver_sql(f'PRAGMA index_info("{index}")').all()][:cut_off]
        if not cut_off or None in columns or _is_partial(connection, table, index):
            continue  # an expression, or some rows alone, cannot be counted in this way
        for place, figure in enumerate(each[:cut_off]):
            different = sum(1 for _ in islice(_different(connection, table, columns[: place + 1]), MOST))
            most = int(each[place - 1]) if place else int(rows)
            each[place] = str(min(most, max(int(figure), int(rows) // max(1, different))))
        connection.exec_driver_sql("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx = ?", (" ".join([rows, *each]), table, index))


def _is_partial(connection: Connection, table: str, index: str) -> bool:
    return any(row[1] == index and row[4] for row in connection.exec_driver_sql(f'PRAGMA index_list("{table}")').all())


def _different(connection: Connection, table: str, columns: list[str], found: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The different values that ``columns`` have together, beginning with those that were ``found``: from one to the next by their index."""
    if len(found) == len(columns):
        yield found
        return
    column = f'"{columns[len(found)]}"'
    known = "".join(f'"{name}" = ? AND ' for name in columns[: len(found)])
    statement = f'SELECT min({column}) FROM "{table}" WHERE {known}{column}'  # noqa: S608 - names of our own
    value = connection.exec_driver_sql(f"{statement} IS NOT NULL", found).scalar()
    while value is not None:
        yield from _different(connection, table, columns, (*found, value))
        value = connection.exec_driver_sql(f"{statement} > ?", (*found, value)).scalar()
