"""An appointment that somebody said took place."""

import sqlalchemy as sa
from alembic import op

revision = "c83d5f20a1be"
down_revision = "e8c1f2a95b07"


def upgrade() -> None:
    op.add_column("appointment", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True, comment="When somebody said that it took place"))


def downgrade() -> None:
    with op.batch_alter_table("appointment") as table:
        table.drop_column("done_at")
