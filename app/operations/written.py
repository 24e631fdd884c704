"""Records on the path that every mail takes, written by one statement and known to the session as if it had read them.

A flush of the session costs ten times as much; what it does besides is done here: defaults, the text and the words of the search.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import JSON, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.util import identity_key

from app.extensions import db
from app.models import Record
from app.models.base import Searched, search_text_of
from app.models.pouring import defaults_of
from app.operations.group import later
from app.support.text import words

R = TypeVar("R", bound=Record)


@cache
def new_only(dialect: str, table: Table, *unique: str, returned: tuple[str, ...] = ()) -> Any:
    """An INSERT that passes over rows that are there already (by ``unique``, else by any rule); it gives ``returned`` of the new ones."""
    made = (postgresql if dialect == "postgresql" else sqlite).insert(table).on_conflict_do_nothing(index_elements=unique or None)
    return made.returning(*(table.c[name] for name in returned)) if returned else made


def write_new(model: type[Record], rows: Sequence[Mapping[str, Any]], *unique: str, returned: tuple[str, ...]) -> list[Any]:
    """Write those of ``rows``, of the same columns all, that are not there already (as ``new_only``); ``returned`` of the new ones.

    PostgreSQL takes them as one value: parsing a statement with a place for each value of each row takes longer than all else.
    """
    table, connection = _table(model), db.session().connection()
    full = [{**defaults_of(table), **row} for row in rows]
    if connection.dialect.name == "postgresql":
        statement = _from_json(table, tuple(full[0]), unique, returned)
        return list(connection.execute(statement, {"rows": json.dumps(full, default=_aware)}))
    return list(connection.execute(new_only(connection.dialect.name, table, *unique, returned=returned), full))


@cache
def _from_json(table: Table, columns: tuple[str, ...], unique: tuple[str, ...], returned: tuple[str, ...]) -> Any:
    given = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    rows = given.table_valued(*(column(name, table.c[name].type) for name in columns), name="given").render_derived(with_types=True)
    return (
        postgresql.insert(table).from_select(columns, select(rows), include_defaults=False).on_conflict_do_nothing(index_elements=unique or None)
        .returning(*(table.c[name] for name in returned))
    )  # fmt: skip


def _aware(value: object) -> str:
    assert isinstance(value, datetime) and value.tzinfo is not None, value
    return value.isoformat()


def write(model: type[R], values: Mapping[str, Any]) -> R:
    """A new record with these ``values`` of columns, without relations. Part of a running operation.

    ``search_text`` is among them where it follows from more than the columns.
    """
    table = _table(model)
    row = defaults_of(table) | dict(values)
    unwritten = _bare(model, row)
    row |= unwritten.following()
    if isinstance(unwritten, Searched) and "search_text" not in values:
        row["search_text"] = search_text_of(unwritten)
    key = db.session().connection().execute(_insertion(table), row).inserted_primary_key[0]
    if isinstance(unwritten, Searched):
        later(_insertion(unwritten.WORDS), *({"word": word, "record_id": key} for word in sorted(set(words(row["search_text"])))))
    return as_written(model, {**row, "id": key})


def stated(unwritten: Record) -> dict[str, Any]:
    """The columns that a record, which no session knows, was given."""
    return {name: value for name, value in instance_state(unwritten).dict.items() if name in _table(type(unwritten)).columns}


def as_written(model: type[R], values: Mapping[str, Any]) -> R:
    """The record as the session would have read it, without reading it."""
    record = _bare(model, values)
    make_transient_to_detached(record)
    if (undone := db.session().identity_map.get(identity_key(instance=record))) is not None:
        db.session.expunge(undone)  # of a try that was rolled back: SQLite gives its key once more
    db.session.add(record)
    return record


def _bare(model: type[R], values: Mapping[str, Any]) -> R:
    record = model()
    instance_state(record).dict.update(values)
    return record


def _table(model: type[Record]) -> Table:
    table: Table = model.__table__
    return table


@cache
def _insertion(table: Table) -> Any:
    return table.insert()
