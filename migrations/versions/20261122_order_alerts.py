"""Alerts about prospecting orders and their rows."""

import sqlalchemy as sa
from alembic import op

revision = "5b0c7de1f6a4"
down_revision = "c83d5f20a1be"

BEFORE = ("opportunity", "task", "contact", "account", "mailbox", "message")
NEW = {"row": "prospect_row", "order": "prospecting_order"}
RULES = ("stagnant", "untouched", "woken", "unassigned", "late_task", "bad_address", "double_account", "double_contact", "mailbox", "held")
NEW_RULES = ("rejected_row", "rows_wait", "order_late", "order_left")


def _known(names: tuple[str, ...]) -> str:
    return "rule IN ({})".format(", ".join(f"'{name}'" for name in names))


def _of_one(subjects: tuple[str, ...]) -> str:
    return " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in subjects) + " = 1"


def upgrade() -> None:
    with op.batch_alter_table("alert_setting") as batch_op:
        batch_op.drop_constraint(op.f("ck_alert_setting_rule_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alert_setting_rule_known"), _known(RULES + NEW_RULES))
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_constraint(op.f("ck_alert_rule_known"), type_="check")
        batch_op.drop_constraint(op.f("ck_alert_one_subject"), type_="check")
        for name, table in NEW.items():
            batch_op.add_column(sa.Column(f"{name}_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_alert_{name}_id"), table, [f"{name}_id"], ["id"], ondelete="CASCADE")
        batch_op.create_check_constraint(op.f("ck_alert_rule_known"), _known(RULES + NEW_RULES))
        batch_op.create_check_constraint(op.f("ck_alert_one_subject"), _of_one((*BEFORE, *NEW)))
    for name in NEW:
        where = sa.text(f"ended_at IS NULL AND {name}_id IS NOT NULL")
        op.create_index(f"uq_alert_live_{name}", "alert", [f"{name}_id", "rule"], unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in NEW:
        op.drop_index(f"uq_alert_live_{name}", table_name="alert")
    for table in ("alert", "alert_setting"):
        rules = sa.table(table, sa.column("rule", sa.String))
        op.execute(rules.delete().where(rules.c.rule.in_(NEW_RULES)))
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_constraint(op.f("ck_alert_rule_known"), type_="check")
        batch_op.drop_constraint(op.f("ck_alert_one_subject"), type_="check")
        for name in NEW:
            batch_op.drop_constraint(op.f(f"fk_alert_{name}_id"), type_="foreignkey")
            batch_op.drop_column(f"{name}_id")
        batch_op.create_check_constraint(op.f("ck_alert_rule_known"), _known(RULES))
        batch_op.create_check_constraint(op.f("ck_alert_one_subject"), _of_one(BEFORE))
    with op.batch_alter_table("alert_setting") as batch_op:
        batch_op.drop_constraint(op.f("ck_alert_setting_rule_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alert_setting_rule_known"), _known(RULES))
