"""The pages of a list, from one row to the next: the database finds a place by (value, key) and never counts over what was passed."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol, runtime_checkable

from flask import abort, request, url_for
from sqlalchemy import BooleanClauseList, Select, asc, desc, func, inspect, literal_column, select, tuple_, union
from sqlalchemy.sql import operators

from app.models.base import ordered_by
from app.permissions.actor import current_actor
from app.permissions.one_of import Looked, Told
from app.permissions.row_security import WALKS
from app.permissions.scope import Way, ways
from app.queries import custom_fields
from app.queries.custom_fields import key_of, own_field

ARGUMENT = "from_"  # and the name of the view: a page of a record shows several lists
COUNT_CAP = 1_000  # beyond it one reads "more than 1,000": nobody waits for a count
MOST_PARTS = 16  # of what somebody may see; with more they see so much that the order of all rows soon meets theirs
FEW = 3_000  # rows: as many are sorted sooner than met one after the other, and counted at every page


@dataclass(frozen=True)
class Asked:
    """What the address asks of the rows: whether anything, and by which columns for one value each; alternatives are the parts of a way."""

    narrows: bool = False
    ways: tuple[Way, ...] = ()
    source: Select[Any] | None = None  # the keys of rows among which all that is asked for are, of another table
    is_mine: bool = False  # of all that the reader may see, only what is theirs to look after


@runtime_checkable
class Sourced(Protocol):
    """A filter that knows a ``source``."""

    def source(self) -> Select[Any] | None: ...


class Mine:
    """A filter that leaves what the reader looks after, and nothing else."""


@dataclass
class Place:
    """Where a page begins; the query fills in what leads away from it."""

    column: str
    direction: str
    is_back: bool = False
    value: Any = None
    key: int | None = None  # None: the first page
    at: int = 0  # rows before this page; what is changed meanwhile makes it inexact
    columns: tuple[str, ...] = ()  # what the page shows
    previous: str = ""
    next: str = ""

    def token(self, item: Any, *, at: int, is_back: bool = False) -> str:
        """The page after ``item``, or before it, as the address carries it."""
        value = key_of(item, self.column) if own_field(self.column) else _plain(getattr(item, self.column))
        parts = [self.column, self.direction, int(is_back), value, item.id, max(0, at)]
        return urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def asked(view_name: str, model: Any, column: str, direction: str) -> Place:
    """The place that the address names; the first page where it belongs to another order; 400 for what no page of ours writes."""
    mapped = inspect(model).columns
    if column not in mapped and not own_field(column):
        column, direction = "id", direction or "asc"
    column = ordered_by(model, column)
    first = Place(column, "asc" if direction == "asc" else "desc")
    text = request.args.get(ARGUMENT + view_name)
    if not text:
        return first
    try:
        name, order, is_back, value, key, at = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if (name, order) != (first.column, first.direction):
            return first
        if not (isinstance(key, int) and isinstance(at, int) and 0 <= key < 2**31 and 0 <= at < 2**31):
            raise ValueError(text)
        value = _read_key(value) if own_field(first.column) else _read(value, mapped[first.column])
        return replace(first, is_back=bool(is_back), value=value, key=key, at=at)
    except (ValueError, TypeError, KeyError, ArithmeticError):
        abort(400)


def address(view_name: str, token: str) -> str:
    """This very page with the list of ``view_name`` at another place."""
    arguments: dict[str, Any] = {k: v for k, v in request.args.items() if not is_place(k, view_name)}
    if token:
        arguments[ARGUMENT + view_name] = token
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **arguments})


def is_place(argument: str, view_name: str = "") -> bool:
    """Whether ``argument`` of an address says which page, so that another filter or order drops it."""
    return argument.startswith((ARGUMENT + view_name, "page_" + view_name))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(value: Any, column: Any) -> Any:
    if value is None:
        return None
    kind = getattr(column.type, "impl", column.type).python_type
    if issubclass(kind, datetime):
        at = datetime.fromisoformat(value)
        return at if at.tzinfo or not _is_aware(column) else abort(400)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if issubclass(kind, Decimal):
        number = Decimal(value)
        return number if number.is_finite() else abort(400)
    if issubclass(kind, Enum):
        return kind(value)
    if not isinstance(value, kind) or (isinstance(value, str) and "\0" in value):
        raise ValueError(value)
    return value


def _read_key(value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or "\0" in value):
        raise ValueError(value)
    return value


def _is_aware(column: Any) -> bool:
    return bool(getattr(getattr(column.type, "impl", column.type), "timezone", False))


def page(query: Any, model: Any, place: Place, size: int, loads: Sequence[Any] = (), asked: Asked = Asked()) -> tuple[int, list[Any]]:
    """How many rows there are (see ``capped_count``), and those of the page of ``query`` at ``place``.

    Whoever sees, or asks for, many rows by many ways meets theirs soon in the order of all; of few it is quicker to sort them.
    """
    seen = ways(model, current_actor(), is_mine=asked.is_mine)
    sees_by_many = sum(len(way.parts) for way in seen) > MOST_PARTS
    way = next((each for each in asked.ways if _keeps(model, [*dict.fromkeys((each.column, place.column)), "id"])), None)
    may_walk = _may_walk(query, model, place.column)
    if asked.source is not None and way is None and (sees_by_many or not seen):
        count = _counted_from(asked.source, query, model)
        if may_walk:
            return count, _from_source(query, model, place, size, loads, asked.source, count)
        return count, _of_many(query, model, place, size, loads, way, seen, count)
    is_narrowed, known = asked.narrows and way is None, 0
    if place.key is None and way is None and not sees_by_many and _are_sorted(place, seen, _seen(model, place.column, seen)):
        known, rows = _few(query, model, place, size, loads)
        if known <= FEW:
            return min(known, COUNT_CAP + 1), rows
    if sees_by_many and not may_walk:
        count = capped_count(query, model, place, size, size)
        return count, _of_many(query, model, place, size, loads, way, seen, count)
    if not (may_walk and (sees_by_many or is_narrowed)):
        rows = turn(query, model, place, size, loads, way, seen)
        return min(known, COUNT_CAP + 1) or capped_count(query, model, place, len(rows), size), rows
    count = known or capped_count(query, model, place, size, size, most=FEW if is_narrowed else COUNT_CAP)
    if count > COUNT_CAP and sees_by_many:
        query = query.execution_options(**{WALKS: True})
        seen = seen if is_narrowed and count <= FEW else []  # of what is met in the order of all no keys are found first
    if count > FEW and is_narrowed:
        query = query.session.query(model).execution_options(**query.get_execution_options()).filter(Looked(query.whereclause))
    return min(count, COUNT_CAP + 1), turn(query, model, place, size, loads, way, seen)


def _are_sorted(place: Place, seen: Sequence[Way], kept: Sequence[Any]) -> bool:
    """Whether what the reader sees by the ways ``seen`` comes in the order of ``place`` from no index, as no parts are ``kept`` so."""
    return bool(seen) and not kept and not own_field(place.column)


def _few(query: Any, model: Any, place: Place, size: int, loads: Sequence[Any]) -> tuple[int, list[Any]]:
    """How many rows there are, and those of the first page, from one statement that meets each once. One more than ``FEW``: then the rows are any of them."""
    met = query.with_entities(*_sorted_by(model, place)).order_by(None).limit(literal_column(f"{FEW + 1}")).cte()
    first = select(met.c.id).order_by(*_order(met.c, place)).limit(size + 1).subquery()
    number = select(func.count()).select_from(met).scalar_subquery()
    whole = query.session.query(model, number).execution_options(**query.get_execution_options())
    found = whole.filter(model.id.in_(select(first.c.id))).order_by(*_order(model, place)).options(*loads).all()
    rows = [row for row, _ in found[:size]]
    if len(found) > size:
        place.next = place.token(rows[-1], at=size)
    return found[0][1] if found else 0, rows


def _counted_from(source: Select[Any], query: Any, model: Any) -> int:
    """How many rows there are, or one more than ``COUNT_CAP``: beginning with ``source``, each of whose keys is looked up, and only as far as one counts."""
    key, is_sqlite = source.selected_columns[0], query.session.get_bind().dialect.name == "sqlite"
    rest = [each for each in _conjuncts(query.whereclause) if not isinstance(each, Told)]
    fits = select(model.id).where(model.id == key, *rest).correlate(key.table).suffix_with("OFFSET 0", dialect="postgresql")
    # SQLite would read a whole index, because it has the keys in order; PostgreSQL reads it as far as it must, and without it sorts all that are met.
    different = source.where(fits.exists()).with_only_columns(key + 0 if is_sqlite else key).distinct()
    return int(query.session.scalar(select(func.count()).select_from(different.limit(COUNT_CAP + 1).subquery())))


def _of_many(
    query: Any, model: Any, place: Place, size: int, loads: Sequence[Any], way: Way | None, seen: Sequence[Way], count: int
) -> list[Any]:
    """The page of somebody who sees much, where the database weighs by itself: many, of ``count`` rows, come in the order of all, so that no keys are
    found first, and the rule is asked of each."""
    if count > COUNT_CAP and _is_kept(model, place.column):
        query, seen = query.execution_options(**{WALKS: True}), ()
    return turn(query, model, place, size, loads, way, seen)


def _conjuncts(condition: Any) -> list[Any]:
    if not isinstance(condition, BooleanClauseList) or condition.operator is not operators.and_:
        return [condition]
    return [each for part in condition.clauses for each in _conjuncts(part)]


def _from_source(query: Any, model: Any, place: Place, size: int, loads: Sequence[Any], source: Select[Any], count: int) -> list[Any]:
    """Of somebody who sees much: many are soon met in the order of all, few are sorted."""
    if count > COUNT_CAP:
        options = {**query.get_execution_options(), WALKS: True}
        return turn(query.session.query(model).execution_options(**options).filter(Looked(query.whereclause)), model, place, size, loads, None, ())
    return turn(query.filter(model.id.in_(source)), model, place, size, loads)


def _is_kept(model: Any, column: str) -> bool:
    return column in inspect(model).columns and _keeps(model, [column])


def _may_walk(query: Any, model: Any, column: str) -> bool:
    """Whether SQLite, which knows no limit when it chooses, is to be told; PostgreSQL weighs it by itself."""
    return _is_kept(model, column) and query.session.get_bind().dialect.name == "sqlite"


def turn(
    query: Any, model: Any, place: Place, size: int, loads: Sequence[Any] = (), way: Way | None = None, seen: Sequence[Way] | None = None
) -> list[Any]:
    """The rows of the page of ``query`` at ``place``, whose ways on are filled in.

    ``way``: alternatives, each of which an index keeps in this order. ``seen``: the ways by which the reader sees what is asked for.
    """
    seen = ways(model, current_actor()) if seen is None else seen
    rows = _read_on(query, model, place, size + 1, loads, way, seen)
    has_more = len(rows) > size
    rows = rows[:size]
    if place.key is not None and (not rows or (place.is_back and not has_more)):
        place.is_back, place.key, place.value, place.at = False, None, None, 0  # the beginning, and a whole page of it
        return turn(query, model, place, size, loads, way, seen)
    if place.is_back:
        rows.reverse()
    if rows and (has_more if place.is_back else place.key is not None):
        place.previous = place.token(rows[0], at=place.at - size, is_back=True)
    if rows and (place.is_back or has_more):
        place.next = place.token(rows[-1], at=place.at + size)
    return rows


def _read_on(query: Any, model: Any, place: Place, limit: int, loads: Sequence[Any], way: Way | None, seen: Sequence[Way]) -> list[Any]:
    rows: list[Any] = []
    kept = _seen(model, place.column, seen) or (way.parts if way else ())
    is_sorted = _are_sorted(place, seen, kept)
    for part in _parts(query, model, place):
        few = limit - len(rows)
        found = _first(part, model, place, few) if is_sorted else _nearest(part, model, place, kept, few)
        rows += found.options(*loads).limit(few).all()
        if len(rows) >= limit:
            break
    return rows


def _first(part: Any, model: Any, place: Place, few: int) -> Any:
    """The ``few`` that come first of ``part``, found by their keys: a reader's rows may all be sorted, and none shall be laden with what only a page shows."""
    return _whole(part, model, place, part.with_entities(model.id).limit(few).subquery())


