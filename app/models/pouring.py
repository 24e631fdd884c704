"""Many rows at once: as fast as the database takes them, past the ORM."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

from app.models.base import Record


def keys_for(table: Table, count: int, connection: Connection) -> list[int]:
    """Keys that no row has, for as many new rows; on SQLite only within a transaction that writes."""
    if not count:
        return []
    if connection.dialect.name == "sqlite":
        last = connection.execute(text(f"SELECT coalesce(max(id), 0) FROM {table.name}")).scalar_one()  # noqa: S608 - a name of ours
        return list(range(last + 1, last + count + 1))
    asked = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return list(connection.scalars(asked, {"name": table.name, "count": count}))


def pour(table: Table, rows: Sequence[Mapping[str, Any]], connection: Connection) -> None:
    """Insert ``rows``, which all have the same columns: on PostgreSQL by COPY, a tenth of what INSERT takes."""
    if not rows:
        return
    names = list(rows[0])
    if connection.dialect.name == "sqlite":
        connection.execute(table.insert(), [dict(row) for row in rows])
        return
    kinds = [table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for name in names]
    driver: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{name}"' for name in names)
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([
                value if process is None or (value is None) else process(value) for value, process in zip((row[name] for name in names), kinds, strict=True)
            ])


def with_defaults(model: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """A whole row of ``model``: ``values``, and what its columns have by themselves."""
    table: Any = model.__table__
    return {column.name: values[column.name] if column.name in values else _default(column) for column in table.columns}


def _default(column: Any) -> Any:
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


