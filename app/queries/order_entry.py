"""What stands around a row on the page of the operator: one statement for all of its numbers."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, literal, null, select

from app.domain.orders import COUNTED, RowState
from app.extensions import db
from app.models import Order, OrderAssignment, ProspectRow, RowMessage, User, order_total
from app.models.base import UtcDateTime

NOT_CALLED = (RowState.DISCARDED, RowState.CONVERTED)  # nobody calls these


@dataclass(frozen=True)
class Around:
    """Keys of the rows beside, and numbers. ``entered`` is that of the whole order."""

    at: int
    of: int
    previous: int | None
    following: int | None
    rejected_next: int | None
    rejected: int
    today: int
    entered: int
    unread: int
    to_call: int | None
    supervisor: str


def around(
    order: Order, operator_id: int | None, place: OrderAssignment | None, number: int | None, midnight: datetime, *, given: bool = False
) -> Around:
    """``number``: of the row on the page; None: a new one after all others. ``given``: of rows that the person was given, not of those they entered."""
    said = {"order": order.id, "operator": operator_id, "here": number, "midnight": midnight, "above": place.parent_id if place is not None else None}
    row = db.session.connection().execute(_statement(operator_id is not None, number is None, given), said).one()
    found = dict(zip((each.name for each in fields(Around)), row, strict=True))
    return Around(**{**found, "supervisor": found["supervisor"] or "", "entered": int(found["entered"])})


@cache
def _statement(is_somebodys: bool, is_new: bool, given: bool) -> Select[Any]:
    """Made once: for the ORM, making it takes longer than running it."""
    row, note, place, user, kept = ProspectRow.__table__.c, RowMessage.__table__.c, OrderAssignment.__table__.c, User.__table__.c, order_total.c
    here, order, operator = bindparam("here", type_=Integer), bindparam("order", type_=Integer), bindparam("operator", type_=Integer)
    whose = row.owner_id if given else row.operator_id
    theirs = whose == operator if is_somebodys else whose.is_(None)
    mine = (row.order_id == order, theirs, row.archived_at.is_(None))
    count, key, wrong = select(func.count()).where(*mine), select(row.id).where(*mine), row.state == RowState.REJECTED
    uncalled = row.called_at.is_(None) & row.state.not_in(NOT_CALLED)

    def next_of(*conditions: Any) -> Select[Any]:
        """The first after the row on the page, and again from the beginning."""
        if is_new:
            return key.where(*conditions).order_by(row.number).limit(1)
        return key.where(*conditions, row.number != here).order_by(row.number <= here, row.number).limit(1)

    said = select(func.count()).select_from(RowMessage.__table__.join(ProspectRow.__table__, note.row_id == row.id))
    entered = select(func.coalesce(func.sum(kept.rows), 0)).where(kept.order_id == order, kept.state.in_([each.value for each in COUNTED]))
    above = select(user.first_name + " " + user.last_name).join(OrderAssignment.__table__, place.user_id == user.id)
    wanted: list[Any] = [
        literal(0) if is_new else count.where(row.number <= here), count,
        key.order_by(row.number.desc()).limit(1) if is_new else key.where(row.number < here).order_by(row.number.desc()).limit(1),
        null() if is_new else key.where(row.number > here).order_by(row.number).limit(1), next_of(wrong), count.where(wrong),
        count.where(row.entered_at >= bindparam("midnight", type_=UtcDateTime)), entered,
        said.where(*mine[:2], note.to_user_id == operator, note.seen_at.is_(None)), next_of(uncalled),
        above.where(place.id == bindparam("above", type_=Integer)),
    ]
    return select(*(each.scalar_subquery() if isinstance(each, Select) else each for each in wanted))


def first_to_call(order_id: int, but: int = 0) -> int | None:
    """The first row of the order that nobody called yet, whoever entered it, of those within reach of the acting person."""
    wanted = select(ProspectRow.id).where(ProspectRow.order_id == order_id, ProspectRow.called_at.is_(None), ProspectRow.state.not_in(NOT_CALLED))
    return db.session.scalars(wanted.where(ProspectRow.archived_at.is_(None), ProspectRow.id != but).order_by(ProspectRow.number).limit(1)).first()
