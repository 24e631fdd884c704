"""The index of the board."""

from alembic import op

revision = "b7c2f0a94d31"
down_revision = "b7c1e0a5d942"


def upgrade() -> None:
    op.create_index(
        "ix_opportunity_board",
        "opportunity",
        [
            "pipeline_id", "status", "step_id", "starred", "last_activity_at", "id", "archived_at", "currency", "amount", "probability",
            "step_entered_at", "owner_id", "team_id",
        ],  # fmt: skip
    )


def downgrade() -> None:
    op.drop_index("ix_opportunity_board", table_name="opportunity")
