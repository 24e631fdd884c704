"""Reading opportunities and where they can go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from app.domain.opportunities import CLOSED, OPEN, ReasonOf, Status
from app.domain.tasks import OPEN as OPEN_TASKS
from app.extensions import db
from app.models import Account, CloseReason, Competitor, Contact, Opportunity, Pipeline, Step, Task
from app.permissions.one_of import Told
from app.support import clock
from app.support.money import Money, total

LIMIT = 10


def steps_on_offer() -> list[Step]:
    """Every step that an opportunity can be in, pipeline by pipeline; archived ones while an opportunity rests there."""
    kept = Step.archived_at.is_(None) & Pipeline.archived_at.is_(None) | Step.id.in_(select(Opportunity.step_id))
    query = select(Step).join(Step.pipeline).where(kept).options(contains_eager(Step.pipeline))
    return list(db.session.scalars(query.order_by(Pipeline.position, Pipeline.id, Step.position, Step.id)))


@dataclass(frozen=True)
class Dealings:
    """The first opportunities of somebody, open ones first, how many there are, and what is won and open in each currency."""

    first: list[Opportunity]
    count: int
    won: tuple[Money, ...]
    open: tuple[Money, ...]


def opportunities_of(subject: Contact | Account) -> Dealings:
    """The opportunities of a person or a company, of those that the reader sees."""
    condition = Opportunity.contacts.any(Contact.id == subject.id) if isinstance(subject, Contact) else Opportunity.account_id == subject.id
    figures = select(Opportunity.status, Opportunity.currency, func.count(Opportunity.id), func.sum(Opportunity.amount))
    rows = db.session.execute(figures.where(condition, Opportunity.archived_at.is_(None)).group_by(Opportunity.status, Opportunity.currency)).all()
    sums = [(status, Money(Decimal(amount), currency)) for status, currency, _, amount in rows if amount]
    open_first = case((Opportunity.status.in_(OPEN), 0), else_=1)
    query = select(Opportunity).where(condition, Opportunity.archived_at.is_(None)).options(selectinload(Opportunity.step))
    order = (open_first, Opportunity.last_activity_at.desc(), Opportunity.id)
    return Dealings(
        list(db.session.scalars(query.order_by(*order).limit(LIMIT))), sum(row[2] for row in rows),
        total(money for status, money in sums if status is Status.WON), total(money for status, money in sums if status in OPEN),
    )


def too_long_in_step(steps: Iterable[Step]) -> ColumnElement[bool]:
    """Open, and longer in the step, one of ``steps``, than it allows. Rows are looked at in the order of the day they came there: no plan sorts them."""
    now = clock.now()
    last = {row.id: now - timedelta(days=row.max_days) for row in steps}
    if not last:
        return false()
    is_over = Opportunity.step_entered_at < case(last, value=Opportunity.step_id)
    return and_(Opportunity.step_entered_at < max(last.values()), is_over, Opportunity.status.not_in(sorted(CLOSED)))


def late_since(start: datetime) -> ColumnElement[bool]:
    """To do, with an open task whose day was over at ``start``, the beginning of the reader's day: each row is asked for its tasks."""
    over = keys_of_late(start).where(Task.opportunity_id == Opportunity.id).correlate(Opportunity)
    return and_(Opportunity.status == Status.TODO, Told(over.exists()))


def keys_of_late(start: datetime) -> Select[Any]:
    """What the open tasks are of whose day was over at ``start``, beginning with the tasks: they may be few beside the opportunities."""
    return select(Task.opportunity_id).where(Task.status.in_(OPEN_TASKS), Task.archived_at.is_(None), Task.due_at < start)


def renewals_of(item: Opportunity) -> list[Opportunity]:
    """What ``item`` renews, then what renews it, of those that the reader sees; nothing is asked where there can be none."""
    if item.renewal_of_id is None and item.is_open:
        return []
    found = select(Opportunity).where(or_(Opportunity.id == item.renewal_of_id, Opportunity.renewal_of_id == item.id))
    return list(db.session.scalars(found.order_by((Opportunity.id == item.renewal_of_id).desc(), Opportunity.id).limit(LIMIT)))


def words_on_offer(kind: str) -> list[str]:
    """The reasons for ``lost`` or ``cancelled``, or the names of ``competitor``, that an administrator keeps."""
    if kind == "competitor":
        return list(db.session.scalars(select(Competitor.name).where(Competitor.archived_at.is_(None)).order_by(Competitor.sort_name)))
    fitting = CloseReason.offered_for.in_([each for each in ReasonOf if each.value in (kind, ReasonOf.BOTH)])
    found = select(CloseReason).where(fitting, CloseReason.archived_at.is_(None)).order_by(CloseReason.position, CloseReason.id)
    return [each.label for each in db.session.scalars(found)]
