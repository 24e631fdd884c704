"""Files that become rows of a prospecting order."""

import sqlalchemy as sa
from alembic import op

revision = "e8c1f2a95b07"
down_revision = "e443da6e13e0"


def upgrade() -> None:
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("order_id", sa.Integer(), nullable=True, comment="Of prospect rows: the order that they go into"))
        batch_op.create_index(batch_op.f("ix_import_run_order_id"), ["order_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_import_run_order_id"), "prospecting_order", ["order_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_import_run_order_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_import_run_order_id"))
        batch_op.drop_column("order_id")
