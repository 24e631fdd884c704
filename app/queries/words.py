"""Finding records by the beginnings of their words, in a time that does not depend on how many records there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.sql.selectable import ScalarSelect

from app.extensions import db
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.support.text import fold, words

MOST_WORDS = 8
COMMON = 5_000  # a word of more records is not asked for all of them
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Asked:
    """What was typed, and how many records of each kind each word begins in, counted to ``COMMON``."""

    words: tuple[str, ...]
    counts: Mapping[tuple[type[Any], str], int]

    def is_in(self, model: type[Any]) -> bool:
        """Whether some record of ``model`` has each of the words at all."""
        return bool(self.words) and all(self.counts[model, word] for word in self.words)


def ask(text: str, models: Sequence[type[Any]]) -> Asked:
    """One statement, whatever is typed; none without a word."""
    typed = tuple(words(fold(text))[:MOST_WORDS])
    wanted = {(model, word): _count(model, word) for model in models for word in typed}
    if not wanted:
        return Asked((), {})
    row = db.session.execute(select(*wanted.values())).one()
    return Asked(typed, dict(zip(wanted, row, strict=True)))


def found(model: type[Any], asked: Asked, limit: int) -> Select[Any]:
    """A statement of at most ``limit`` records of ``model`` with all the words; which ones, where more have them, is open."""
    first, *rest = sorted(asked.words, key=lambda word: (asked.counts[model, word], -len(word)))
    table = model.WORDS
    if asked.counts[model, first] < COMMON:
        keys = select(table.c.record_id).where(_begins(model, first), *(_has(table.c.record_id, model, word) for word in rest))
        by_text = model.search_text + ""  # no index may lead through all records in this order
        return select(model).where(model.id.in_(keys), _is_current(model)).order_by(by_text, model.id).limit(limit)
    if current_actor().scope(model.__name__, Action.READ).everything:
        others = (_has(table.c.record_id, model, word) for word in rest)
        way = select(model).join(table, table.c.record_id == model.id).where(_begins(model, first), *others, _is_current(model))
        return way.order_by(table.c.word, table.c.record_id).limit(limit)
    return select(model).where(*(_has(model.id, model, word) for word in asked.words), _is_current(model)).limit(limit)


def begins(column: Any, word: str) -> ColumnElement[bool]:
    """The word in that column begins with ``word``, as its index is walked."""
    found: ColumnElement[bool] = (column >= word) & (column < word + _LAST)
    return found


def _begins(model: Any, word: str) -> ColumnElement[bool]:
    return begins(model.WORDS.c.word, word)


def _count(model: Any, word: str) -> ScalarSelect[int]:
    some = select(literal(1).label("one")).select_from(model.WORDS).where(_begins(model, word)).limit(COMMON).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _has(key: Any, model: Any, word: str) -> ColumnElement[bool]:
    """Asked of one record after the other: a plan that reads all records of a common word first would be the slowest."""
    table = model.WORDS.alias()
    some = select(literal(1)).where(table.c.record_id == key, begins(table.c.word, word)).limit(1)
    return some.scalar_subquery().is_not(None)


def _is_current(model: Any) -> ColumnElement[bool]:
    return model.archived_at.is_(None)
