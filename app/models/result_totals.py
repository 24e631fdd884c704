"""What was won, lost and cancelled in each month, kept beside the opportunities.

A line holds what was closed within a month of UTC, but for its first and its last day: wherever a reader lives, these days lie in the same month for
them. What was closed on the days between two months is counted.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from app.domain.results import COUNTED
from app.models.base import Model
from app.models.kept_totals import KeptTotals, cents, column, one, seconds

result_total = Table(
    "result_total", Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("month", String(7), nullable=False, comment="Such as 2026-11, in UTC"),
    Column("status", String(12), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("owner_id", Integer),
    Column("team_id", Integer),
    Column("pipeline_id", Integer, nullable=False),
    Column("opportunities", BigInteger, nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("seconds", BigInteger, nullable=False, comment="From the beginning to the closing, of the won ones"),
    Index("ix_result_total_month", "month"),
)

GROUPED = ("month", "status", "currency", "owner_id", "team_id", "pipeline_id")
_CLOSED = ", ".join(f"'{status.value}'" for status in COUNTED)


def _month(row: str, dialect: str) -> str:
    return f"strftime('%Y-%m', {row}.closed_at)" if dialect == "sqlite" else f"to_char({row}.closed_at AT TIME ZONE 'UTC', 'YYYY-MM')"


def _took(row: str, dialect: str) -> str:
    return f"CASE WHEN {row}.status = 'won' THEN {seconds('closed_at')(row, dialect)} - {seconds('created_at')(row, dialect)} ELSE 0 END"


def _is_kept(row: str, dialect: str) -> str:
    """Closed, and neither on the first nor on the last day of a month."""
    if dialect == "sqlite":
        within = f"strftime('%d', {row}.closed_at) > '01' AND {row}.closed_at < date({row}.closed_at, 'start of month', '+1 month', '-1 day')"
    else:
        at = f"({row}.closed_at AT TIME ZONE 'UTC')"
        within = f"extract(day FROM {at}) > 1 AND {at} < date_trunc('month', {at}) + interval '1 month' - interval '1 day'"
    return f"{row}.archived_at IS NULL AND {row}.closed_at IS NOT NULL AND {row}.status IN ({_CLOSED}) AND {within}"


RESULTS = KeptTotals(
    result_total, "opportunity", {"month": _month, **{name: column(name) for name in GROUPED[1:]}},
    {"opportunities": one, "cents": cents, "seconds": _took},
    ("status", "currency", "amount", "closed_at", "created_at", "archived_at", "owner_id", "team_id", "pipeline_id"), _is_kept,
)  # fmt: skip
