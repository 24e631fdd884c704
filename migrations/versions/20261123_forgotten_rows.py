"""Lines of the audit about rows of orders of which nothing is known any more lose what they say of them; who did what, and when, stays."""

from alembic import op

revision = "7d1e5c90ab34"
down_revision = "5d0f3a91c6be"

POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' THEN
    IF OLD.at < now() - make_interval(months => (SELECT audit_months FROM firm)) THEN RETURN OLD; END IF;
  END IF;
  IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' THEN
    IF (NEW.id, NEW.at, NEW.actor_id, NEW.actor_name, NEW.action, NEW.subject_type, NEW.subject_id)
       IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor_id, OLD.actor_name, OLD.action, OLD.subject_type, OLD.subject_id)
       AND OLD.subject_type = 'ProspectRow' AND NEW.before::text = '{}' AND NEW.after::text = '{}'
       AND NEW.subject_name = (
         SELECT '#' || number FROM prospect_row WHERE prospect_row.id = OLD.subject_id AND discarded_because IN ('objection', 'term')) THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'lines of the audit are only ever added';
END $$;
"""
POSTGRESQL_BEFORE = """
CREATE OR REPLACE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' THEN
    IF OLD.at < now() - make_interval(months => (SELECT audit_months FROM firm)) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'lines of the audit are only ever added';
END $$;
"""
SQLITE = (
    "CREATE TRIGGER audit_line_no_update BEFORE UPDATE ON audit_line WHEN NOT coalesce("
    "NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.actor_id IS OLD.actor_id AND NEW.actor_name = OLD.actor_name AND NEW.action = OLD.action"
    " AND NEW.subject_type = OLD.subject_type AND NEW.subject_id IS OLD.subject_id AND OLD.subject_type = 'ProspectRow'"
    " AND NEW.before = '{}' AND NEW.after = '{}' AND NEW.subject_name = ("
    "SELECT '#' || number FROM prospect_row WHERE prospect_row.id = OLD.subject_id AND discarded_because IN ('objection', 'term')"
    "), 0) BEGIN SELECT RAISE(ABORT, 'lines of the audit are only ever added'); END"
)
SQLITE_BEFORE = "CREATE TRIGGER audit_line_no_update BEFORE UPDATE ON audit_line BEGIN SELECT RAISE(ABORT, 'lines of the audit are only ever added'); END"
FORGET = (
    "UPDATE audit_line SET before = '{}', after = '{}', subject_name = ("
    "SELECT '#' || number FROM prospect_row WHERE prospect_row.id = audit_line.subject_id AND discarded_because IN ('objection', 'term'))"
    " WHERE subject_type = 'ProspectRow' AND subject_id IN (SELECT id FROM prospect_row WHERE discarded_because IN ('objection', 'term'))"
)


def _rule(postgresql: str, sqlite: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(postgresql)
        return
    op.execute("DROP TRIGGER audit_line_no_update")
    op.get_bind().exec_driver_sql(sqlite)


def upgrade() -> None:
    _rule(POSTGRESQL, SQLITE)
    op.execute(FORGET)


def downgrade() -> None:
    _rule(POSTGRESQL_BEFORE, SQLITE_BEFORE)
