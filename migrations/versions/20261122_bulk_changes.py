"""Changes of many records at once."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "ab56d2592dfa"
down_revision = "38a246941ea2"


def upgrade() -> None:
    op.create_table(
        "bulk_change",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False, comment="archive, restore, or the name of a field"),
        sa.Column("value", sa.JSON(), nullable=True, comment="Of the field; the key of a record"),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "done",
                "stopped",
                "failed",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=10,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("ended_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_bulk_change_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["bulk_change.id"], name=op.f("fk_bulk_change_undoes_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_bulk_change_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_bulk_change_public_ref")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_bulk_change_undoes_id")),
    )
    op.create_index(op.f("ix_bulk_change_state"), "bulk_change", ["state"], unique=False)
    op.create_index(op.f("ix_bulk_change_user_id"), "bulk_change", ["user_id"], unique=False)

    op.create_table(
        "bulk_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "done", "refused", name="state_known", native_enum=False, create_constraint=True, length=10
            ),
            nullable=False,
        ),
        sa.Column("before", sa.JSON(), nullable=True, comment="The value that it had"),
        sa.Column("because", sa.String(length=200), nullable=False, comment="Of a refusal: its sentence in English"),
        sa.Column("params", sa.JSON(), nullable=False, comment="The places of that sentence"),
        sa.ForeignKeyConstraint(
            ["change_id"], ["bulk_change.id"], name=op.f("fk_bulk_item_change_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_item")),
        sa.UniqueConstraint("change_id", "subject_id", name=op.f("uq_bulk_item_change_id_subject_id")),
    )
    op.create_index("ix_bulk_item_waiting", "bulk_item", ["change_id", "state", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_bulk_item_waiting", table_name="bulk_item")

    op.drop_table("bulk_item")
    op.drop_index(op.f("ix_bulk_change_user_id"), table_name="bulk_change")
    op.drop_index(op.f("ix_bulk_change_state"), table_name="bulk_change")

    op.drop_table("bulk_change")
