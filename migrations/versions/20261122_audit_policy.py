"""How long the lines of the audit are kept; older ones, and no others, may go."""

from alembic import op

revision = "c41f6d0be2a8"
down_revision = "2765e93dc718"

COLUMN = (
    "audit_months INTEGER NOT NULL DEFAULT 36 CONSTRAINT ck_firm_audit_kept_long_enough CHECK (audit_months BETWEEN 12 AND 240)"
)
POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' THEN
    IF OLD.at < now() - make_interval(months => (SELECT audit_months FROM firm)) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'lines of the audit are only ever added';
END $$;
"""
POSTGRESQL_BEFORE = """
CREATE OR REPLACE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'lines of the audit are only ever added'; END $$;
"""
SQLITE = (
    "CREATE TRIGGER audit_line_no_delete BEFORE DELETE ON audit_line "
    "WHEN coalesce(OLD.at >= strftime('%Y-%m-%d %H:%M:%S', 'now', (SELECT -audit_months || ' months' FROM firm)), 1) "
    "BEGIN SELECT RAISE(ABORT, 'lines of the audit are only ever added'); END"
)
SQLITE_BEFORE = "CREATE TRIGGER audit_line_no_delete BEFORE DELETE ON audit_line BEGIN SELECT RAISE(ABORT, 'lines of the audit are only ever added'); END"


def _rule(postgresql: str, sqlite: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(postgresql)
        return
    op.execute("DROP TRIGGER audit_line_no_delete")
    op.get_bind().exec_driver_sql(sqlite)


def upgrade() -> None:
    op.execute(f"ALTER TABLE firm ADD COLUMN {COLUMN}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("COMMENT ON COLUMN firm.audit_months IS 'Lines of the audit that are older may go'")
    _rule(POSTGRESQL, SQLITE)


def downgrade() -> None:
    _rule(POSTGRESQL_BEFORE, SQLITE_BEFORE)
    op.execute("ALTER TABLE firm DROP COLUMN audit_months")
