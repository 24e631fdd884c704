"""What the database keeps beside its rows: that it does, and that the lines of figures stay few."""

from datetime import timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.models.board_totals import BOARD
from app.models.kept_totals import KeptTotals
from app.models.order_totals import ORDER_ROWS
from app.models.result_totals import COHORTS, RESULTS
from app.models.timeline_holders import HOLDERS, KeptHolders, settling, timeline_handed
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from app.support import clock

TOTALS = (BOARD, *RESULTS, COHORTS, ORDER_ROWS)
ALL: tuple[KeptTotals | KeptHolders, ...] = (*TOTALS, HOLDERS)
LONGEST = timedelta(hours=1)  # no transaction takes so long
PORTION = 500
TRIES = 400
MANY = 200  # lines beside the folded ones that are worth folding, and their least part
PART = 10


@atomic
def stand(kept: KeptTotals | KeptHolders, *, actor: Actor = SYSTEM) -> None:
    """Have the database keep the lines, and count anew, where it does not: a migration that made the table of the rows anew left that out."""
    connection = db.session.connection()
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(5720291)")  # of several that begin at once the first does it
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'" if dialect == "sqlite" else "SELECT tgname FROM pg_trigger"
    if {*kept.triggers} <= set(connection.execute(text(names)).scalars()):
        return
    if dialect == "postgresql":
        _take(kept)
    for statement in kept.keeping(dialect):
        connection.exec_driver_sql(statement)
    recount(kept, actor=actor)


def _take(kept: KeptTotals | KeptHolders) -> None:
    """Lock its tables all together: whoever writes to one of them and then to another would wait for this, which waits for them."""
    for left in reversed(range(TRIES)):
        try:
            with db.session.begin_nested():
                db.session.connection().exec_driver_sql("SET LOCAL lock_timeout = '300ms'")  # less than after which PostgreSQL ends one of two
                db.session.connection().exec_driver_sql(f"LOCK TABLE {kept.of} IN ACCESS EXCLUSIVE MODE")
            break
        except OperationalError:
            if not left:
                raise
    db.session.connection().exec_driver_sql("SET LOCAL lock_timeout = 0")


@atomic
def recount(kept: KeptTotals | KeptHolders, *, actor: Actor = SYSTEM) -> None:
    """Throw the lines away and count all rows."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {kept.of} IN SHARE MODE")
    connection.execute(delete(kept.table))
    connection.exec_driver_sql(kept.counted(connection.dialect.name))


@atomic
def fold(kept: KeptTotals, *, actor: Actor = SYSTEM) -> None:
    """Make one line of the many of each group. What is added meanwhile is left alone, so the sums never change."""
    connection = db.session.connection()
    groups = select(*(kept.table.c[name] for name in kept.keys)).distinct().subquery()
    lines, top = connection.execute(select(func.count(), func.max(kept.table.c.id))).one()
    least = connection.execute(select(func.count()).select_from(groups)).scalar_one()
    if lines - least < max(MANY, least // PART):
        return
    for statement in kept.folding(connection.dialect.name, top):
        connection.exec_driver_sql(statement)


@atomic
def settle(*, actor: Actor = SYSTEM) -> int:
    """Look again at some of the records that changed hands, and of the lines that changed: whoever was at the other may not have known it.

    How many there were.
    """
    connection, table = db.session.connection(), timeline_handed
    old = select(table).where(table.c.at < clock.now() - LONGEST).order_by(table.c.id).limit(PORTION).with_for_update(skip_locked=True)
    rows = connection.execute(old).all()
    for name in sorted({row.record_type for row in rows}):
        for statement in settling(name, {row.record_id for row in rows if row.record_type == name}):
            connection.exec_driver_sql(statement)
    connection.execute(delete(table).where(table.c.id.in_([row.id for row in rows])))
    return len(rows)