def _whole(part: Any, model: Any, place: Place, found: Any) -> Any:
    """The rows of the keys ``found``, in the order of ``place``."""
    query = part.session.query(model).execution_options(**part.get_execution_options())
    return query.filter(model.id.in_(select(found.c.id))).order_by(*_order(model, place))


def _order(of: Any, place: Place) -> list[Any]:
    """The order of ``place`` in what has its columns: a model, or a statement of its rows."""
    way = asc if _goes_up(place) else desc
    return [way(of.id)] if place.column == "id" else [way(getattr(of, place.column)), way(of.id)]


def _goes_up(place: Place) -> bool:
    return (place.direction == "asc") is not place.is_back


def _seen(model: Any, column: str, seen: Sequence[Way]) -> list[Any]:
    """What the reader sees by the ways ``seen``, in parts of which an index keeps each in the order of ``column``; none where that would be no help."""
    is_kept = all(not way.column or _keeps(model, [way.column, column, "id"]) for way in seen)
    is_some = is_kept and 1 < sum(len(way.parts) for way in seen) <= MOST_PARTS
    return [part for way in seen for part in way.parts] if is_some else []


def _keeps(model: Any, columns: list[str]) -> bool:
    return any(
        [column.name for column in index.columns][: len(columns)] == columns and index.dialect_options["sqlite"]["where"] is None
        for index in model.__table__.indexes
    )


