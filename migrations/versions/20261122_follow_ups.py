"""Follow-up processes."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "e443da6e13e0"
down_revision = "b83d1c60f2a7"


def upgrade() -> None:
    op.create_table(
        "follow_up",
        sa.Column(
            "status",
            sa.Enum(
                "todo",
                "standby",
                "won",
                "lost",
                "cancelled",
                name="status_known",
                native_enum=False,
                create_constraint=True,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("pipeline_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_en", sa.String(length=80), nullable=False),
        sa.Column("label_fr", sa.String(length=80), nullable=False),
        sa.Column("label_pl", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("status IN ('won', 'lost', 'cancelled')", name=op.f("ck_follow_up_status_closed")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_follow_up_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["pipeline.id"], name=op.f("fk_follow_up_pipeline_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_follow_up_public_ref")),
    )
    op.create_table(
        "follow_up_line",
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column(
            "doer",
            sa.Enum(
                "owner", "manager", "person", name="doer_known", native_enum=False, create_constraint=True, length=10
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("label_en", sa.String(length=80), nullable=False),
        sa.Column("label_fr", sa.String(length=80), nullable=False),
        sa.Column("label_pl", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("days BETWEEN 0 AND 3650", name=op.f("ck_follow_up_line_days_within_reason")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_follow_up_line_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_line_follow_up_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_follow_up_line_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_line")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_follow_up_line_public_ref")),
    )
    with op.batch_alter_table("follow_up_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_line_follow_up_id"), ["follow_up_id"], unique=False)

    op.create_table(
        "follow_up_run",
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True, comment="The one whose task is open"),
        sa.Column("task_id", sa.Integer(), nullable=True, comment="Its task"),
        sa.Column(
            "state",
            sa.Enum(
                "running", "done", "stopped", name="state_known", native_enum=False, create_constraint=True, length=10
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_follow_up_run_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_run_follow_up_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["follow_up_line.id"], name=op.f("fk_follow_up_run_line_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_follow_up_run_opportunity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_follow_up_run_task_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_run")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_follow_up_run_public_ref")),
    )
    with op.batch_alter_table("follow_up_run", schema=None) as batch_op:
        batch_op.create_index("ix_follow_up_run_opportunity", ["opportunity_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_run_task_id"), ["task_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("follow_up_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_run_task_id"))
        batch_op.drop_index("ix_follow_up_run_opportunity")

    op.drop_table("follow_up_run")
    with op.batch_alter_table("follow_up_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_line_follow_up_id"))

    op.drop_table("follow_up_line")
    op.drop_table("follow_up")
