"""Roles stand above each other."""

import sqlalchemy as sa
from alembic import op

revision = "5d0c7ab1e6f3"
down_revision = "13293d8004a4"


def upgrade() -> None:
    op.create_table(
        "role_tree",
        sa.Column("role_id", sa.Integer(), nullable=False, comment="A role has one place"),
        sa.Column("parent_id", sa.Integer(), nullable=False, comment="The role above"),
        sa.CheckConstraint("role_id <> parent_id", name=op.f("ck_role_tree_not_below_itself")),
        sa.ForeignKeyConstraint(["parent_id"], ["ab_role.id"], name=op.f("fk_role_tree_parent_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], name=op.f("fk_role_tree_role_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_role_tree")),
    )
    op.create_index("ix_role_tree_parent_id", "role_tree", ["parent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("role_tree")
