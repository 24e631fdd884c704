"""Conditions on a key that an index answers even where they stand beside others in an OR.

PostgreSQL would read the whole table for ``column IN (SELECT …)`` in such an OR; an array that it fills first, it looks up row by row.
SQLite does so by itself. A set of keys is one parameter, however many they are: the text of the statement stays the same.
"""

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BindParameter, Boolean, ColumnElement, Integer, Select, Text, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

_VALUES = 2_000  # parameters that are remembered: a person has a handful


class _Test(FunctionElement[bool]):
    """A condition as it is. SQLAlchemy would write ``… = 1`` where it knows no condition by its form, and no index answers that."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        return self


class Looked(_Test):
    """The condition, asked of each row that is come by in another way.

    SQLite would find them by it and then sort them all; PostgreSQL would take it for as strict again as another that says the same, and expect next to nothing.
    """

    name = "looked"
    inherit_cache = True


class Told(_Test):
    """The condition as it is. A statement that begins with what it asks for need not ask it of each row once more."""

    name = "told"
    inherit_cache = True


class OneOf(_Test):
    """Whether the column is one of the values that a statement of one column finds."""

    name = "one_of"
    inherit_cache = True

    def __init__(self, column: Any, found: Select[Any]) -> None:
        super().__init__(column, found.scalar_subquery())


class _Numbers(UserDefinedType[str]):
    """An array of PostgreSQL, given as it is written."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **kwargs: Any) -> str:
        return "INTEGER[]"

    def literal_processor(self, dialect: Dialect) -> Any:
        return "'{}'".format


class _Keys(TypeDecorator[str]):
    """Whole numbers with commas between them as one value: an array, or JSON where there is none."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_Numbers() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return f"{{{value}}}" if dialect.name == "postgresql" else f"[{value}]"


class _Texts(TypeDecorator[list[str]]):
    """Texts as one value."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class Among(_Test):
    """Whether the column is one of ``keys``."""

    name = "among"
    inherit_cache = True

    def __init__(self, column: Any, keys: Collection[int] | Collection[str] | BindParameter[Any]) -> None:
        super().__init__(column, keys if isinstance(keys, BindParameter) else _texts(keys) if any(isinstance(each, str) for each in keys) else _numbers(keys))


def _texts(keys: Collection[Any]) -> BindParameter[Any]:
    return bindparam(None, sorted(keys), type_=_Texts(), unique=True)


def _numbers(keys: Collection[Any]) -> BindParameter[Any]:
    """Written once, and not with each statement that it stands in."""
    return bindparam(None, ",".join(str(each) for each in sorted(int(each) for each in keys)), type_=_Keys(), unique=True)


class OneByOne(_Test):
    """Whether a row is one of those ``found``, all at once; or, on PostgreSQL, whether it is when it is ``looked`` at.

    They must say the same. PostgreSQL finds all anew for each place of a statement that asks, SQLite once.
    """

    name = "one_by_one"
    inherit_cache = True

    def __init__(self, found: ColumnElement[bool], looked: ColumnElement[bool]) -> None:
        super().__init__(found, looked)


def among(column: Any, keys: Collection[int] | Collection[str]) -> ColumnElement[bool]:
    """Whether ``column`` is one of ``keys``: of one it is that one."""
    one: ColumnElement[bool] = column == next(iter(keys), None) if len(keys) == 1 else Among(column, keys)
    return one


@lru_cache(maxsize=_VALUES)
def _value(of: str, keys: frozenset[int]) -> BindParameter[Any]:
    return _numbers(keys) if len(keys) != 1 else bindparam(None, next(iter(keys)), type_=Integer(), unique=True)


def is_in(column: Any, keys: Collection[int]) -> ColumnElement[bool]:
    """``among`` for conditions that many statements carry: the same ``keys`` of the same table are one parameter, however often they are asked for."""
    of = next((each.target_fullname for each in column.foreign_keys), "")
    value = _value(of, frozenset(keys))
    found: ColumnElement[bool] = column == value if len(keys) == 1 else Among(column, value)
    return found


@compiles(Looked)
def _looked(element: Looked, compiler: Any, **kwargs: Any) -> str:
    return f"+({compiler.process(element.clauses, **kwargs)})"


@compiles(Looked, "postgresql")
def _looked_at(element: Looked, compiler: Any, **kwargs: Any) -> str:
    return f"CASE WHEN {compiler.process(element.clauses, **kwargs)} THEN true ELSE false END"


@compiles(Told)
def _told(element: Told, compiler: Any, **kwargs: Any) -> str:
    return f"({compiler.process(element.clauses, **kwargs)})"


@compiles(OneOf)
def _in(element: OneOf, compiler: Any, **kwargs: Any) -> str:
    column, found = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} IN {found}"


@compiles(OneOf, "postgresql")
def _any(element: OneOf, compiler: Any, **kwargs: Any) -> str:
    column, found = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} = ANY(ARRAY{found})"


@compiles(Among)
def _in_json(element: Among, compiler: Any, **kwargs: Any) -> str:
    column, keys = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608 - both parts are of the compiler


@compiles(Among, "postgresql")
def _any_key(element: Among, compiler: Any, **kwargs: Any) -> str:
    """Texts may be thousands, as in an import: a plan that is kept for all values would compare each row with each of an array, one by one."""
    column, keys = (compiler.process(clause, **kwargs) for clause in element.clauses)
    are_texts = isinstance([*element.clauses][1].type, _Texts)
    return f"{column} IN (SELECT unnest({keys}))" if are_texts else f"{column} = ANY({keys})"


@compiles(OneByOne)
def _all_at_once(element: OneByOne, compiler: Any, **kwargs: Any) -> str:
    found, _ = element.clauses
    return f"({compiler.process(found, **kwargs)})"


@compiles(OneByOne, "postgresql")
def _each_alone(element: OneByOne, compiler: Any, **kwargs: Any) -> str:
    _, looked = element.clauses
    return f"({compiler.process(looked, **kwargs)})"
