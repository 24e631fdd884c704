"""Until when a prospect is kept, and the alert about those with whom nothing happens."""

import sqlalchemy as sa
from alembic import op

revision = "8e15b7c3d092"
down_revision = "7d3e90b1c254"

BEFORE = ("opportunity", "task", "contact", "account", "mailbox", "message", "row", "order")
RULES = (
    "stagnant", "untouched", "woken", "unassigned", "late_task", "bad_address", "double_account", "double_contact", "mailbox", "held",
    "rejected_row", "rows_wait", "order_late", "order_left",
)
NEW = "silent_prospect"


def _known(names: tuple[str, ...]) -> str:
    return "rule IN ({})".format(", ".join(f"'{name}'" for name in names))


def _of_one(subjects: tuple[str, ...]) -> str:
    return " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in subjects) + " = 1"


def upgrade() -> None:
    with op.batch_alter_table("engagement") as batch_op:
        batch_op.add_column(
            sa.Column(
                "prospect_until", sa.Date(), nullable=True, comment="Of a prospect: until then nobody is asked why nothing happens"
            )
        )
        batch_op.create_index(op.f("ix_engagement_prospect_until"), ["prospect_until"], unique=False)
    with op.batch_alter_table("alert_setting") as batch_op:
        batch_op.drop_constraint(op.f("ck_alert_setting_rule_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alert_setting_rule_known"), _known((*RULES, NEW)))
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_constraint(op.f("ck_alert_rule_known"), type_="check")
        batch_op.drop_constraint(op.f("ck_alert_one_subject"), type_="check")
        batch_op.add_column(sa.Column("engagement_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_alert_engagement_id"), "engagement", ["engagement_id"], ["id"], ondelete="CASCADE")
        batch_op.create_check_constraint(op.f("ck_alert_rule_known"), _known((*RULES, NEW)))
        batch_op.create_check_constraint(op.f("ck_alert_one_subject"), _of_one((*BEFORE, "engagement")))
    where = sa.text("ended_at IS NULL AND engagement_id IS NOT NULL")
    op.create_index(
        "uq_alert_live_engagement", "alert", ["engagement_id", "rule"], unique=True, sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    op.drop_index("uq_alert_live_engagement", table_name="alert")
    for table in ("alert", "alert_setting"):
        rules = sa.table(table, sa.column("rule", sa.String))
        op.execute(rules.delete().where(rules.c.rule == NEW))
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_constraint(op.f("ck_alert_rule_known"), type_="check")
        batch_op.drop_constraint(op.f("ck_alert_one_subject"), type_="check")
        batch_op.drop_constraint(op.f("fk_alert_engagement_id"), type_="foreignkey")
        batch_op.drop_column("engagement_id")
        batch_op.create_check_constraint(op.f("ck_alert_rule_known"), _known(RULES))
        batch_op.create_check_constraint(op.f("ck_alert_one_subject"), _of_one(BEFORE))
    with op.batch_alter_table("alert_setting") as batch_op:
        batch_op.drop_constraint(op.f("ck_alert_setting_rule_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alert_setting_rule_known"), _known(RULES))
    with op.batch_alter_table("engagement") as batch_op:
        batch_op.drop_index(op.f("ix_engagement_prospect_until"))
        batch_op.drop_column("prospect_until")
