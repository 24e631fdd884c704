"""The kept results: that the database keeps them, and that their lines stay few."""

from sqlalchemy import delete, func, select, text

from app.extensions import db
from app.models.result_totals import GROUPED, TRIGGERS, counted, folding, result_total, triggers
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor

MANY = 200  # lines beside the folded ones that are worth folding, and their least part
PART = 10


@atomic
def stand(*, actor: Actor = SYSTEM) -> None:
    """Have the database keep the lines, and count anew, where it does not: a migration that made the table of opportunities anew left that out."""
    connection = db.session.connection()
    dialect = connection.dialect.name
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'" if dialect == "sqlite" else "SELECT tgname FROM pg_trigger"
    if {*TRIGGERS} <= set(connection.execute(text(names)).scalars()):
        return
    for statement in triggers(dialect):
        connection.exec_driver_sql(statement)
    recount(actor=actor)


@atomic
def recount(*, actor: Actor = SYSTEM) -> None:
    """Throw the lines away and count all opportunities."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE opportunity IN SHARE MODE")
    connection.execute(delete(result_total))
    connection.exec_driver_sql(counted(connection.dialect.name))


@atomic
def fold(*, actor: Actor = SYSTEM) -> None:
    """Make one line of the many of each group. What is added meanwhile is left alone, so the sums never change."""
    connection = db.session.connection()
    groups = select(*(result_total.c[name] for name in GROUPED)).distinct().subquery()
    lines, top = connection.execute(select(func.count(), func.max(result_total.c.id))).one()
    least = connection.execute(select(func.count()).select_from(groups)).scalar_one()
    if lines - least < max(MANY, least // PART):
        return
    for statement in folding(connection.dialect.name, top):
        connection.exec_driver_sql(statement)
