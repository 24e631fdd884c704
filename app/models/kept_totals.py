# ruff: noqa: S608 - the names are our own
"""Figures kept beside the rows that they are made of: the database itself writes a line with each change of a row, in the same transaction.

The figures are sums of lines; for whoever sees a part, of those within their reach. Lines are only added, so nobody waits for anybody; a job
folds them together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Table

Sql = Callable[[str, str], str]  # of the name of a row and the dialect


@dataclass(frozen=True)
class KeptTotals:
    """What is kept of the rows of the table ``of``, in the lines of ``table``."""

    table: Table
    of: str
    keys: dict[str, Sql]  # what lines are grouped by
    sums: dict[str, Sql]  # what one row adds; the first of them counts rows
    changed: tuple[str, ...]  # the columns of a row that matter
    counts: Sql  # which rows count

    @property
    def triggers(self) -> tuple[str, str, str]:
        """Their names: of rows that come, change and go."""
        return f"{self.table.name}_in", f"{self.table.name}_changed", f"{self.table.name}_out"

    @property
    def _into(self) -> str:
        return f"INSERT INTO {self.table.name} ({', '.join((*self.keys, *self.sums))})"

    def _line(self, row: str, sign: str, dialect: str) -> str:
        values = [*(key(row, dialect) for key in self.keys.values()), *(f"{sign}({each(row, dialect)})" for each in self.sums.values())]
        return f"{self._into} SELECT {', '.join(values)} WHERE {self.counts(row, dialect)}"

    def counted(self, dialect: str, rows: str = "", sign: str = "+") -> str:
        """The lines of all ``rows`` at once, one for each group."""
        keys = ", ".join(key("o", dialect) for key in self.keys.values())
        sums = ", ".join(f"{sign}sum({each('o', dialect)})" for each in self.sums.values())
        return f"{self._into} SELECT {keys}, {sums} FROM {rows or self.of} o WHERE {self.counts('o', dialect)} GROUP BY {keys}"

    def folding(self, dialect: str, top: int) -> list[str]:
        """Put the sum of the lines up to the key ``top`` in their place: one line for each group that has anything."""
        keys, sums, first = ", ".join(self.keys), ", ".join(f"sum({name})" for name in self.sums), next(iter(self.sums))
        of_lines = f"{self._into} SELECT {keys}, {sums} FROM {{lines}} GROUP BY {keys} HAVING sum({first}) <> 0"
        old = f"DELETE FROM {self.table.name} WHERE id <= {int(top)}"
        if dialect == "sqlite":  # nobody else writes meanwhile
            return [of_lines.format(lines=f"{self.table.name} WHERE id <= {int(top)}"), old]
        return [f"WITH gone AS ({old} RETURNING {keys}, {', '.join(self.sums)}) {of_lines.format(lines='gone')}"]

    def keeping(self, dialect: str) -> list[str]:
        """The statements that make the database keep the lines; those that were there before are replaced."""
        came, changed, gone = self.triggers
        new, old = self._line("NEW", "+", dialect), self._line("OLD", "-", dialect)
        is_other = differs(self.changed, dialect)
        if dialect == "sqlite":
            return [
                *not_keeping(dialect, self.of, self.triggers),
                f"CREATE TRIGGER {came} AFTER INSERT ON {self.of} BEGIN {new}; END",
                f"CREATE TRIGGER {changed} AFTER UPDATE OF {', '.join(self.changed)} ON {self.of} WHEN {is_other} BEGIN {old}; {new}; END",
                f"CREATE TRIGGER {gone} AFTER DELETE ON {self.of} BEGIN {old}; END",
            ]
        # Rows that come or go by one statement are counted by one.
        bodies = {came: self.counted(dialect, "came"), changed: f"{old}; {new}", gone: self.counted(dialect, "went", "-")}
        made = [function(name, f"{body};") for name, body in bodies.items()]
        all_of = f"ON {self.of} REFERENCING {{}} FOR EACH STATEMENT EXECUTE FUNCTION"
        return [
            *not_keeping(dialect, self.of, self.triggers), *made,
            f"CREATE TRIGGER {came} AFTER INSERT {all_of.format('NEW TABLE AS came')} {came}()",
            f"CREATE TRIGGER {changed} AFTER UPDATE ON {self.of} FOR EACH ROW WHEN ({is_other}) EXECUTE FUNCTION {changed}()",
            f"CREATE TRIGGER {gone} AFTER DELETE {all_of.format('OLD TABLE AS went')} {gone}()",
        ]


def differs(columns: Iterable[str], dialect: str) -> str:
    """The condition of a trigger that one of them changed."""
    is_other = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f"OLD.{name} {is_other} NEW.{name}" for name in columns)


def function(name: str, body: str) -> str:
    """The function that a trigger of PostgreSQL calls."""
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"


def not_keeping(dialect: str, of: str, triggers: tuple[str, ...]) -> list[str]:
    """The statements that end it."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in triggers]
    return [*(f"DROP TRIGGER IF EXISTS {name} ON {of}" for name in triggers), *(f"DROP FUNCTION IF EXISTS {name}()" for name in triggers)]


def column(name: str) -> Sql:
    """That column of the row, as it is."""
    return lambda row, dialect: f"{row}.{name}"


def cents(row: str, dialect: str) -> str:
    """Its amount in hundredths; none is nothing."""
    return f"coalesce(CAST(round({row}.amount * 100) AS {'integer' if dialect == 'sqlite' else 'bigint'}), 0)"


def seconds(name: str) -> Sql:
    """The moment in that column, in seconds since 1970."""
    return lambda row, dialect: (
        f"CAST(strftime('%s', {row}.{name}) AS INTEGER)" if dialect == "sqlite" else f"CAST(extract(epoch FROM {row}.{name}) AS bigint)"
    )


def one(row: str, dialect: str) -> str:
    return "1"


def every(row: str, dialect: str) -> str:
    return "TRUE"
