"""The figures of the board, kept by the database with each change of an opportunity."""

import sqlalchemy as sa
from alembic import op

from app.models.board_totals import no_triggers

revision = "b0a2d7c6e514"
down_revision = "172aa4b6f18b"


def _run(statements: list[str]) -> None:
    for each in statements:
        op.get_bind().exec_driver_sql(each)


def upgrade() -> None:
    op.create_table("board_total",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("pipeline_id", sa.Integer(), nullable=False),
    sa.Column("step_id", sa.Integer(), nullable=False),
    sa.Column("status", sa.String(length=12), nullable=False),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.Column("opportunities", sa.BigInteger(), nullable=False),
    sa.Column("priced", sa.BigInteger(), nullable=False, comment="Those of them that have an amount"),
    sa.Column("cents", sa.BigInteger(), nullable=False),
    sa.Column("weighted", sa.Numeric(precision=30, scale=4), nullable=False, comment="Amount by percent, of those with a probability of their own"),
    sa.Column("unweighted", sa.BigInteger(), nullable=False, comment="Cents of those without"),
    sa.Column("entered", sa.BigInteger(), nullable=False, comment="Seconds since 1970 at which they came into their step, all together"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_board_total"))
    )
    op.create_index("ix_board_total_pipeline_id", "board_total", ["pipeline_id"], unique=False)


def downgrade() -> None:
    _run(no_triggers(op.get_bind().dialect.name))
    op.drop_table("board_total")
