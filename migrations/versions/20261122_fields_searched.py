"""How far records have followed a field that began or ceased to be searched."""

import sqlalchemy as sa
from alembic import op

revision = "9d41c7e6b0a2"
down_revision = "7b9e1aaf73ca"


def upgrade() -> None:
    op.add_column("custom_field", sa.Column(
        "search_from", sa.Integer(), nullable=True, comment="Records after this key have not followed the last change of is_searched",
    ))


def downgrade() -> None:
    with op.batch_alter_table("custom_field") as batch_op:
        batch_op.drop_column("search_from")
