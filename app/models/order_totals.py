"""How many rows an order has, kept beside them: the database itself writes a line with each row that comes, goes or changes its state.

A line is of one order, place, operator, salesperson and state; what somebody may count is the sum of the lines within their reach. Lines are only
added, so nobody waits for anybody; a job folds them together.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from app.models.base import Model

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
TRIGGERS = ("order_total_in", "order_total_changed", "order_total_out")
_KEYS = ", ".join(GROUPED)
_INTO = f"INSERT INTO order_total ({_KEYS}, rows)"


def _line(row: str, count: int) -> str:
    return f"{_INTO} VALUES ({', '.join(f'{row}.{name}' for name in GROUPED)}, {count})"


def counted(rows: str = "prospect_row") -> str:
    """The lines of all ``rows`` at once, one for each group."""
    return f"{_INTO} SELECT {_KEYS}, count(*) FROM {rows} GROUP BY {_KEYS}"  # noqa: S608 - names of our own


def folding(dialect: str, top: int) -> list[str]:
    """Put the sum of the lines up to the key ``top`` in their place: one line for each group that has any row."""
    of_lines = f"{_INTO} SELECT {_KEYS}, sum(rows) FROM {{lines}} GROUP BY {_KEYS} HAVING sum(rows) <> 0"  # noqa: S608 - names of our own
    old = f"DELETE FROM order_total WHERE id <= {int(top)}"  # noqa: S608
    if dialect == "sqlite":  # nobody else writes meanwhile
        return [of_lines.format(lines=f"order_total WHERE id <= {int(top)}"), old]
    return [f"WITH gone AS ({old} RETURNING {_KEYS}, rows) {of_lines.format(lines='gone')}"]


def no_triggers(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS]
    return [*(f"DROP TRIGGER IF EXISTS {name} ON prospect_row" for name in TRIGGERS), *(f"DROP FUNCTION IF EXISTS {name}()" for name in TRIGGERS)]


def triggers(dialect: str) -> list[str]:
    """The statements that make the database keep the lines; those that were there before are replaced."""
    come, gone, is_other = _line("NEW", 1), _line("OLD", -1), "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    differs = " OR ".join(f"OLD.{name} {is_other} NEW.{name}" for name in GROUPED)
    if dialect == "sqlite":
        return [
            *no_triggers(dialect), f"CREATE TRIGGER order_total_in AFTER INSERT ON prospect_row BEGIN {come}; END",
            f"CREATE TRIGGER order_total_changed AFTER UPDATE OF {_KEYS} ON prospect_row WHEN {differs} BEGIN {gone}; {come}; END",
            f"CREATE TRIGGER order_total_out AFTER DELETE ON prospect_row BEGIN {gone}; END",
        ]
    # Rows that come or go by one statement are counted by one.
    bodies = {"order_total_in": counted("came"), "order_total_changed": f"{gone}; {come}", "order_total_out": counted("went").replace("count(*)", "-count(*)")}
    made = [f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$" for name, body in bodies.items()]
    return [
        *no_triggers(dialect), *made,
        "CREATE TRIGGER order_total_in AFTER INSERT ON prospect_row REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION order_total_in()",
        f"CREATE TRIGGER order_total_changed AFTER UPDATE ON prospect_row FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION order_total_changed()",
        "CREATE TRIGGER order_total_out AFTER DELETE ON prospect_row REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION order_total_out()",
    ]
