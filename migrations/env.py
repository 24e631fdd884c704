"""Alembic for Kurier: the tables of the models and of Flask-AppBuilder, which share one metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.extensions import db
from app.models import Model


@contextmanager
def rows_kept(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making another and dropping the old one, which must not take along the rows that hang on it.

    Meanwhile triggers of other tables name one that is not there, which a renaming would refuse. https://www.sqlite.org/lang_altertable.html#otheralter
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")  # does nothing once a transaction has begun
    driver.execute("PRAGMA legacy_alter_table=ON")
    try:
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            connection.rollback()
            raise RuntimeError(f"the migration leaves rows that point to nothing: {broken[:5]}")
        connection.commit()
    finally:
        connection.rollback()
        driver.execute("PRAGMA legacy_alter_table=OFF")
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    engine = db.engine
    with engine.connect().execution_options(writes=True) as connection, rows_kept(connection):
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            compare_type=True,
            compare_server_default=False,
            render_as_batch=engine.dialect.name == "sqlite",
            user_module_prefix="app.models.base.",
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        if engine.dialect.name != "sqlite":
            connection.commit()


assert current_app, "migrations run inside the application: flask crm setup"
run()
