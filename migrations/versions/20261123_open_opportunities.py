"""The list of what is to be done, the liveliest first, comes from an index of its own."""

from alembic import op

revision = "5d0f3a91c6be"
down_revision = "f20c6b84e71d"


def upgrade() -> None:
    op.create_index("ix_opportunity_of_status", "opportunity", ["status", "last_activity_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_opportunity_of_status", table_name="opportunity")
