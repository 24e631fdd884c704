"""Kept numbers of rows of orders, which ``flask crm setup`` counts; official numbers are found in every order; how long rows are kept."""

import re
import sqlite3

import sqlalchemy as sa
from alembic import op

revision = "7d1f3a86c2e9"
down_revision = "d4b07c91e6a3"
NUMBERS = ("nip", "regon", "siren")


def upgrade() -> None:
    op.create_table(
        "order_total",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True), sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True), sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk_order_total")),
    )
    op.create_index("ix_order_total_of", "order_total", ["order_id", "state"])
    op.create_index("ix_order_total_place", "order_total", ["assignment_id"])
    op.create_index("ix_order_total_operator", "order_total", ["operator_id"])
    op.add_column("prospecting_order", sa.Column("keep_months", sa.Integer(), nullable=False, server_default=sa.text("36"),
                                                 comment="How long a row is kept after it was collected, or its company reached"))
    op.add_column("prospecting_order", sa.Column("cleared_rows", sa.Integer(), nullable=False, server_default=sa.text("0"), comment="Whose term is over"))
    _find_by_numbers()


def _find_by_numbers() -> None:
    """As the program keeps them from now on."""
    bind = op.get_bind()
    digits = "regexp_replace(r.{name}, '[^0-9]', '', 'g')"
    if bind.dialect.name == "sqlite":
        raw = bind.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.create_function("digits_of", 1, lambda text: re.sub("[^0-9]", "", text), deterministic=True)
        digits = "digits_of(r.{name})"
    for name in NUMBERS:
        said = digits.format(name=name)
        bind.exec_driver_sql(
            f"INSERT INTO prospect_row_key (key, row_id) SELECT '{name}:' || {said}, r.id FROM prospect_row r "  # noqa: S608 - names of our own
            f"WHERE r.{name} IS NOT NULL AND {said} <> '' "
            f"AND NOT EXISTS (SELECT 1 FROM prospect_row_key k WHERE k.row_id = r.id AND k.key = '{name}:' || {said})"
        )


def downgrade() -> None:
    for each in ("order_total_in", "order_total_changed", "order_total_out"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER IF EXISTS {each}")
        else:
            op.execute(f"DROP TRIGGER IF EXISTS {each} ON prospect_row")
            op.execute(f"DROP FUNCTION IF EXISTS {each}()")
    op.drop_column("prospecting_order", "cleared_rows")
    op.drop_column("prospecting_order", "keep_months")
    op.drop_index("ix_order_total_operator", "order_total")
    op.drop_index("ix_order_total_place", "order_total")
    op.drop_index("ix_order_total_of", "order_total")
    op.drop_table("order_total")
