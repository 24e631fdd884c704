# ruff: noqa: S608 - the names are our own
"""Whose each line of history is by the record that it lies on, kept beside it: by this the latest of a few people are found without passing everybody's.

A line lies on an opportunity or an engagement; on a contact or an account only where it lies on neither. It is held by the owner of that record, by those
also responsible, and by its team. The database itself keeps this, as the figures of ``KeptTotals``. It only tells where to look: what is shown of it
the rule decides.
"""

from collections.abc import Collection
from enum import IntEnum

from sqlalchemy import Column, Index, Integer, SmallInteger, String, Table, text

from app.models.accounts import account_person
from app.models.base import Model, UtcDateTime
from app.models.kept_totals import differs, function, not_keeping
from app.models.opportunities import opportunity_person


class Holds(IntEnum):
    """What ``holder_id`` names."""

    PERSON = 1
    TEAM = 2
    FREE = 3  # a team that may take the record: it has no owner


timeline_holder = Table(
    "timeline_holder", Model.metadata,
    Column("holds", SmallInteger, primary_key=True, autoincrement=False, comment="1 a person, 2 a team, 3 a team that may take it"),
    Column("holder_id", Integer, primary_key=True, autoincrement=False),
    Column("occurred_at", UtcDateTime, primary_key=True),
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    Index("ix_timeline_holder_entry_id", "entry_id", sqlite_where=text("entry_id IS NULL")),  # for ``settling``; none on SQLite, where it is not needed
    sqlite_with_rowid=False,
)  # fmt: skip

