"""Saved views of lists, and the indexes of their orders."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "7be04c19d2f5"
down_revision = "7950d13fe2c4"

ORDERS = {
    "ix_opportunity_by_title": ("opportunity", "title"), "ix_opportunity_by_amount": ("opportunity", "amount"),
    "ix_opportunity_by_status": ("opportunity", "status"), "ix_opportunity_by_reminder": ("opportunity", "remind_at"),
    "ix_account_by_name": ("account", "name"), "ix_contact_by_name": ("contact", "last_name"), "ix_task_by_due": ("task", "due_at"),
}


def upgrade() -> None:
    op.create_table(
        "list_view",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(length=60), nullable=False, comment="The class of the screen"),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False, comment="Filters and order, as the address of the list has them"),
        sa.Column("columns", sa.JSON(), nullable=False, comment="Empty: those of the list"),
        sa.Column("is_default", sa.Boolean(), nullable=False, comment="Where its person begins"),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True, comment="Whose members see it too"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_list_view_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_list_view_team_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_list_view_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_view")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_list_view_public_ref")),
        sa.UniqueConstraint("user_id", "list_name", "name", name=op.f("uq_list_view_user_id_list_name_name")),
    )
    op.create_index(op.f("ix_list_view_list_name"), "list_view", ["list_name"])
    op.create_index(op.f("ix_list_view_team_id"), "list_view", ["team_id"])
    for name, (table, column) in ORDERS.items():
        op.create_index(name, table, [column, "id"])


def downgrade() -> None:
    for name, (table, _) in ORDERS.items():
        op.drop_index(name, table_name=table)
    op.drop_table("list_view")
