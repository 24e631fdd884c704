"""Whose each line of history is stands beside it: the latest of a few people are found without passing everybody's."""

import sqlalchemy as sa
from alembic import op

from app.models.timeline_holders import HOLDERS

revision = "5d2b90c7f1e3"
down_revision = "9e4c27d1b0f6"


def upgrade() -> None:
    op.create_table(
        "timeline_holder",
        sa.Column("holds", sa.SmallInteger(), autoincrement=False, nullable=False, comment="1 a person, 2 a team, 3 a team that may take it"),
        sa.Column("holder_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("holds", "holder_id", "occurred_at", "entry_id", name=op.f("pk_timeline_holder")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_timeline_holder_entry_id", "timeline_holder", ["entry_id"], sqlite_where=sa.text("entry_id IS NULL"))
    op.create_table(
        "timeline_handed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=12), nullable=False, comment="The table of the record, or line"),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_handed")),
    )


def downgrade() -> None:
    for each in HOLDERS.not_keeping(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(each)
    op.drop_table("timeline_handed")
    op.drop_table("timeline_holder")
