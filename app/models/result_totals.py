"""What was won, lost and cancelled in each month, and what began in each, kept beside the opportunities: a table for each way to tell it apart.

A line holds what was closed (of a cohort: what began) within a month of UTC, but for its first and its last day: wherever a reader lives, these days
lie in the same month for them. What was closed on the days between two months is counted.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from app.domain.results import COUNTED
from app.models.base import Model
from app.models.kept_totals import KeptTotals, Sql, cents, column, one, seconds

GROUPED = ("month", "status", "currency", "owner_id", "team_id")  # and what the lines of a table tell apart besides
_WRITTEN = (*GROUPED[1:], "amount", "closed_at", "created_at", "archived_at")
_CLOSED = ", ".join(f"'{status.value}'" for status in COUNTED)


def _table(name: str, *what: Column[int]) -> Table:
    return Table(
        name, Model.metadata,
        Column("id", Integer, primary_key=True),
        Column("month", String(7), nullable=False, comment="Such as 2026-11, in UTC"),
        Column("status", String(12), nullable=False),
        Column("currency", String(3), nullable=False),
        Column("owner_id", Integer),
        Column("team_id", Integer),
        *what,
        Column("opportunities", BigInteger, nullable=False),
        Column("cents", BigInteger, nullable=False),
        Column("seconds", BigInteger, nullable=False, comment="From the beginning to the closing, of the won ones"),
        Index(f"ix_{name}_month", "month"),
    )


result_total = _table("result_total", Column("pipeline_id", Integer, nullable=False))
campaign_total = _table("campaign_total", Column("campaign_id", Integer))
reason_total = _table("reason_total", Column("reason_id", Integer))
competitor_total = _table("competitor_total", Column("competitor_id", Integer))
cohort_total = _table("cohort_total")


def _month(of: str) -> Sql:
    return lambda row, dialect: f"strftime('%Y-%m', {row}.{of})" if dialect == "sqlite" else f"to_char({row}.{of} AT TIME ZONE 'UTC', 'YYYY-MM')"


def _took(row: str, dialect: str) -> str:
    took = f"{seconds('closed_at')(row, dialect)} - {seconds('created_at')(row, dialect)}"
    return f"CASE WHEN {row}.status = 'won' THEN coalesce({took}, 0) ELSE 0 END"


def _within(of: str, row: str, dialect: str) -> str:
    """That moment lies neither on the first nor on the last day of a month."""
    if dialect == "sqlite":
        return f"strftime('%d', {row}.{of}) > '01' AND {row}.{of} < date({row}.{of}, 'start of month', '+1 month', '-1 day')"
    at = f"({row}.{of} AT TIME ZONE 'UTC')"
    return f"extract(day FROM {at}) > 1 AND {at} < date_trunc('month', {at}) + interval '1 month' - interval '1 day'"


def _is_closed(row: str, dialect: str) -> str:
    return f"{row}.archived_at IS NULL AND {row}.closed_at IS NOT NULL AND {row}.status IN ({_CLOSED}) AND {_within('closed_at', row, dialect)}"


def _began(row: str, dialect: str) -> str:
    return f"{row}.archived_at IS NULL AND {_within('created_at', row, dialect)}"


def _kept(table: Table, of: str, counts: Sql) -> KeptTotals:
    names = [each.name for each in table.c if each.name not in ("id", "month", "opportunities", "cents", "seconds")]
    return KeptTotals(
        table, "opportunity", {"month": _month(of), **{name: column(name) for name in names}},
        {"opportunities": one, "cents": cents, "seconds": _took}, tuple(dict.fromkeys((*_WRITTEN, *names))), counts,
    )  # fmt: skip


RESULTS = tuple(_kept(table, "closed_at", _is_closed) for table in (result_total, campaign_total, reason_total, competitor_total))
COHORTS = _kept(cohort_total, "created_at", _began)
