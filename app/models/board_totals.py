"""What the board adds up, kept beside the opportunities. The figures of a step are the sums of its lines."""

from sqlalchemy import BigInteger, Column, Index, Integer, Numeric, String, Table

from app.models.base import Model
from app.models.kept_totals import KeptTotals, cents, column, not_keeping, one, seconds

board_total = Table(
    "board_total", Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("pipeline_id", Integer, nullable=False),
    Column("step_id", Integer, nullable=False),
    Column("status", String(12), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("owner_id", Integer),
    Column("team_id", Integer),
    Column("opportunities", BigInteger, nullable=False),
    Column("priced", BigInteger, nullable=False, comment="Those of them that have an amount"),
    Column("cents", BigInteger, nullable=False),
    Column("weighted", Numeric(30, 4), nullable=False, comment="Amount by percent, of those with a probability of their own"),
    Column("unweighted", BigInteger, nullable=False, comment="Cents of those without"),
    Column("entered", BigInteger, nullable=False, comment="Seconds since 1970 at which they came into their step, all together"),
    Index("ix_board_total_pipeline_id", "pipeline_id"),
)

GROUPED = ("pipeline_id", "step_id", "status", "currency", "owner_id", "team_id")


def _unweighted(row: str, dialect: str) -> str:
    return f"CASE WHEN {row}.probability IS NULL THEN {cents(row, dialect)} ELSE 0 END"


BOARD = KeptTotals(
    board_total, "opportunity", {name: column(name) for name in GROUPED},
    {
        "opportunities": one, "priced": lambda row, dialect: f"CASE WHEN {row}.amount IS NULL THEN 0 ELSE 1 END", "cents": cents,
        "weighted": lambda row, dialect: f"coalesce({row}.amount * {row}.probability, 0)", "unweighted": _unweighted,
        "entered": seconds("step_entered_at"),
    },
    ("pipeline_id", "step_id", "status", "currency", "amount", "probability", "step_entered_at", "archived_at", "owner_id", "team_id"),
    lambda row, dialect: f"{row}.archived_at IS NULL",
)  # fmt: skip


def no_triggers(dialect: str) -> list[str]:
    """Of the database as migrations find it."""
    return not_keeping(dialect, "opportunity", ("board_total_in", "board_total_changed", "board_total_out"))
