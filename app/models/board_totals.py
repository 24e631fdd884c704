"""What the board adds up, kept beside the opportunities: the database itself writes a line with each change of one, in the same transaction.

The figures of a step are the sum of its lines; for whoever sees a part, of those of the owners and teams in it. Lines are only added, so nobody
waits for anybody; a job folds them together.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Numeric, String, Table

from app.models.base import Model

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
SUMMED = ("opportunities", "priced", "cents", "weighted", "unweighted", "entered")
_INTO = f"INSERT INTO board_total ({', '.join((*GROUPED, *SUMMED))})"
_CHANGED = ("pipeline_id", "step_id", "status", "currency", "amount", "probability", "step_entered_at", "archived_at", "owner_id", "team_id")
_EPOCH = {
    "sqlite": "CAST(strftime('%s', {row}.step_entered_at) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM {row}.step_entered_at) AS bigint)",
}


def _of(row: str, dialect: str) -> list[str]:
    """What one opportunity adds, in the order of ``SUMMED``."""
    cents = f"coalesce(CAST(round({row}.amount * 100) AS {'integer' if dialect == 'sqlite' else 'bigint'}), 0)"
    return [
        "1", f"CASE WHEN {row}.amount IS NULL THEN 0 ELSE 1 END", cents, f"coalesce({row}.amount * {row}.probability, 0)",
        f"CASE WHEN {row}.probability IS NULL THEN {cents} ELSE 0 END", _EPOCH[dialect].format(row=row),
    ]


def _line(row: str, sign: str, dialect: str) -> str:
    keys = ", ".join(f"{row}.{name}" for name in GROUPED)
    return f"{_INTO} SELECT {keys}, {', '.join(f'{sign}({each})' for each in _of(row, dialect))} WHERE {row}.archived_at IS NULL"


def counted(dialect: str, rows: str = "opportunity") -> str:
    """The lines of all ``rows`` at once, one for each group."""
    keys = ", ".join(f"o.{name}" for name in GROUPED)
    sums = ", ".join(f"sum({each})" for each in _of("o", dialect))
    return f"{_INTO} SELECT {keys}, {sums} FROM {rows} o WHERE o.archived_at IS NULL GROUP BY {keys}"  # noqa: S608 - names of our own


def folding(dialect: str, top: int) -> list[str]:
    """Put the sum of the lines up to the key ``top`` in their place: one line for each group that has anything."""
    keys, names = ", ".join(GROUPED), ", ".join(SUMMED)
    sums = ", ".join(f"sum({each})" for each in SUMMED)
    of_lines = f"{_INTO} SELECT {keys}, {sums} FROM {{lines}} GROUP BY {keys} HAVING sum(opportunities) <> 0"  # noqa: S608 - names of our own
    if dialect == "sqlite":  # nobody else writes meanwhile
        return [of_lines.format(lines=f"board_total WHERE id <= {int(top)}"), f"DELETE FROM board_total WHERE id <= {int(top)}"]  # noqa: S608
    gone = f"WITH gone AS (DELETE FROM board_total WHERE id <= {int(top)} RETURNING {keys}, {names})"  # noqa: S608
    return [f"{gone} {of_lines.format(lines='gone')}"]


TRIGGERS = ("board_total_in", "board_total_changed", "board_total_out")


def triggers(dialect: str) -> list[str]:
    """The statements that make the database keep the lines; those that were there before are replaced."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def no_triggers(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS]
    return [*(f"DROP TRIGGER IF EXISTS {name} ON opportunity" for name in TRIGGERS), *(f"DROP FUNCTION IF EXISTS {name}()" for name in TRIGGERS)]


def _sqlite() -> list[str]:
    new, old = _line("NEW", "+", "sqlite"), _line("OLD", "-", "sqlite")
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _CHANGED)
    return [
        *no_triggers("sqlite"),
        f"CREATE TRIGGER board_total_in AFTER INSERT ON opportunity BEGIN {new}; END",
        f"CREATE TRIGGER board_total_changed AFTER UPDATE OF {', '.join(_CHANGED)} ON opportunity WHEN {differs} BEGIN {old}; {new}; END",
        f"CREATE TRIGGER board_total_out AFTER DELETE ON opportunity BEGIN {old}; END",
    ]


def _postgresql() -> list[str]:
    """Rows that come by one statement are added by one."""
    new, old = _line("NEW", "+", "postgresql"), _line("OLD", "-", "postgresql")
    differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _CHANGED)
    bodies = {"board_total_in": f"{counted('postgresql', 'came')};", "board_total_changed": f"{old}; {new};", "board_total_out": f"{old};"}
    made = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$" for name, body in bodies.items()
    ]
    return [
        *no_triggers("postgresql"), *made,
        "CREATE TRIGGER board_total_in AFTER INSERT ON opportunity REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION board_total_in()",
        f"CREATE TRIGGER board_total_changed AFTER UPDATE ON opportunity FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION board_total_changed()",
        "CREATE TRIGGER board_total_out AFTER DELETE ON opportunity FOR EACH ROW EXECUTE FUNCTION board_total_out()",
    ]
