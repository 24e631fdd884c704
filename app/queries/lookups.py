"""The few rows that a look-up field offers while a person types."""

from typing import Any

from sqlalchemy import select

from app.domain.rights import FieldRule
from app.extensions import db
from app.permissions.actor import current_actor
from app.permissions.fields import governing
from app.support.text import fold

LIMIT = 12
LOOKED_THROUGH = 500  # rows, when hits by a hidden field must be left out


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
    found = statement.order_by(column)
    hidden = {name for name, rule in current_actor().rules(model.__name__).items() if rule is FieldRule.HIDDEN}
    if not hidden & {governing(model.__name__, part) for part in (*getattr(model, "SEARCHED", ()), "addresses")}:
        return list(db.session.scalars(found.limit(LIMIT)))
    rows = db.session.scalars(found.limit(LOOKED_THROUGH))
    return [row for row in rows if all(word in _told(row, hidden) for word in words)][:LIMIT]


def _told(row: Any, hidden: set[str]) -> str:
    """The text that ``row`` is searched by, without what the actor may not know: a hit would tell it."""
    name = type(row).__name__
    parts = [str(getattr(row, part) or "") for part in row.SEARCHED if governing(name, part) not in hidden]
    if name == "Contact" and "addresses" not in hidden:
        parts += [each.address for each in row.addresses]
    return fold(" ".join(parts))


def _first_text(model: type[Any]) -> Any:
    names = ("name", "title", "label_en", "username", "last_name")
    return next(getattr(model, name) for name in names if hasattr(model, name))
