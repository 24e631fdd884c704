"""How many rows an order has, kept beside them: a line is of one order, place, operator, salesperson and state."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from app.models.base import Model
from app.models.kept_totals import KeptTotals, column, every, one

order_total = Table(
    "order_total", Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("order_id", Integer, nullable=False),
    Column("assignment_id", Integer),
    Column("operator_id", Integer),
    Column("owner_id", Integer),
    Column("state", String(12), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Index("ix_order_total_of", "order_id", "state"),
    Index("ix_order_total_place", "assignment_id"), Index("ix_order_total_operator", "operator_id"),
)

GROUPED = ("order_id", "assignment_id", "operator_id", "owner_id", "state")

ORDER_ROWS = KeptTotals(
    order_total, "prospect_row", {name: column(name) for name in GROUPED}, {"rows": one}, GROUPED, every,
)  # fmt: skip
