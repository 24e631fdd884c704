"""The calendar part of an invitation that we send."""

import sqlalchemy as sa
from alembic import op

revision = "b83d1c60f2a7"
down_revision = "5e1f0c9a7d42"


def upgrade() -> None:
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=True, comment="The iCalendar part, which names its own METHOD"))


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_column("calendar")
