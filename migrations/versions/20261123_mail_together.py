"""What mail writes lies together: keys of messages begin with a day, senders are counted by the hour, and two indexes that others stand in for go."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "9e4c27d1b0f6"
down_revision = "e82b46d0195c"

PORTION = 5_000
DAYS = {"sqlite": "CAST(strftime('%s', sent_at) AS INTEGER) / 86400", "postgresql": "CAST(floor(extract(epoch FROM sent_at) / 86400) AS integer)"}
KEYS = {
    "sqlite": "UPDATE incoming_message SET key = printf('%04x', min(max(coalesce({}, 0), 0), 65535)) || substr(key, 1, 60)",
    "postgresql": "UPDATE incoming_message SET key = lpad(to_hex(least(greatest(coalesce({}, 0), 0), 65535)), 4, '0') || substr(key, 1, 60)",
}
HOURS = {
    "sqlite": "UPDATE incoming_message SET received_hour = CAST(strftime('%s', received_at) AS INTEGER) / 3600",
    "postgresql": "UPDATE incoming_message SET received_hour = CAST(floor(extract(epoch FROM received_at) / 3600) AS integer)",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.add_column("incoming_message", sa.Column("received_hour", sa.Integer(), server_default="0", nullable=False, comment="That of `received_at`, since 1970"))
    op.drop_index("ix_incoming_message_sender", table_name="incoming_message")
    op.execute(KEYS[dialect].format(DAYS[dialect]))
    op.execute(HOURS[dialect])
    op.create_index("ix_incoming_message_lately", "incoming_message", ["received_hour", "sender_address"])
    op.drop_index("ix_opportunity_in_step", table_name="opportunity")
    op.drop_index("ix_opportunity_title", table_name="opportunity")
    if dialect == "postgresql":
        op.execute("ALTER TABLE contact_address SET (fillfactor = 85)")
        op.execute("COMMENT ON COLUMN incoming_message.key IS 'Day of its date, then SHA-256 of Message-ID and fingerprint'")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("COMMENT ON COLUMN incoming_message.key IS 'SHA-256 of Message-ID and fingerprint'")
        op.execute("ALTER TABLE contact_address RESET (fillfactor)")
    op.create_index("ix_opportunity_title", "opportunity", ["search_text"])
    op.create_index("ix_opportunity_in_step", "opportunity", ["step_id", "step_entered_at"])
    op.drop_index("ix_incoming_message_lately", table_name="incoming_message")
    op.drop_column("incoming_message", "received_hour")
    _whole_keys()
    op.create_index("ix_incoming_message_sender", "incoming_message", ["sender_address", "received_at"])


def _whole_keys() -> None:
    """The end of each is made anew of what it was made of."""
    message = sa.table("incoming_message", *(sa.column(name) for name in ("id", "key", "header_id", "fingerprint")))
    asked = sa.select(message).order_by(message.c.id).limit(PORTION)
    change = message.update().where(message.c.id == sa.bindparam("row")).values(key=sa.bindparam("whole"))
    last = 0
    while rows := op.get_bind().execute(asked.where(message.c.id > last)).all():
        op.get_bind().execute(change, [{"row": row.id, "whole": _whole(row)} for row in rows])
        last = rows[-1].id


def _whole(row: sa.Row[tuple[int, str, str | None, str]]) -> str:
    whole = hashlib.sha256(f"{row.header_id or ''}\n{row.fingerprint}".encode()).hexdigest()
    return whole if whole[:60] == row.key[4:] else row.key[4:].ljust(64, "0")
