"""The figures of the board, kept for each owner and team; ``flask crm setup`` finds the triggers gone and counts anew."""

import sqlalchemy as sa
from alembic import op

from app.models.board_totals import no_triggers

revision = "c41f0be8d27a"
down_revision = "5b0c7de1f6a4"


def _empty() -> None:
    for each in (*no_triggers(op.get_bind().dialect.name), "DELETE FROM board_total"):
        op.get_bind().exec_driver_sql(each)


def upgrade() -> None:
    _empty()
    op.add_column("board_total", sa.Column("owner_id", sa.Integer(), nullable=True))
    op.add_column("board_total", sa.Column("team_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    _empty()
    with op.batch_alter_table("board_total") as batch:
        batch.drop_column("team_id")
        batch.drop_column("owner_id")
