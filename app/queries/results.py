"""The results of the firm: what was won, lost and cancelled in a time, told apart by one thing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, extract, func, select

from app.domain.custom_fields import Field
from app.domain.opportunities import Status
from app.domain.results import COUNTED, By, Line
from app.extensions import db
from app.models import Campaign, CloseReason, Competitor, Opportunity, Pipeline, User
from app.models.custom_fields import KEY_TABLES
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.permissions.figures import counted
from app.support.money import Money, total

_DAY = 86_400
COLUMNS: dict[By, Any] = {
    By.PERSON: Opportunity.owner_id, By.PIPELINE: Opportunity.pipeline_id, By.CAMPAIGN: Opportunity.campaign_id,
    By.REASON: Opportunity.reason_id, By.COMPETITOR: Opportunity.competitor_id,
}
NAMED: dict[By, Any] = {
    By.PERSON: User, By.PIPELINE: Pipeline, By.CAMPAIGN: Campaign, By.REASON: CloseReason, By.COMPETITOR: Competitor,
}


def results(by: By | Field, marks: Sequence[datetime]) -> list[Line]:
    """One line for each group, by one statement; ``marks`` are the beginnings of the months and the end of the last one.

    The key of a month is its place among the marks, that of a category the key of its value.
    """
    at = Opportunity.created_at if by is By.COHORT else Opportunity.closed_at
    group, joined = _group(by, at, marks)
    seconds = cast(extract("epoch", Opportunity.closed_at), BigInteger) - cast(extract("epoch", Opportunity.created_at), BigInteger)
    figures = select(
        group.label("what"), Opportunity.status, Opportunity.currency, func.count(Opportunity.id), func.sum(Opportunity.amount), func.sum(seconds),
    ).where(at >= marks[0], at < marks[-1], Opportunity.archived_at.is_(None), counted(Opportunity, current_actor()))
    if by is not By.COHORT:
        figures = figures.where(Opportunity.status.in_(COUNTED))
    if joined is not None:
        figures = figures.outerjoin(*joined)
    rows = db.session.execute(figures.group_by("what", Opportunity.status, Opportunity.currency)).all()
    found: dict[str | None, list[Any]] = {}
    for row in rows:
        found.setdefault(None if row[0] is None else str(row[0]), []).append(row)
    return [_line(key, group_rows) for key, group_rows in found.items()]


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
