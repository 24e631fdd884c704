"""Taught layouts of forms."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "4ca9bbc52b2e"
down_revision = "ad647cd66666"


def upgrade() -> None:
    op.create_table(
        "form_layout",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False, comment="Address or domain, lower case"),
        sa.Column("subject", sa.String(length=200), nullable=False, comment="Part of the subject; empty: any"),
        sa.Column(
            "labels",
            sa.JSON(),
            nullable=False,
            comment="Pairs of a label as it stands in the mail and a Meaning, in the order of the form",
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("pipeline_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("taught_from_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_form_layout_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["ab_user.id"], name=op.f("fk_form_layout_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["pipeline.id"], name=op.f("fk_form_layout_pipeline_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["taught_from_id"], ["incoming_message.id"], name=op.f("fk_form_layout_taught_from_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_form_layout_team_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_layout")),
        sa.UniqueConstraint("name", name=op.f("uq_form_layout_name")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_form_layout_public_ref")),
    )


def downgrade() -> None:
    op.drop_table("form_layout")
