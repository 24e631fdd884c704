"""Where a person begins."""

import sqlalchemy as sa
from alembic import op

revision = "5e1f0c9a7d42"
down_revision = "91eaa12add82"


def upgrade() -> None:
    op.add_column("ab_user", sa.Column("start_page", sa.String(length=80), server_default="", nullable=False,
                                       comment="Empty: what their rights suggest; page:<name in the menu>; view:<key of a saved view>"))


def downgrade() -> None:
    op.drop_column("ab_user", "start_page")