# PostgreSQL: records that changed hands, and lines that changed or went. What another transaction did to them at that moment
# neither knew of; so they are looked at again.
LINE = "line"
timeline_handed = Table(
    "timeline_handed", Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("record_type", String(12), nullable=False, comment="The table of the record, or line"),
    Column("record_id", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

_RECORDS = ("opportunity", "engagement", "contact", "account")
SHARED = {"opportunity": opportunity_person, "account": account_person}  # where it is written who is also responsible
_ENTRY = ("occurred_at", "archived_at", *(f"{name}_id" for name in _RECORDS))
_NOBODY = "CAST(NULL AS INTEGER)"
_LINE = "holds, holder_id, occurred_at, entry_id"


def _held(record: str, line: str, rest: str) -> list[str]:
    """``line``, once for each of those whose the row ``record`` is; ``rest``: where they come from, as far as its conditions."""
    ways = ((Holds.PERSON, "owner_id", ""), (Holds.TEAM, "team_id", ""), (Holds.FREE, "team_id", f" AND {record}.owner_id IS NULL"))
    return [f"SELECT {holds:d}, {record}.{key}, {line}.occurred_at, {line}.id {rest} AND {record}.{key} IS NOT NULL{only}" for holds, key, only in ways]


def _lies(name: str, line: str = "e") -> str:
    """The ``line``, where its ``name`` is a record, is held by those of that record."""
    return "TRUE" if name in ("opportunity", "engagement") else f"{line}.opportunity_id IS NULL AND {line}.engagement_id IS NULL"


def _all_of(lines: str, line: str = "e", where: str = "TRUE", names: tuple[str, ...] = _RECORDS) -> str:
    """What is to be kept of the ``lines``, a table that the statement calls ``line``; or of the one that a trigger is told of, where ``lines`` is empty.

    ``names``: as far as it is because of these records.
    """
    found, comma = [], ", " if lines else ""
    for name in names:
        kept = f"{line}.archived_at IS NULL AND {_lies(name, line)} AND {where}"
        found += _held("r", line, f"FROM {lines}{comma}{name} r WHERE r.id = {line}.{name}_id AND {kept}")
        if name in SHARED:
            also = f"FROM {lines}{comma}{SHARED[name].name} p WHERE p.{name}_id = {line}.{name}_id AND {kept}"
            found.append(f"SELECT {Holds.PERSON:d}, p.user_id, {line}.occurred_at, {line}.id {also}")
    return " UNION ALL ".join(found)


def _keep(found: str) -> str:
    return f"INSERT INTO timeline_holder ({_LINE}) {found} ON CONFLICT DO NOTHING;"


def _but(found: str, other: str) -> str:
    return f"SELECT * FROM ({found}) found EXCEPT SELECT * FROM ({other}) other WHERE TRUE"  # else SQLite takes what follows for that of a join


def _forget(found: str, dialect: str) -> str:
    """On PostgreSQL what somebody else is forgetting is left to them: whoever waited for them would hold what they come to want."""
    if dialect == "sqlite":  # of a compound it would look at each row there is
        return f"DELETE FROM timeline_holder WHERE ({_LINE}) IN (SELECT * FROM ({found}) one);"
    named = ", ".join(f"h.{name}" for name in _LINE.split(", "))
    left = f"SELECT h.ctid FROM timeline_holder h WHERE ({named}) IN ({found}) FOR UPDATE SKIP LOCKED"
    return f"DELETE FROM timeline_holder WHERE ctid = ANY(ARRAY({left}));"


def _handed(dialect: str, name: str, key: str, owner: str = _NOBODY, team: str = _NOBODY) -> str:
    """The statements that keep the lines of one record anew, which was of ``owner`` and ``team`` before. What stays is not touched."""
    of_it = f"e.{name}_id = {key} AND {_lies(name)}"
    before = _held("b", "e", f"FROM timeline_entry e, (SELECT {owner} AS owner_id, {team} AS team_id) b WHERE {of_it}")
    was, now = " UNION ALL ".join(before), _all_of("timeline_entry e", where=of_it)
    return _forget(_but(was, now), dialect) + _keep(_but(_all_of("timeline_entry e", where=of_it, names=(name,)), was))


def _noted(name: str, key: str, rows: str = "") -> str:
    """Of PostgreSQL. ``rows``: of each of these."""
    return f"INSERT INTO timeline_handed (record_type, record_id, at) SELECT '{name}', {key}, clock_timestamp() {rows};"


def settling(name: str, keys: Collection[int]) -> list[str]:
    """The statements of PostgreSQL that make true what is kept of the lines of these records, or of these lines, whatever it was."""
    listed = ", ".join(str(int(key)) for key in keys)
    where = f"e.id IN ({listed})" if name == LINE else f"e.{name}_id IN ({listed})"
    lines = listed if name == LINE else f"SELECT e.id FROM timeline_entry e WHERE {where}"
    true = _all_of("timeline_entry e", where=where)
    kept = f"SELECT {_LINE} FROM timeline_holder k WHERE k.entry_id IN ({lines})"
    return [_forget(_but(kept, true), "postgresql"), _keep(true)]


class KeptHolders:
    """What has the database keep ``timeline_holder``."""

    table = timeline_holder
    of = ", ".join(("timeline_entry", *_RECORDS, *(table.name for table in SHARED.values())))

    @property
    def triggers(self) -> tuple[str, ...]:
        return tuple(name for name, *_ in self._made("sqlite"))

    def counted(self, dialect: str) -> str:
        return _keep(_all_of("timeline_entry e"))

    def not_keeping(self, dialect: str) -> list[str]:
        """The statements that end it."""
        return [statement for name, _, of, *_ in self._made(dialect) for statement in not_keeping(dialect, of, (name,))]

    def keeping(self, dialect: str) -> list[str]:
        """The statements that make the database keep them; those that were there before are replaced."""
        made, ended = self._made(dialect), self.not_keeping(dialect)
        if dialect == "sqlite":
            return [*ended, *(f"CREATE TRIGGER {name} AFTER {event} ON {of} {when} BEGIN {body} END" for name, event, of, when, body in made)]
        functions = [function(name, body) for name, *_, body in made]
        hung = [f"CREATE TRIGGER {name} AFTER {event} ON {of} {when} EXECUTE FUNCTION {name}()" for name, event, of, when, _ in made]
        return [*ended, *functions, *hung]

    def _made(self, dialect: str) -> list[tuple[str, str, str, str, str]]:
        """Name, event, table, rows and what is done of each trigger."""
        is_lite = dialect == "sqlite"
        each = "" if is_lite else "FOR EACH ROW"
        came, went = (each, each) if is_lite else (f"REFERENCING {rows} FOR EACH STATEMENT" for rows in ("NEW TABLE AS e", "OLD TABLE AS e"))

        def changed(columns: tuple[str, ...]) -> tuple[str, str]:
            return f"UPDATE OF {', '.join(columns)}", f"{each} WHEN ({differs(columns, dialect)})"

        def all_of(name: str, *before: str) -> str:
            return _handed(dialect, name, *before) + ("" if is_lite else _noted(name, before[0]))

        new, old = (_all_of("", "NEW"), _all_of("", "OLD"))
        one, gone = ("", "") if is_lite else (_noted(LINE, "NEW.id"), _noted(LINE, "e.id", "FROM e"))
        event, when = changed(_ENTRY)
        made = [
            ("timeline_holder_in", "INSERT", "timeline_entry", came, _keep(new if is_lite else _all_of("e"))),
            ("timeline_holder_out", "DELETE", "timeline_entry", went, _forget(old if is_lite else _all_of("e"), dialect) + gone),
            ("timeline_holder_changed", event, "timeline_entry", when, _forget(_but(old, new), dialect) + _keep(_but(new, old)) + one),
        ]
        event, when = changed(("owner_id", "team_id"))
        made += [(f"timeline_holder_{name}", event, name, when, all_of(name, "NEW.id", "OLD.owner_id", "OLD.team_id")) for name in _RECORDS]
        for name, table in ((name, shared.name) for name, shared in SHARED.items()):
            left, come = all_of(name, f"OLD.{name}_id", "OLD.user_id"), all_of(name, f"NEW.{name}_id")
            made += [
                (f"timeline_holder_{table}_in", "INSERT", table, each, come), (f"timeline_holder_{table}_out", "DELETE", table, each, left),
                (f"timeline_holder_{table}_moved", "UPDATE", table, each, left + come),
            ]
        return made


HOLDERS = KeptHolders()
