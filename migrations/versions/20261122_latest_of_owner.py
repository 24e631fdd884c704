"""The index of what one person has, the latest first."""

from alembic import op

revision = "d81f5b20c6e4"
down_revision = "60db5e1fcab5"


def upgrade() -> None:
    op.create_index("ix_opportunity_of_owner", "opportunity", ["owner_id", "last_activity_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_opportunity_of_owner", table_name="opportunity")
