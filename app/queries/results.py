"""The results of the firm: what was won, lost and cancelled in a time, told apart by one thing."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, extract, func, select, union_all

from app.domain.custom_fields import Field
from app.domain.opportunities import Status
from app.domain.results import COUNTED, By, Line, first_of
from app.extensions import db
from app.models import (
    Campaign,
    CloseReason,
    Competitor,
    Opportunity,
    Pipeline,
    User,
    campaign_total,
    cohort_total,
    competitor_total,
    reason_total,
    result_total,
)
from app.models.custom_fields import KEY_TABLES
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.permissions.figures import counted
from app.permissions.row_security import WALKS
from app.permissions.scope import beside_holders, by_holders
from app.support.money import Money, total

_DAY, DAY = 86_400, timedelta(days=1)
_LINE = result_total.c
KEPT: dict[By, Any] = {  # what the database keeps, but for the edges of months: the column of the lines that tells them apart
    By.MONTH: _LINE.month, By.COHORT: cohort_total.c.month, By.PERSON: _LINE.owner_id, By.PIPELINE: _LINE.pipeline_id,
    By.CAMPAIGN: campaign_total.c.campaign_id, By.REASON: reason_total.c.reason_id, By.COMPETITOR: competitor_total.c.competitor_id,
}
COLUMNS: dict[By, Any] = {
    By.PERSON: Opportunity.owner_id, By.PIPELINE: Opportunity.pipeline_id, By.CAMPAIGN: Opportunity.campaign_id,
    By.REASON: Opportunity.reason_id, By.COMPETITOR: Opportunity.competitor_id,
}
NAMED: dict[By, Any] = {
    By.PERSON: User, By.PIPELINE: Pipeline, By.CAMPAIGN: Campaign, By.REASON: CloseReason, By.COMPETITOR: Competitor,
}


def results(by: By | Field, marks: Sequence[datetime]) -> list[Line]:
    """One line for each group, by two statements; ``marks`` are the beginnings of the months and the end of the last one, as the reader's clock says.

    The key of a month is its place among the marks, that of a category the key of its value.
    """
    found: dict[str | None, list[Any]] = {}
    for row in _all(by, marks):
        found.setdefault(None if row[0] is None else str(row[0]), []).append(row)
    return [_line(key, group_rows) for key, group_rows in found.items()]


def _all(by: By | Field, marks: Sequence[datetime]) -> Sequence[Any]:
    if isinstance(by, By) and by in KEPT:
        return [*_kept(by, marks), *_counted(by, marks, edges_of(marks))]
    return _counted(by, marks, [(marks[0], marks[-1])])


def _kept(by: By, marks: Sequence[datetime]) -> Iterator[tuple[Any, ...]]:
    """What the database keeps of the months: all but their edges; and what no kept line of the reader's says, of the same days."""
    group, actor = KEPT[by], current_actor()
    line, months = group.table.c, whole_months(marks)
    places = {name: bisect(marks, start) - 1 for name, (start, _) in months.items()}
    sums = [func.sum(line[name]) for name in ("opportunities", "cents", "seconds")]
    query = select(group, line.status, line.currency, *sums).where(
        line.month.in_(months), counted(line, actor), by_holders(line, Opportunity, actor)
    ).group_by(group, line.status, line.currency)
    for key, status, currency, count, cents, seconds in db.session.execute(query):
        if count:
            yield places[key] if by in (By.MONTH, By.COHORT) else key, Status(status), currency, int(count), Decimal(cents) / 100, int(seconds)
    beside = beside_holders(Opportunity, actor)
    if beside is not None and months:
        yield from _counted(by, marks, [*months.values()], beside)


def whole_months(marks: Sequence[datetime]) -> dict[str, tuple[datetime, datetime]]:
    """The kept months that lie within the marks, as the lines name them: (from, until before) of the days that a line tells."""
    found, day, last = {}, marks[0].date().replace(day=1), marks[-1]
    while (at := datetime.combine(day, time(), UTC)) < last:
        day = first_of(day, -1)
        start, end = at + DAY, datetime.combine(day, time(), UTC) - DAY
        if marks[0] <= start and end <= last:
            found[f"{at:%Y-%m}"] = (start, end)
    return found


