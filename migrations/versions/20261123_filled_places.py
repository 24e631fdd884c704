"""Lines of history without an engagement or an own kind of action stand in no index of these."""

import sqlalchemy as sa
from alembic import op

revision = "2b9c04e7d5f1"
down_revision = "8e15b7c3d092"

NAMES = ("engagement", "action_type")


def upgrade() -> None:
    for name in NAMES:
        where = sa.text(f"{name}_id IS NOT NULL")
        op.drop_index(f"ix_timeline_entry_{name}", table_name="timeline_entry")
        op.create_index(
            f"ix_timeline_entry_{name}", "timeline_entry", [f"{name}_id", "occurred_at"], sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    for name in NAMES:
        op.drop_index(f"ix_timeline_entry_{name}", table_name="timeline_entry")
        op.create_index(f"ix_timeline_entry_{name}", "timeline_entry", [f"{name}_id", "occurred_at"])
