"""Kept results, which ``flask crm setup`` counts."""

import sqlalchemy as sa
from alembic import op

revision = "f20c6b84e71d"
down_revision = "2b9c04e7d5f1"


def upgrade() -> None:
    op.create_table(
        "result_total",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False, comment="Such as 2026-11, in UTC"),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("pipeline_id", sa.Integer(), nullable=False),
        sa.Column("opportunities", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False, comment="From the beginning to the closing, of the won ones"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_total")),
    )
    op.create_index("ix_result_total_month", "result_total", ["month"])


def downgrade() -> None:
    for each in ("result_total_in", "result_total_changed", "result_total_out"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER IF EXISTS {each}")
        else:
            op.execute(f"DROP TRIGGER IF EXISTS {each} ON opportunity")
            op.execute(f"DROP FUNCTION IF EXISTS {each}()")
    op.drop_index("ix_result_total_month", "result_total")
    op.drop_table("result_total")
