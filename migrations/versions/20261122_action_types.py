"""Kinds of action of the firm's own."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "427af3cb8260"
down_revision = "6ec17d6dcd32"


def upgrade() -> None:
    op.create_table(
        "action_type",
        sa.Column(
            "kind",
            sa.Enum(
                "note",
                "call",
                "email_in",
                "email_out",
                "meeting",
                "form",
                "system",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column(
            "symbol",
            sa.Enum(
                "talk",
                "telephone",
                "calendar",
                "screen",
                "video",
                "place",
                "people",
                "fair",
                "paper",
                "parcel",
                "tools",
                "gift",
                name="symbol_known",
                native_enum=False,
                create_constraint=True,
                length=12,
            ),
            nullable=False,
        ),
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
        sa.CheckConstraint("kind IN ('note', 'call', 'meeting')", name=op.f("ck_action_type_kind_of_a_person")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_action_type_created_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_type")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_action_type_public_ref")),
    )
    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("action_type_id", sa.Integer(), nullable=True, comment="A kind of the firm's own")
        )
        batch_op.create_index("ix_timeline_entry_action_type", ["action_type_id", "occurred_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_timeline_entry_action_type_id"),
            "action_type",
            ["action_type_id"],
            ["id"],
            ondelete="RESTRICT",
        )


def downgrade() -> None:
    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_timeline_entry_action_type_id"), type_="foreignkey")
        batch_op.drop_index("ix_timeline_entry_action_type")
        batch_op.drop_column("action_type_id")

    op.drop_table("action_type")
