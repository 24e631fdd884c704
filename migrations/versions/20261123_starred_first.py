"""The list of opportunities is read in the order of their stars."""

from alembic import op

revision = "a4c81f7b2e90"
down_revision = "d6e62afb7909"


def upgrade() -> None:
    op.create_index("ix_opportunity_by_star", "opportunity", ["starred", "id"])


def downgrade() -> None:
    op.drop_index("ix_opportunity_by_star", table_name="opportunity")
