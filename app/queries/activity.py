"""What happened lately, wherever: the feed, of all, of a person or of a team, and what of it is new."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, or_, select

from app.domain.action_types import Known
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Engagement, Opportunity, TimelineEntry
from app.permissions.actor import Actor, current_actor
from app.permissions.one_of import Looked
from app.permissions.rights import Action
from app.permissions.row_security import KEPT, WALKS
from app.permissions.scope import Whose, members_of, reaches_all, rows, whose_history
from app.queries.latest import latest
from app.queries.timeline import NEWEST, PAGE, History, before, history_of_keys, is_kind, latest_history
from app.support import clock


@dataclass(frozen=True)
class Feed:
    """All that happened; or of a person or a team: what they wrote and did, and what came in on what is theirs; or of one kind."""

    person_id: int | None = None
    team_id: int | None = None
    kind: Kind | Known | None = None

    @property
    def is_whole(self) -> bool:
        return self == Feed()

    @property
    def whose(self) -> Whose | None:
        """Among whose lines they are, where they are of a person or a team; some of these are not."""
        if self.person_id is not None:
            return Whose(frozenset({self.person_id}))
        return Whose(members_of([self.team_id]), frozenset({self.team_id})) if self.team_id is not None else None

    def fits(self, of: Any) -> list[ColumnElement[bool]]:
        """Conditions on the columns of an entry."""
        person, team, conditions = self.person_id, self.team_id, []
        if person is not None:
            conditions.append(or_(of.author_id == person, of.author_id.is_(None) & _on(of, lambda columns: columns.owner_id == person)))
        if team is not None:
            people = members_of([team])
            incoming = of.author_id.is_(None) & _on(of, lambda columns: or_(columns.owner_id.in_(people), columns.team_id == team))
            conditions.append(or_(of.author_id.in_(people), incoming))
        if self.kind is not None:
            conditions.append(is_kind(self.kind, of))
        return conditions


def lately(feed: Feed, *, older_than: int | None = None, limit: int = PAGE) -> History:
    """The latest ``limit``, or those before the entry ``older_than``. Nothing is counted."""
    edge = db.session.get(TimelineEntry, older_than) if older_than else None
    actor, now, most = current_actor(), clock.now(), limit + 1

    def when(of: Any) -> list[ColumnElement[bool]]:
        return [of.occurred_at <= now] if edge is None else [of.occurred_at <= min(edge.occurred_at, now), before(edge, of)]

    looked = _latest_within(actor, most) if feed.is_whole and edge is None else _looked(feed, actor, when, most)
    if looked is not None:  # of the tables: this only tells where to look, and the rule stands in the statement that reads them
        found = db.session.connection().execute(looked, {"now": now}).all()
        page = history_of_keys([key for key, _ in found], limit)
        if [(entry.id, entry.occurred_at) for entry in page.entries] == [(key, at) for key, at in found[:limit]]:
            return page  # else lines went or moved a moment ago: what is missing here may be all that follows
    asked = and_(*when(TimelineEntry), *feed.fits(TimelineEntry), TimelineEntry.archived_at.is_(None))
    if reaches_all(TimelineEntry, actor, Action.READ):
        return latest_history(asked, limit)
    # Keys alone first: what a page shows of each entry would be planned, and by some databases looked up, for all that are passed on the way.
    keys = select(TimelineEntry.id).where(asked).order_by(*NEWEST).limit(literal_column(f"{most}"))
    walks = db.session.get_bind().dialect.name == "sqlite"  # it knows no limit when it chooses; PostgreSQL weighs it by itself
    return history_of_keys(db.session.scalars(keys, execution_options={WALKS: True} if walks else {}).all(), limit)


@lru_cache(maxsize=KEPT)
def _latest_within(actor: Actor, most: int) -> Any:
    """The keys of the whole feed until ``now``: made once for each person, as it is long. None where it is walked through."""
    now, whose = bindparam("now", type_=TimelineEntry.occurred_at.type), whose_history(actor)
    return whose and latest(whose, lambda of: [of.occurred_at <= now], lambda of: [], most)


def _looked(feed: Feed, actor: Actor, when: Any, most: int) -> Any:
    """The keys of a part of the feed, along the lists of whoever has fewer: the reader, or whom it is asked of. None where it is walked through."""
    read, asked = whose_history(actor), feed.whose
    if read is not None and read.are_few and (feed.person_id is None or read.people == actor.people):
        return latest(read, when, feed.fits, most)
    if asked is not None:
        return latest(asked, when, lambda of: [*feed.fits(of), Looked(rows(TimelineEntry, actor, are_few=True, columns=of))], most)
    return latest(read, when, feed.fits, most) if read is not None and feed.kind is None else None


def news(feed: Feed, after: int, *, limit: int = PAGE) -> History:
    """Of what was written down since the entry ``after``, whenever it happened, what was written down last."""
    asked = [TimelineEntry.id > after, TimelineEntry.occurred_at <= clock.now(), TimelineEntry.archived_at.is_(None), *feed.fits(TimelineEntry)]
    keys = select(TimelineEntry.id).where(*asked).order_by(TimelineEntry.id.desc()).limit(literal_column(f"{limit + 1}"))
    return history_of_keys(db.session.scalars(keys, execution_options={WALKS: True}).all(), limit)


def counted(feed: Feed, start: datetime, last: datetime) -> dict[tuple[Kind, int | None], tuple[int, int]]:
    """(kind, own kind) → how many people wrote down since ``start``, and before it since ``last``: of those whose figures the acting person is told."""
    actor, author, at = current_actor(), TimelineEntry.author_id, TimelineEntry.occurred_at
    told = [author.is_not(None), TimelineEntry.kind != Kind.SYSTEM, at >= last, at <= clock.now(), TimelineEntry.archived_at.is_(None)]
    if not actor.sees_all:
        told.append(or_(author == actor.id, author.in_(members_of(actor.managed_team_ids))))
    told += [author == feed.person_id] if feed.person_id is not None else []
    told += [author.in_(members_of([feed.team_id]))] if feed.team_id is not None else []
    is_now = case((at >= start, 1), else_=0).label("is_now")
    keys = TimelineEntry.kind, TimelineEntry.action_type_id
    found: dict[tuple[Kind, int | None], tuple[int, int]] = {}
    for kind, type_id, now, number in db.session.execute(select(*keys, is_now, func.count(TimelineEntry.id)).where(*told).group_by(*keys, "is_now")):
        here, before = found.get((kind, type_id), (0, 0))
        found[kind, type_id] = (here + number, before) if now else (here, before + number)
    return found


def newest_key() -> int:
    """The key of the entry that was written down last, whoever may see it."""
    return db.session.connection().scalar(select(func.max(TimelineEntry.__table__.c.id))) or 0


def _on(of: Any, fits: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """The entry, by its columns ``of``, lies on an opportunity or an engagement that ``fits``."""
    places = ((Opportunity.__table__.alias(), of.opportunity_id), (Engagement.__table__.alias(), of.engagement_id))
    return or_(*(select(table.c.id).where(table.c.id == key, fits(table.c)).exists() for table, key in places))
