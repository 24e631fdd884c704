"""What SQLite chooses between indexes follows from how many rows there are."""

from sqlalchemy import Connection, text

from app.extensions import db
from app.jobs.statistics import count_anew
from tests.people import Cast

MANY = 3_000
COPIES = """INSERT INTO audit_line (at, actor_name, action, subject_type, subject_id, subject_name, before, after)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)
    SELECT datetime('2026-01-01', i || ' seconds'), 'Kurier', 'update', 'Task', 1, 'x', '{}', '{}' FROM n"""
SPREAD = "UPDATE audit_line SET subject_id = id, at = '2026-06-01'"
ASKED = "SELECT id FROM audit_line WHERE subject_type = 'Task' AND subject_id = 1 AND at > '2026-01-01 00:49:00'"


def _plan(connection: Connection) -> str:
    connection.execute(text(ASKED)).all()  # EXPLAIN alone does not look whether the schema has changed
    plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {ASKED}")).all())
    connection.rollback()
    return plan


def _write(statement: str, **values: object) -> None:
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(statement), values)


def test_who_was_connected_before_hears_each_time_how_large_tables_are(cast: Cast) -> None:
    with db.engine.connect() as early:
        _plan(early)
        _write(COPIES, many=MANY)
        count_anew()
        assert "ix_audit_line_at" in _plan(early), "all are of one subject: the day finds fewer"
        _write(SPREAD)
        count_anew()
        assert "ix_audit_line_subject" in _plan(early), "each has a subject of its own"
        known = early.execute(text("SELECT tbl FROM sqlite_stat1")).scalars().all()
    assert "audit_line" in known and "ab_user" not in known, "small tables may have grown tomorrow"
