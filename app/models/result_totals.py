"""What was won, lost and cancelled in each month, kept beside the opportunities: the database itself writes a line with each change of a closed one.

A line holds what was closed within a month of UTC, but for its first and its last day: wherever a reader lives, these days lie in the same month for
them. What was closed on the days between two months is counted. Lines are only added, so nobody waits for anybody; a job folds them together.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from app.domain.results import COUNTED
from app.models.base import Model

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
SUMMED = ("opportunities", "cents", "seconds")
TRIGGERS = ("result_total_in", "result_total_changed", "result_total_out")
_KEYS = ", ".join(GROUPED)
_INTO = f"INSERT INTO result_total ({_KEYS}, {', '.join(SUMMED)})"
_CHANGED = ("status", "currency", "amount", "closed_at", "created_at", "archived_at", "owner_id", "team_id", "pipeline_id")
_CLOSED = ", ".join(f"'{status.value}'" for status in COUNTED)


def _month(row: str, dialect: str) -> str:
    return f"strftime('%Y-%m', {row}.closed_at)" if dialect == "sqlite" else f"to_char({row}.closed_at AT TIME ZONE 'UTC', 'YYYY-MM')"


def _is_kept(row: str, dialect: str) -> str:
    """Closed, and neither on the first nor on the last day of a month."""
    if dialect == "sqlite":
        within = f"strftime('%d', {row}.closed_at) > '01' AND {row}.closed_at < date({row}.closed_at, 'start of month', '+1 month', '-1 day')"
    else:
        at = f"({row}.closed_at AT TIME ZONE 'UTC')"
        within = f"extract(day FROM {at}) > 1 AND {at} < date_trunc('month', {at}) + interval '1 month' - interval '1 day'"
    return f"{row}.archived_at IS NULL AND {row}.closed_at IS NOT NULL AND {row}.status IN ({_CLOSED}) AND {within}"


def _of(row: str, dialect: str) -> list[str]:
    """What one opportunity adds, in the order of ``SUMMED``."""
    whole = "integer" if dialect == "sqlite" else "bigint"
    at = "CAST(strftime('%s', {}) AS INTEGER)" if dialect == "sqlite" else "CAST(extract(epoch FROM {}) AS bigint)"
    took = f"{at.format(f'{row}.closed_at')} - {at.format(f'{row}.created_at')}"
    return ["1", f"coalesce(CAST(round({row}.amount * 100) AS {whole}), 0)", f"CASE WHEN {row}.status = 'won' THEN {took} ELSE 0 END"]


def _keys(row: str, dialect: str) -> str:
    return ", ".join([_month(row, dialect), *(f"{row}.{name}" for name in GROUPED[1:])])


def _line(row: str, sign: str, dialect: str) -> str:
    return f"{_INTO} SELECT {_keys(row, dialect)}, {', '.join(f'{sign}({each})' for each in _of(row, dialect))} WHERE {_is_kept(row, dialect)}"


def counted(dialect: str, rows: str = "opportunity") -> str:
    """The lines of all ``rows`` at once, one for each group."""
    keys, sums = _keys("o", dialect), ", ".join(f"sum({each})" for each in _of("o", dialect))
    return f"{_INTO} SELECT {keys}, {sums} FROM {rows} o WHERE {_is_kept('o', dialect)} GROUP BY {keys}"  # noqa: S608 - names of our own


def folding(dialect: str, top: int) -> list[str]:
    """Put the sum of the lines up to the key ``top`` in their place: one line for each group that has anything."""
    names, sums = ", ".join(SUMMED), ", ".join(f"sum({each})" for each in SUMMED)
    of_lines = f"{_INTO} SELECT {_KEYS}, {sums} FROM {{lines}} GROUP BY {_KEYS} HAVING sum(opportunities) <> 0"  # noqa: S608 - names of our own
    old = f"DELETE FROM result_total WHERE id <= {int(top)}"  # noqa: S608
    if dialect == "sqlite":  # nobody else writes meanwhile
        return [of_lines.format(lines=f"result_total WHERE id <= {int(top)}"), old]
    return [f"WITH gone AS ({old} RETURNING {_KEYS}, {names}) {of_lines.format(lines='gone')}"]


def no_triggers(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS]
    return [*(f"DROP TRIGGER IF EXISTS {name} ON opportunity" for name in TRIGGERS), *(f"DROP FUNCTION IF EXISTS {name}()" for name in TRIGGERS)]


def triggers(dialect: str) -> list[str]:
    """The statements that make the database keep the lines; those that were there before are replaced. What is open costs nothing."""
    new, old, is_other = _line("NEW", "+", dialect), _line("OLD", "-", dialect), "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    differs = " OR ".join(f"OLD.{name} {is_other} NEW.{name}" for name in _CHANGED)
    changed = f"WHEN ((OLD.closed_at IS NOT NULL OR NEW.closed_at IS NOT NULL) AND ({differs}))"
    if dialect == "sqlite":
        return [
            *no_triggers(dialect),
            f"CREATE TRIGGER result_total_in AFTER INSERT ON opportunity WHEN NEW.closed_at IS NOT NULL BEGIN {new}; END",
            f"CREATE TRIGGER result_total_changed AFTER UPDATE OF {', '.join(_CHANGED)} ON opportunity {changed} BEGIN {old}; {new}; END",
            f"CREATE TRIGGER result_total_out AFTER DELETE ON opportunity WHEN OLD.closed_at IS NOT NULL BEGIN {old}; END",
        ]
    bodies = {"result_total_in": new, "result_total_changed": f"{old}; {new}", "result_total_out": old}
    made = [f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$" for name, body in bodies.items()]
    on = "ON opportunity FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
    return [
        *no_triggers(dialect), *made,
        f"CREATE TRIGGER result_total_in AFTER INSERT {on.format(when='WHEN (NEW.closed_at IS NOT NULL)', name='result_total_in')}",
        f"CREATE TRIGGER result_total_changed AFTER UPDATE {on.format(when=changed, name='result_total_changed')}",
        f"CREATE TRIGGER result_total_out AFTER DELETE {on.format(when='WHEN (OLD.closed_at IS NOT NULL)', name='result_total_out')}",
    ]
