"""A table without one of its triggers, as a migration leaves it that makes the table anew."""

from sqlalchemy import text

from app.extensions import db


def lose(trigger: str, table: str) -> None:
    """The session begins a new transaction: nobody else may be reading while a table changes."""
    on = f" ON {table}" if db.engine.dialect.name == "postgresql" else ""
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {trigger}{on}"))
