"""The list of opportunities of a team from an index, and what it was given and nobody took."""

import sqlalchemy as sa
from alembic import op

revision = "7d3e90b1c254"
down_revision = "7d1f3a86c2e9"

FREE = sa.text("owner_id IS NULL")


def upgrade() -> None:
    op.create_index("ix_opportunity_of_team", "opportunity", ["team_id", "last_activity_at", "id"])
    op.create_index(
        "ix_opportunity_free", "opportunity", ["team_id", "last_activity_at", "id"], sqlite_where=FREE, postgresql_where=FREE
    )


def downgrade() -> None:
    op.drop_index("ix_opportunity_free", table_name="opportunity")
    op.drop_index("ix_opportunity_of_team", table_name="opportunity")
