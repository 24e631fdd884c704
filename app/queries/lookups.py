"""The few rows that a look-up field offers while a person types."""

from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.support.text import fold

LIMIT = 12


def matching(model: type[Any], asked: str) -> list[Any]:
    """At most ``LIMIT`` rows of ``model`` that the actor may see and that contain every word of ``asked``.

    Models that keep a ``search_text`` are searched there, the others by their first text column.
    """
    column = getattr(model, "search_text", None)
    words = fold(asked).split()
    if column is None:
        column, words = _first_text(model), asked.split()
    statement = select(model).where(*(column.icontains(word, autoescape=True) for word in words))
    if hasattr(model, "archived_at"):
        statement = statement.where(model.archived_at.is_(None))
    return list(db.session.scalars(statement.order_by(column).limit(LIMIT)))


def _first_text(model: type[Any]) -> Any:
    names = ("name", "title", "label_en", "username", "last_name")
    return next(getattr(model, name) for name in names if hasattr(model, name))
