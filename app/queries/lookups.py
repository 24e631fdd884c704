"""The few rows that a look-up field offers while a person types."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, true

from app.domain.custom_fields import PREFIX
from app.domain.rights import FieldRule
from app.extensions import db
from app.models import Opportunity
from app.models.base import Searched, ordered_by
from app.permissions.actor import current_actor
from app.permissions.fields import governing
from app.queries.custom_fields import own_fields
from app.queries.words import Asked, ask, found
from app.support.text import fold, words

LIMIT = 12
_FIRST: dict[type[Any], Any] = {Opportunity: Opportunity.last_activity_at.desc()}  # of the others those that the alphabet begins with
LOOKED_THROUGH = 500  # rows, when hits by a hidden field must be left out


def matching(model: type[Any], asked: str) -> list[Any]:
    """At most ``LIMIT`` rows of ``model`` that the actor may see and in which every word of ``asked`` begins a word.

    Models without words of their own are searched by their first text column, which contains them.
    """
    if not issubclass(model, Searched):
        return _by_first_text(model, asked)
    if not asked.strip():
        first = select(model).where(_current(model)).order_by(_FIRST.get(model, model.search_text)).limit(LIMIT)
        return list(db.session.scalars(first))
    return by_words(model, ask(asked, [model]))


def by_words(model: type[Any], asked: Asked, loads: Sequence[Any] = ()) -> list[Any]:
    """The same for what was asked already; ``loads``: what else is shown of each row."""
    if not asked.is_in(model):
        return []
    hidden = {name for name, rule in current_actor().rules(model.__name__).items() if rule is FieldRule.HIDDEN}
    is_open = not any(name.startswith(PREFIX) for name in hidden) and not hidden & {governing(model.__name__, part) for part in (*model.SEARCHED, "addresses")}
    rows = db.session.scalars(found(model, asked, 4 * LIMIT if is_open else LOOKED_THROUGH).options(*loads)).unique()
    left = [row for row in rows if is_open or _fits(asked, _told(row, hidden))]
    return sorted(left, key=lambda row: (row.search_text, row.id))[:LIMIT]


def _fits(asked: Asked, told: str) -> bool:
    known = words(told)
    return all(any(each.startswith(word) for each in known) for word in asked.words)


def _told(row: Any, hidden: set[str]) -> str:
    """The text that ``row`` is searched by, without what the actor may not know: a hit would tell it."""
    name = type(row).__name__
    parts = [str(getattr(row, part) or "") for part in row.SEARCHED if governing(name, part) not in hidden]
    if name == "Contact" and "addresses" not in hidden:
        parts += [each.address for each in row.addresses]
    parts += [str((row.custom or {}).get(field.name, "")) for field in own_fields(name) if field.is_searched and field.name not in hidden]
    return fold(" ".join(parts))


def _by_first_text(model: type[Any], asked: str) -> list[Any]:
    names = ("name", "title", "label_en", "username", "last_name")
    name = next(name for name in names if hasattr(model, name))
    column = getattr(model, name)
    statement = select(model).where(*(column.icontains(word, autoescape=True) for word in asked.split()), _current(model))
    return list(db.session.scalars(statement.order_by(getattr(model, ordered_by(model, name))).limit(LIMIT)))


def _current(model: Any) -> Any:
    return model.archived_at.is_(None) if hasattr(model, "archived_at") else true()