def _nearest(part: Any, model: Any, place: Place, kept: Sequence[Any], few: int) -> Any:
    """``part``, from the first ``few`` rows of each part that is ``kept`` in order: a database would read and sort them all.

    What is asked and the rule of the reader stand in each statement as ever: this only tells where to look. The rule is asked of each row: beside
    a part, which says nearly the same, PostgreSQL would expect next to nothing of it, and sort it whole.
    """
    if not kept:
        return part
    columns = _sorted_by(model, place)
    nearest = [part.with_entities(*columns).filter(each).limit(few).subquery() for each in kept]
    met = union(*(select(each) for each in nearest)).subquery()
    first = select(met.c.id).order_by(*_order(met.c, place)).limit(few).subquery()
    return _whole(part, model, place, first).execution_options(**{WALKS: True})


def _sorted_by(model: Any, place: Place) -> list[Any]:
    """The key, and what the rows are in order by."""
    return [getattr(model, name) for name in dict.fromkeys(("id", place.column))]


def _parts(query: Any, model: Any, place: Place) -> Iterator[Any]:
    """What lies beyond ``place``: rows with a value and rows without are two ranges of the index, each found at once."""
    goes_up = _goes_up(place)
    if own_field(place.column):
        at = None if place.key is None else (place.value, place.key)
        yield from custom_fields.parts(query, model, place.column, goes_up=goes_up, is_back=place.is_back, at=at)
        return
    column, key = getattr(model, place.column), model.id
    ordered = query.order_by(*_order(model, place))
    if place.key is None:
        yield ordered
        return
    beyond = key > place.key if goes_up else key < place.key
    if place.column == "id":
        yield ordered.filter(beyond)
        return
    nulls_are_high = query.session.get_bind().dialect.name == "postgresql"
    nulls_come_last = goes_up is nulls_are_high
    if place.value is None:
        yield ordered.filter(column.is_(None), beyond)
        if not nulls_come_last:
            yield ordered.filter(column.is_not(None))
        return
    here, there = tuple_(column, key), (place.value, place.key)  # a plain pair takes the types of the columns
    yield ordered.filter(here > there if goes_up else here < there)
    if nulls_come_last and inspect(model).columns[place.column].nullable:
        yield ordered.filter(column.is_(None))


def capped_count(query: Any, model: Any, place: Place, found: int, size: int, most: int | None = None) -> int:
    """How many rows there are, or one more than ``most`` (else ``COUNT_CAP``); a first page that holds them all has counted them."""
    if place.key is None and found < size:
        return found
    return int(query.with_entities(model.id).order_by(None).limit((COUNT_CAP if most is None else most) + 1).count())
