"""Who was told of a note, and the task that a note asks for."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "3960cbad9dd4"
down_revision = "b0a2d7c6e514"


def upgrade() -> None:
    op.create_table(
        "informed",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_informed_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["timeline_entry.id"], name=op.f("fk_informed_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_informed_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_informed")),
        sa.UniqueConstraint("entry_id", "user_id", name=op.f("uq_informed_entry_id_user_id")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_informed_public_ref")),
    )
    with op.batch_alter_table("informed", schema=None) as batch_op:
        batch_op.create_index("ix_informed_user", ["user_id", "seen_at", "id"], unique=False)

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("entry_id", sa.Integer(), nullable=True, comment="The line of history that asks for it")
        )
        batch_op.create_unique_constraint(batch_op.f("uq_task_entry_id"), ["entry_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_task_entry_id"), "timeline_entry", ["entry_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_task_entry_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_task_entry_id"), type_="unique")
        batch_op.drop_column("entry_id")

    with op.batch_alter_table("informed", schema=None) as batch_op:
        batch_op.drop_index("ix_informed_user")

    op.drop_table("informed")
