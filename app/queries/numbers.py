"""Several numbers by one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select

from app.extensions import db
from app.permissions.row_security import FEW

MANY = 100  # the number beside a menu entry says no more


def numbers(wanted: Mapping[str, ColumnElement[int]]) -> dict[str, int]:
    """What each of ``wanted`` comes to for the acting person."""
    return told(tuple(wanted), select(*wanted.values()))


def told(names: Sequence[str], asked: Any) -> dict[str, int]:
    """What the columns of the statement ``asked`` come to for the acting person, under these ``names``.

    What is counted is few by what is asked of it: the rule of the reader is asked of each.
    """
    return dict(zip(names, db.session.execute(asked, execution_options={FEW: True}).one(), strict=True))


def few(rows: Select[Any], most: int = MANY) -> ColumnElement[int]:
    """How many ``rows`` there are, counted to ``most`` and no further: it stands in the text, as a plan that is kept for all values heeds no other."""
    return select(func.count()).select_from(rows.limit(literal_column(f"{int(most)}")).subquery()).scalar_subquery()


def in_words(column: Any, *values: Any) -> ColumnElement[bool]:
    """``column`` is one of ``values``, which stand in the text: the condition of an index says the same, and so it serves a plan for all values too."""
    words = bindparam("words", list(values), type_=column.type, expanding=True, literal_execute=True, unique=True)
    is_one: ColumnElement[bool] = column.in_(words)
    return is_one
