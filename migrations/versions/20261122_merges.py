"""Merges of two records."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "6ec17d6dcd32"
down_revision = "d81f5b20c6e4"


def upgrade() -> None:
    op.create_table("merge",
    sa.Column("record_type", sa.String(length=40), nullable=False),
    sa.Column("kept_id", sa.Integer(), nullable=False),
    sa.Column("gone_id", sa.Integer(), nullable=False),
    sa.Column("gone_name", sa.String(length=200), nullable=False),
    sa.Column("before", sa.JSON(), nullable=False, comment="Values that the kept one had, where they changed"),
    sa.Column("after", sa.JSON(), nullable=False, comment="The same fields afterwards"),
    sa.Column("moved", sa.JSON(), nullable=False, comment="[table, column, keys of rows] that pointed at the one that is gone"),
    sa.Column("undone_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("public_ref", sa.String(length=16), nullable=False),
    sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_by_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_merge_created_by_id"), ondelete="SET NULL"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    sa.UniqueConstraint("public_ref", name=op.f("uq_merge_public_ref"))
    )
    with op.batch_alter_table("merge", schema=None) as batch_op:
        batch_op.create_index("ix_merge_gone", ["record_type", "gone_id"], unique=False)
        batch_op.create_index("ix_merge_kept", ["record_type", "kept_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("merge", schema=None) as batch_op:
        batch_op.drop_index("ix_merge_kept")
        batch_op.drop_index("ix_merge_gone")

    op.drop_table("merge")
