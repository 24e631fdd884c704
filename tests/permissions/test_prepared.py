"""PostgreSQL plans a statement that carries the rule of a reader once for many pages: a connection keeps what it prepared."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.models.prepared import TIMES
from tests.people import Cast

pytestmark = pytest.mark.database


def _names() -> list[str]:
    return list(db.session.connection().exec_driver_sql("SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT ''kept%%'").scalars())


@pytest.fixture(autouse=True)
def _on_postgresql(cast: Cast) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite prepares each statement in no time")
    db.session.rollback()


def _ask(times: int) -> None:
    for _ in range(times):
        assert db.session.connection().exec_driver_sql("SELECT 'kept for' || %s::text", ("pages",)).scalar() == "kept forpages"
        db.session.rollback()


def test_what_was_prepared_outlives_a_rollback() -> None:
    _ask(TIMES)
    assert _names() == []
    db.session.rollback()
    _ask(1)
    kept = _names()
    db.session.rollback()
    _ask(3)
    assert len(kept) == 1 and _names() == kept


def test_a_rollback_takes_back_what_was_written_and_ends_what_failed() -> None:
    connection = db.session.connection()
    connection.execute(text("CREATE TEMPORARY TABLE tried (n integer)"))
    with pytest.raises(DBAPIError):
        connection.execute(text("SELECT 1 / 0"))
    db.session.rollback()
    assert db.session.connection().exec_driver_sql("SELECT to_regclass('tried')").scalar() is None


def test_a_table_that_was_made_anew_is_found_by_what_was_prepared_for_the_old_one() -> None:
    for number in range(TIMES + 3):
        connection = db.session.connection()
        connection.execute(text("CREATE TEMPORARY TABLE tried (n integer)"))
        connection.exec_driver_sql("INSERT INTO tried VALUES (%s)", (number,))
        assert connection.exec_driver_sql("SELECT n FROM tried WHERE n >= %s", (0,)).scalar() == number
        db.session.rollback()
