"""Lists that leave the program: exactly what is filtered and may be taken away, in the order of the list, a thousand records at a time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from flask_appbuilder.urltools import get_order_args
from flask_babel import get_timezone, gettext, to_user_timezone
from sqlalchemy import Boolean, Date, Integer, Numeric, String, inspect
from sqlalchemy import Enum as EnumColumn

from app.domain.custom_fields import Field, FieldKind, read
from app.domain.labels import label
from app.models import Record
from app.models.base import UtcDateTime
from app.queries.custom_fields import own_field
from app.queries.listed import columns_by_key, names_by_key, names_of_many, turn_of
from app.views.own_fields import know_people, know_them, plain_value

AT_ONCE = 2_000
REMEMBERED = 20_000  # names of other records
LIMIT = 500_000


def order_of(view: Any) -> tuple[str, str]:
    """The order that the address asks for, else that of the list."""
    column, direction = get_order_args().get(type(view).__name__, ("", ""))
    return (column, direction) if column in view.order_columns else view.base_order or ("id", "asc")


def rows_of(view: Any, filters: Any, columns: list[str]) -> Iterator[list[Any]]:
    """The cells of all records that ``filters`` leave; a view that tells some otherwise has a method ``cell``. Where it can, it builds no records."""
    keys = view.datamodel.ordered_keys(filters, *order_of(view), LIMIT)
    plain = None if hasattr(view, "cell") else _plain_columns(view, columns)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        yield from _quick_rows(view, some, plain) if plain else _whole_rows(view, some, columns)


def _whole_rows(view: Any, keys: list[int], columns: list[str]) -> Iterator[list[Any]]:
    items = view.datamodel.records(keys)
    know_people(items, columns)
    tell, found = getattr(view, "cell", cell_of), looked_up(view, columns, keys)
    for item in items:
        yield [_words(found[column].get(item.id)) if column in found else exported(tell(item, column)) for column in columns]


def looked_up(view: Any, columns: Iterable[str], keys: list[int]) -> dict[str, dict[int, Any]]:
    """Column → what it says of each of ``keys``, of the columns that a view looks up for many records at once (``looked_up``)."""
    ways: dict[str, Any] = getattr(view, "looked_up", {})
    return {column: ways[column](keys) for column in columns if column in ways} if keys else {}


def cell_of(item: Any, column: str) -> Any:
    if field := own_field(column):
        return plain_value(field, getattr(item, column))
    value = item
    for part in column.split("."):
        value = getattr(value, part, None)
    return value() if callable(value) else value


def exported(value: Any) -> Any:
    """``value`` as a workbook keeps it: numbers and dates as such, everything else as words."""
    if isinstance(value, Enum):
        return str(gettext(label(value)))
    if isinstance(value, datetime):
        return to_user_timezone(value).replace(tzinfo=None)
    if isinstance(value, list | tuple | set):
        return ", ".join(str(v) for v in value)
    if isinstance(value, Record):
        return str(value)
    return value


# ---- without a record for each row

Read = Callable[[Any], Any]
Ask = Callable[[list[Any]], Read]  # given the rows of a turn, how a value of theirs is told


def _plain_columns(view: Any, columns: list[str]) -> list[tuple[Any, Ask]] | None:
    """(what is asked for, how it is told) of each column; None where some need their record."""
    ways = getattr(view, "looked_up", {})
    found = [_looked_up(view, ways[name]) if name in ways else _plain_column(inspect(view.datamodel.obj), name) for name in columns]
    return None if None in found else [each for each in found if each is not None]


def _looked_up(view: Any, way: Callable[[list[int]], dict[int, Any]]) -> tuple[Any, Ask]:
    def ask(keys: list[Any]) -> Read:
        found = way(keys)
        return lambda key: _words(found.get(key))

    return view.datamodel.obj.id, ask


def _words(found: Any) -> str | None:
    return str(found) if found is not None else None


def _plain_column(mapper: Any, name: str) -> tuple[Any, Ask] | None:
    model = mapper.class_
    if field := own_field(name):
        return model.custom, _own(field)
    if name in mapper.columns:
        teller = _teller(mapper.columns[name].type)
        return getattr(model, name), lambda values: teller
    name, _, of = name.partition(".")
    if name not in mapper.relationships:
        return None
    relation = mapper.relationships[name]
    if of:
        return _column_of(relation, of)
    if not relation.uselist and (key := _key_of(relation)) is not None:
        return getattr(model, key), _remembering(lambda keys: names_by_key(relation.mapper.class_, keys))
    return (model.id, lambda values: names_of_many(model, name, values).get) if relation.uselist else None


def _column_of(relation: Any, name: str) -> tuple[Any, Ask] | None:
    """A column of the one record to which ``relation`` leads."""
    other, key = relation.mapper.class_, _key_of(relation)
    if key is None or name not in relation.mapper.columns:
        return None
    tell = _teller(relation.mapper.columns[name].type)

    def look_up(keys: set[Any]) -> dict[int, Any]:
        return {each: None if value is None else tell(value) for each, value in columns_by_key(other, keys, getattr(other, name)).items()}

    return getattr(relation.parent.class_, key), _remembering(look_up)


def _remembering(look_up: Callable[[set[Any]], dict[int, Any]]) -> Ask:
    """What ``look_up`` finds by key is asked for once, also for the rows that follow."""
    known: dict[int, Any] = {}

    def ask(values: list[Any]) -> Read:
        if len(known) > REMEMBERED:
            known.clear()
        wanted = {*values} - {None} - known.keys()
        if wanted:
            known.update({**dict.fromkeys(wanted), **look_up(wanted)})
        return known.get

    return ask


def _own(field: Field) -> Ask:
    def ask(values: list[Any]) -> Read:
        if field.kind is FieldKind.PERSON:
            know_them({each.get(field.name) for each in values if each} - {None})
        return lambda custom: exported(plain_value(field, read(field.kind, (custom or {}).get(field.name))))

    return ask


def _key_of(relation: Any) -> str | None:
    pairs = relation.local_remote_pairs
    return pairs[0][0].name if relation.direction.name == "MANYTOONE" and len(pairs) == 1 and pairs[0][1].name == "id" else None


def _teller(kind: Any) -> Read:
    if isinstance(kind, EnumColumn):
        words: dict[Any, str] = {}
        return lambda value: words[value] if value in words else words.setdefault(value, exported(value))
    if isinstance(kind, UtcDateTime):
        zone = ZoneInfo(str(get_timezone()))  # three times as quick as what it is told by
        return lambda value: value.astimezone(zone).replace(tzinfo=None)
    return _as_it_is if isinstance(kind, String | Integer | Numeric | Boolean | Date) else exported


def _as_it_is(value: Any) -> Any:
    return value


def _quick_rows(view: Any, keys: list[int], columns: list[tuple[Any, Ask]]) -> Iterator[list[Any]]:
    """Column by column: what its values mean is asked for once in a turn."""
    rows = turn_of(view.datamodel.obj, keys, [asked for asked, _ in columns])
    by_column = list(zip(*rows, strict=True))[1:]
    told = []
    for (_, ask), values in zip(columns, by_column, strict=True) if rows else ():
        tell = ask(list(values))
        told.append(values if tell is _as_it_is else [None if value is None else tell(value) for value in values])
    return map(list, zip(*told, strict=True))
