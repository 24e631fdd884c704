"""Any number of schedules may tick: when each job of the clock began last."""

import sqlalchemy as sa
from alembic import op

revision = "5b1e90c7d3a6"
down_revision = "b3f6d20c8e17"


def upgrade() -> None:
    op.create_table(
        "tick",
        sa.Column("job", sa.String(80), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_tick"),
    )


def downgrade() -> None:
    op.drop_table("tick")
