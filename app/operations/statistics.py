"""What SQLite knows of the sizes of tables when it chooses between indexes. PostgreSQL keeps such figures by itself."""

from app.extensions import db
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor

LEAST = 1_000  # rows: of smaller tables it knows nothing, since any plan is quick and they may have grown tomorrow
LOOKED_AT = 1_000  # rows of each index: no more are read, however large it is


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
