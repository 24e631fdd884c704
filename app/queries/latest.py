"""The keys of the latest lines of history of some people and teams, found along indexes: what is others' is not passed on the way."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, select, union, union_all

from app.models import Team, TimelineEntry, User
from app.models.timeline_holders import Holds, timeline_holder
from app.permissions.one_of import is_in
from app.permissions.scope import Keys, Whose

Conditions = Callable[[Any], list[ColumnElement[bool]]]  # of the columns of an entry


class _Lists:
    """Each an index in the order of time, for every person or team: of the entries that fit ``when``, their moment and key, and ``what``, anything else."""

    def __init__(self, whose: Whose, when: Conditions, what: Conditions) -> None:
        self._whose, self._when, self._what = whose, when, what

    def _each(self) -> list[tuple[Any, Keys, Holds | None]]:
        """The table of those whose they are, their keys, and how they hold what is theirs: none, where they wrote it."""
        whose = self._whose
        held = ((Team, whose.teams, Holds.TEAM), (User, whose.people, Holds.PERSON), (Team, whose.free, Holds.FREE), (User, whose.people, None))
        return [(model.__table__, keys, holds) for model, keys, holds in held if isinstance(keys, Select) or keys]

    def _list(self, holds: Holds | None, keyed: Callable[[Any], Any]) -> Select[Any]:
        """Key and moment of the entries of those that ``keyed`` leaves by the column of their keys."""
        entry, held = TimelineEntry.__table__.alias(), timeline_holder.alias()
        further = self._what(entry.c)
        if holds is None:
            return select(entry.c.id, entry.c.occurred_at).where(keyed(entry.c.author_id), entry.c.archived_at.is_(None), *self._when(entry.c), *further)
        of = SimpleNamespace(id=held.c.entry_id, occurred_at=held.c.occurred_at)
        found = select(of.id.label("id"), of.occurred_at).where(held.c.holds == literal_column(f"{holds:d}"), keyed(held.c.holder_id), *self._when(of))
        return found.join_from(held, entry, entry.c.id == of.id).where(*further) if further else found

    def parts(self) -> list[Select[Any]]:
        return [self._list(holds, partial(_are, keys=keys)) for _, keys, holds in self._each()]

    def since(self, most: int) -> Any:
        """A moment since which there are ``most`` of them, and not very many more: that of the ``most``-th of somebody. None where nobody has so many."""
        moments = []
        for table, keys, holds in self._each():
            one = table.alias()
            of_one = self._list(holds, one.c.id.__eq__)
            key, at = of_one.selected_columns
            nth = of_one.with_only_columns(at).order_by(at.desc(), key.desc()).offset(_number(most - 1)).limit(_number(1)).correlate(one)
            moments.append(select(func.max(nth.scalar_subquery()).label("at")).where(_are(one.c.id, keys)))
        if self._whose.are_few:
            every = union_all(*moments).subquery()
            return select(func.max(every.c.at)).scalar_subquery()
        return func.coalesce(*(each.scalar_subquery() for each in moments))  # the first that is any: of many, each costs


def latest(whose: Whose, when: Conditions, what: Conditions, most: int) -> Select[Any]:
    """The keys and moments of the latest ``most``, the latest first, as a Core statement."""
    lists, beginning = _Lists(whose, when, what), literal(datetime(1, 1, 1, tzinfo=UTC), TimelineEntry.occurred_at.type)
    edge = select(func.coalesce(lists.since(most), beginning).label("at")).cte()
    since = select(edge.c.at).scalar_subquery()
    every = union(*(each.where(each.selected_columns[1] >= since) for each in lists.parts())).subquery()
    return select(every.c.id, every.c.occurred_at).order_by(every.c.occurred_at.desc(), every.c.id.desc()).limit(_number(most))


def _are(column: Any, keys: Keys) -> Any:
    return column.in_(keys) if isinstance(keys, Select) else is_in(column, keys)


def _number(of: int) -> Any:
    return literal_column(f"{int(of)}")