def edges_of(marks: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """The times between the marks that no kept line tells: (from, until before)."""
    ends = [marks[0], *(end for _, end in whole_months(marks).values())]
    return list(zip(ends, [*(start for start, _ in whole_months(marks).values()), marks[-1]], strict=True))


def _counted(by: By | Field, marks: Sequence[datetime], times: Sequence[tuple[datetime, datetime]], *only: ColumnElement[bool]) -> Sequence[Any]:
    """What is found by counting, within ``times``: each is a walk along an index."""
    at = Opportunity.created_at if by is By.COHORT else Opportunity.closed_at
    columns = (Opportunity.id, Opportunity.status, Opportunity.currency, Opportunity.amount, Opportunity.created_at, Opportunity.closed_at)
    told = [Opportunity.archived_at.is_(None), counted(Opportunity, current_actor()), *only]
    if by is not By.COHORT:
        told.append(Opportunity.status.in_(COUNTED))
    group, joined = _group(by, at, marks)
    walks = []
    for start, end in times:
        walk = select(group.label("what"), *columns).where(at >= start, at < end, *told)
        walks.append((walk.outerjoin(*joined) if joined is not None else walk).subquery())
    row = (walks[0] if len(walks) == 1 else union_all(*(select(*walk.c) for walk in walks)).subquery()).c
    took = cast(extract("epoch", row.closed_at), BigInteger) - cast(extract("epoch", row.created_at), BigInteger)
    figures = select(
        row.what, row.status, row.currency, func.count(row.id), func.sum(row.amount), func.sum(case((row.status == Status.WON, took))),
    )
    return db.session.execute(figures.group_by(row.what, row.status, row.currency), execution_options={WALKS: True}).all()


def _group(by: By | Field, at: Any, marks: Sequence[datetime]) -> tuple[Any, Any]:
    """What tells the groups apart, and the table that must be joined for it."""
    if isinstance(by, Field):
        table = KEY_TABLES["Opportunity"]
        return table.c.key, (table, and_(table.c.record_id == Opportunity.id, table.c.field_id == by.id))
    if by in COLUMNS:
        return COLUMNS[by], None
    return case(*((at < end, place) for place, end in enumerate(marks[1:])), else_=len(marks) - 2), None


def _line(key: str | None, rows: Sequence[Any]) -> Line:
    counts: dict[Status, int] = {}
    for row in rows:
        counts[row[1]] = counts.get(row[1], 0) + row[3]
    won = [row for row in rows if row[1] is Status.WON]
    took, many = sum(row[5] or 0 for row in won), counts.get(Status.WON, 0)
    may_know = is_shown(current_actor(), Opportunity, "amount")
    sums = {status: total(Money(Decimal(row[4]), row[2]) for row in rows if row[4] and row[1] is status) for status in counts} if may_know else {}
    return Line(key, counts, sums, round(took / many / _DAY) if many else None)


def summed(lines: Sequence[Line]) -> Line:
    """All lines as one."""
    counts: dict[Status, int] = {}
    for line in lines:
        for status, count in line.counts.items():
            counts[status] = counts.get(status, 0) + count
    won = counts.get(Status.WON, 0)
    took = sum((line.days or 0) * line.count(Status.WON) for line in lines)
    sums = {status: total(money for line in lines for money in line.sums.get(status, ())) for status in counts}
    return Line(None, counts, sums, round(took / won) if won else None)


def names_of_groups(by: By, keys: set[int]) -> Mapping[int, Any]:
    """Key → the record behind it, of those that the reader may see."""
    model = NAMED[by]
    return {each.id: each for each in db.session.scalars(select(model).where(model.id.in_(keys))).unique()} if keys else {}
