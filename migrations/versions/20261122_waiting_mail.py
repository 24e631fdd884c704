"""What waits for a decision is found at once among all mail."""

import sqlalchemy as sa
from alembic import op

revision = "c2f40a8d17e5"
down_revision = "9d41c7e6b0a2"

WAITING = sa.text("state IN ('held', 'failed')")


def upgrade() -> None:
    op.create_index(
        "ix_incoming_message_waiting", "incoming_message", ["state", "acting_user_id"], sqlite_where=WAITING, postgresql_where=WAITING
    )


def downgrade() -> None:
    op.drop_index("ix_incoming_message_waiting", table_name="incoming_message")
