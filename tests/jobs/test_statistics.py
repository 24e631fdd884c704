"""What SQLite chooses between indexes follows from how many rows there are."""

import pytest
from sqlalchemy import Connection, text

from app.extensions import db
from app.jobs.statistics import count_anew
from tests.people import Cast

pytestmark = pytest.mark.portable("PostgreSQL counts by itself")

TABLE = (
    "CREATE TABLE weighed (id INTEGER PRIMARY KEY, one INT, other INT)",
    "CREATE INDEX by_one ON weighed (one)", "CREATE INDEX by_other ON weighed (other)",
)
ROWS = """INSERT INTO weighed (one, other)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, i % 2 FROM n"""
TURNED = "UPDATE weighed SET one = 1, other = id"
COUNTED = "SELECT count(*) FROM weighed WHERE one = 3 AND other = 2"


def _plan(connection: Connection, number: int) -> str:
    """``number`` makes another text of it: a plan that the driver remembers is not made anew."""
    connection.execute(text(COUNTED)).all()  # EXPLAIN alone does not look whether the schema has changed
    plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {COUNTED} LIMIT {number}")).all())
    connection.rollback()
    return plan


def _write(*statements: str) -> None:
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for each in statements:
            connection.execute(text(each))


def test_who_was_connected_before_hears_each_time_how_large_tables_are(cast: Cast) -> None:
    db.session.rollback()
    with db.engine.connect() as early:
        _write(*TABLE, ROWS)
        _plan(early, 1)
        count_anew()
        assert "by_one " in _plan(early, 2), "each is one of its own there"
        _write(TURNED)
        count_anew()
        assert "by_other " in _plan(early, 3), "and now here"
        known = early.execute(text("SELECT tbl FROM sqlite_stat1")).scalars().all()
    assert "weighed" in known and "ab_user" not in known, "small tables may have grown tomorrow"


MANY = """INSERT INTO weighed (one, other)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i % 5, i FROM n"""


def test_a_value_that_a_fifth_of_the_rows_has_is_not_taken_for_a_rare_one(cast: Cast) -> None:
    """ANALYZE stops counting at a thousand: each of five values would be in a twentieth of twenty thousand rows."""
    db.session.rollback()
    _write(*TABLE, "CREATE INDEX by_sum ON weighed (one + 0)", MANY)
    count_anew()
    with db.engine.connect() as connection:
        known = dict(connection.execute(text("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'weighed'")).tuples().all())
    rows, of_one = map(int, known["by_one"].split())
    assert of_one == rows // 5 > 2_000
    assert int(known["by_other"].split()[1]) == 1
    assert "by_sum" in known, "an expression keeps the figure that it was given"
