"""What a waiting mail speaks of, and the rights that it was written under."""

import sqlalchemy as sa
from alembic import op

revision = "3f9a6d10c47b"
down_revision = "7be04c19d2f5"

ABOUT = "Of the record that it speaks of: read by whoever gets it, or not sent"
RIGHTS = "The last change of rights that it was written under"


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("about_type", sa.String(20), nullable=True, comment=ABOUT))
    op.add_column("outgoing_mail", sa.Column("about_id", sa.Integer(), nullable=True))
    op.add_column("outgoing_mail", sa.Column("rights_version", sa.Integer(), nullable=True, comment=RIGHTS))


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mail") as batch_op:
        for name in ("rights_version", "about_id", "about_type"):
            batch_op.drop_column(name)
