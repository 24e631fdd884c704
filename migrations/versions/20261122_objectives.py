"""Objectives."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "d4b07c91e6a3"
down_revision = "c41f0be8d27a"


def upgrade() -> None:
    op.create_table(
        "objective",
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column(
            "measure",
            sa.Enum(
                "won_amount", "won_count", "created", "calls", "meetings",
                name="measure_known", native_enum=False, create_constraint=True, length=12,
            ),
            nullable=False,
        ),
        sa.Column(
            "every",
            sa.Enum("month", "quarter", name="every_known", native_enum=False, create_constraint=True, length=12),
            nullable=False,
        ),
        sa.Column("target", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False, comment="Of an amount"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(owner_id IS NULL) <> (team_id IS NULL)", name=op.f("ck_objective_person_or_team")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_objective_ends_after_start")),
        sa.CheckConstraint("target > 0", name=op.f("ck_objective_target_above_zero")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_objective_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["owner_id"], ["ab_user.id"], name=op.f("fk_objective_owner_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_objective_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_objective_public_ref")),
    )
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objective_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objective_team_id"), ["team_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objective_team_id"))
        batch_op.drop_index(batch_op.f("ix_objective_owner_id"))

    op.drop_table("objective")
