"""The latest messages of a sender are found without reading all of them."""

from alembic import op

revision = "b7c1e0a5d942"
down_revision = "e4fc31157f88"


def upgrade() -> None:
    op.create_index("ix_incoming_message_sender", "incoming_message", ["sender_address", "received_at"])
    op.drop_index("ix_incoming_message_sender_address", table_name="incoming_message")


def downgrade() -> None:
    op.create_index("ix_incoming_message_sender_address", "incoming_message", ["sender_address"])
    op.drop_index("ix_incoming_message_sender", table_name="incoming_message")
