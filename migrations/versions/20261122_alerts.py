"""Alerts, what they are computed from, and private calendar feeds."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "38a246941ea2"
down_revision = "6a1de03b97c4"

UNTIL = "Snoozed or resolved: when it asks again if the cause is still there"
LIVE = "ended_at IS NULL AND {} IS NOT NULL"
SUBJECTS = ("opportunity", "task", "contact", "account", "mailbox", "message")
ONE_SUBJECT = " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in SUBJECTS) + " = 1"
RULE = sa.Enum(
    "stagnant",
    "untouched",
    "woken",
    "unassigned",
    "late_task",
    "bad_address",
    "double_account",
    "double_contact",
    "mailbox",
    "held",
    name="rule_known",
    native_enum=False,
    create_constraint=True,
    length=20,
)
STATE = sa.Enum(
    "open",
    "taken",
    "snoozed",
    "resolved",
    "dismissed",
    "auto_closed",
    name="state_known",
    native_enum=False,
    create_constraint=True,
    length=12,
)
CHANGES = {
    "ix_account_updated": ("account", ["updated_at"]),
    "ix_contact_updated": ("contact", ["updated_at"]),
    "ix_opportunity_updated": ("opportunity", ["updated_at"]),
    "ix_task_updated": ("task", ["updated_at"]),
    "ix_opportunity_in_step": ("opportunity", ["step_id", "step_entered_at"]),
    "ix_address_finding_at": ("address_finding", ["at"]),
    "ix_timeline_entry_author": ("timeline_entry", ["author_id", "occurred_at", "id"]),
}


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.create_table(
        "alert_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "computed_at",
            app.models.base.UtcDateTime(timezone=True),
            nullable=True,
            comment="All that changed before is looked at",
        ),
        sa.Column(
            "full_at",
            app.models.base.UtcDateTime(timezone=True),
            nullable=True,
            comment="When the last pass over everything began",
        ),
        sa.Column("leased_by", sa.String(length=20), nullable=True),
        sa.Column("leased_until", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_alert_run_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_run")),
    )
    op.create_table(
        "alert_setting",
        sa.Column(
            "rule",
            RULE,
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("is_mailed", sa.Boolean(), nullable=False, comment="Also told in the morning email"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("threshold > 0", name=op.f("ck_alert_setting_threshold_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_alert_setting_created_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_setting")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_alert_setting_public_ref")),
        sa.UniqueConstraint("rule", name=op.f("uq_alert_setting_rule")),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "rule",
            RULE,
            nullable=False,
        ),
        sa.Column(
            "state",
            STATE,
            nullable=False,
        ),
        sa.Column("opportunity_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column(
            "since",
            app.models.base.UtcDateTime(timezone=True),
            nullable=False,
            comment="When what it complains of began",
        ),
        sa.Column(
            "other_id",
            sa.Integer(),
            nullable=True,
            comment="The older record of the same type that the subject repeats",
        ),
        sa.Column("raised_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "until",
            app.models.base.UtcDateTime(timezone=True),
            nullable=True,
            comment="Snoozed or resolved: when it asks again if the cause is still there",
        ),
        sa.Column("dismissal", sa.String(length=200), nullable=True, comment="Why it was dismissed"),
        sa.Column("ended_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'auto_closed' OR ended_at IS NOT NULL", name=op.f("ck_alert_closed_has_end")),
        sa.CheckConstraint("state <> 'dismissed' OR dismissal IS NOT NULL", name=op.f("ck_alert_dismissed_has_reason")),
        sa.CheckConstraint("state <> 'snoozed' OR until IS NOT NULL", name=op.f("ck_alert_snoozed_has_end")),
        sa.CheckConstraint(
            ONE_SUBJECT,
            name=op.f("ck_alert_one_subject"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_alert_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["ab_user.id"], name=op.f("fk_alert_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_alert_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_alert_mailbox_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["incoming_message.id"], name=op.f("fk_alert_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_alert_opportunity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["ab_user.id"], name=op.f("fk_alert_taken_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_alert_task_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_alert_team_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_alert_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    for subject in SUBJECTS:
        _partial(
            f"uq_alert_live_{subject}", "alert", [f"{subject}_id", "rule"], LIVE.format(f"{subject}_id"), unique=True
        )
    for person in ("user", "author", "team"):
        _partial(f"ix_alert_of_{person}", "alert", [f"{person}_id", "since", "id"], LIVE.format(f"{person}_id"))
    _partial("ix_alert_until", "alert", ["until"], "until IS NOT NULL")
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False, comment="SHA-256"),
        sa.Column(
            "made_at",
            app.models.base.UtcDateTime(timezone=True),
            nullable=False,
            comment="When its address was made or renewed",
        ),
        sa.Column(
            "read_at",
            app.models.base.UtcDateTime(timezone=True),
            nullable=True,
            comment="When a calendar last asked, to the hour",
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_calendar_feed_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_calendar_feed_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_calendar_feed_public_ref")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feed_user_id")),
    )
    for name, (table, columns) in CHANGES.items():
        op.create_index(name, table, columns)
    _partial("ix_opportunity_woken", "opportunity", ["woken_at"], "woken_at IS NOT NULL")
    op.drop_index("ix_timeline_entry_author_id", table_name="timeline_entry")


def downgrade() -> None:
    op.create_index("ix_timeline_entry_author_id", "timeline_entry", ["author_id"])
    op.drop_index("ix_opportunity_woken", table_name="opportunity")
    for name, (table, _) in CHANGES.items():
        op.drop_index(name, table_name=table)
    for table in ("calendar_feed", "alert", "alert_setting", "alert_run"):
        op.drop_table(table)
