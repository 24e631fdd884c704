"""Filters and orders by fields of the firm's own, answered from their keys."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, asc, case, desc, exists, not_, select, tuple_

from app.domain.custom_fields import PREFIX, Field, FieldKind, keys
from app.extensions import db
from app.models import User
from app.models.custom_fields import KEY_TABLES, fields_of, known

FEW: Final = 500  # as many rows are named one by one; of more, each row of the list is asked
BLANK: Final = ""  # the segment of an order that holds the rows without a value


def own_fields(record_type: str) -> list[Field]:
    """The fields of a type of record that are in use, in the order of the forms."""
    return fields_of(record_type, db.session())


def fields_of_any() -> list[Field]:
    """The fields of all types that are in use."""
    return [field for field in known(db.session()).values() if not field.is_archived]


def own_field(name: str) -> Field | None:
    """The definition behind a name such as ``x_budget``."""
    return known(db.session()).get(name) if name.startswith(PREFIX) else None


def narrowed(model: type[Any], name: str, operator: str, key: str) -> ColumnElement[bool]:
    """The rows of ``model`` whose value compares with ``key``: ``eq``, ``neq``, ``ct``, ``sw``, ``gt`` or ``lt``."""
    field, table = known(db.session())[name], KEY_TABLES[model.__name__].alias()  # the list may be in the order of another field
    comparisons = {
        "ct": lambda: table.c.key.contains(key, autoescape=True), "sw": lambda: table.c.key.startswith(key, autoescape=True),
        "gt": lambda: table.c.key > key, "lt": lambda: table.c.key < key,
    }
    wanted = and_(table.c.field_id == field.id, comparisons.get(operator, lambda: table.c.key == key)())
    found = set(db.session.connection().scalars(select(table.c.record_id).where(wanted).limit(FEW + 1)))
    rows = model.id.in_(found) if len(found) <= FEW else exists().where(table.c.record_id == model.id, wanted)
    return not_(rows) if operator == "neq" else rows


def sorted_by(query: Any, model: type[Any], name: str, direction: str) -> Any:
    """The whole of ``query`` in the order of a field, rows without a value last."""
    field, table = known(db.session())[name], KEY_TABLES[model.__name__]
    joined = query.outerjoin(table, and_(table.c.record_id == model.id, table.c.field_id == field.id))
    order = desc if direction == "desc" else asc
    if field.kind is not FieldKind.CHOICE:
        return joined.order_by(table.c.key.is_(None), order(table.c.key), order(model.id))
    place = case({str(each.id): number for number, each in enumerate(field.choices)}, value=table.c.key)
    return joined.order_by(table.c.key.is_(None), order(place), order(model.id))


def key_of(item: Any, name: str) -> str | None:
    """The text by which ``item`` stands in the order of a field; None where it has no value."""
    field = known(db.session())[name]
    return next(iter(keys(field.kind, (item.custom or {}).get(name))), None)


def parts(query: Any, model: type[Any], name: str, *, goes_up: bool, is_back: bool, at: tuple[str | None, int] | None) -> Iterator[Any]:
    """What lies beyond the place ``at`` (key, id), as statements whose rows follow one another; rows without a value come last.

    Each is one range of the table of keys: the database finds its beginning at once and counts over nothing.
    """
    field, table = known(db.session())[name], KEY_TABLES[model.__name__]
    here = and_(table.c.record_id == model.id, table.c.field_id == field.id)
    is_listed = field.kind is FieldKind.CHOICE
    values: list[str | None] = [str(each.id) for each in field.choices] if is_listed else [None]
    if goes_up is is_back and is_listed:  # from the last choice to the first, whichever way the pages turn
        values.reverse()
    segments: list[str | None] = [*values, BLANK]
    if is_back:
        segments.reverse()
    order = asc if goes_up else desc
    begun = at is None
    for segment in segments:
        is_here = at is not None and segment == (BLANK if at[0] is None else at[0] if is_listed else None)
        if not begun and not is_here:
            continue
        begun = True
        place = at if is_here else None
        if segment == BLANK:
            rows = query.filter(not_(exists().where(here))).order_by(order(model.id))
            yield rows.filter(_beyond(model.id, place[1], goes_up)) if place else rows
        else:
            yield _range(query.join(table, here), table, segment, place, goes_up)


def _range(joined: Any, table: Any, value: str | None, place: Any, goes_up: bool) -> Any:
    order = asc if goes_up else desc
    rows = joined.order_by(order(table.c.key), order(table.c.record_id))
    if value is not None:
        rows = rows.filter(table.c.key == value)
    if place is None:
        return rows
    here, there = tuple_(table.c.key, table.c.record_id), place
    return rows.filter(here > there if goes_up else here < there)


def _beyond(column: Any, key: int, goes_up: bool) -> Any:
    return column > key if goes_up else column < key


def names_of(people: set[int]) -> dict[int, str]:
    """The names behind the values of fields that hold a colleague."""
    return {user.id: str(user) for user in db.session.scalars(select(User).where(User.id.in_(people)))} if people else {}
