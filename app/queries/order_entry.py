"""What stands around a row on the page of the operator: one statement for all of its numbers."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from app.domain.orders import COUNTED, RowState
from app.extensions import db
from app.models import Order, OrderAssignment, ProspectRow, RowMessage, User

FEW = 20_000  # rows of an order that are counted; of more the newest number says it


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


def around(order: Order, operator_id: int | None, place: OrderAssignment | None, number: int | None, midnight: datetime) -> Around:
    """``number``: of the row on the page; None: a new one after all others."""
    mine = (ProspectRow.order_id == order.id, ProspectRow.operator_id == operator_id, ProspectRow.archived_at.is_(None))
    count, key = select(func.count()).select_from(ProspectRow).where(*mine), select(ProspectRow.id).where(*mine)
    here = number if number is not None else order.last_number + 1
    wrong = ProspectRow.state == RowState.REJECTED
    uncalled = ProspectRow.called_at.is_(None) & ProspectRow.state.not_in((RowState.DISCARDED, RowState.CONVERTED))
    said = select(func.count()).select_from(RowMessage).join(ProspectRow, RowMessage.row_id == ProspectRow.id)
    above = select(User.first_name + " " + User.last_name).join(OrderAssignment, OrderAssignment.user_id == User.id)
    wanted: list[Any] = [
        count.where(ProspectRow.number <= here), count, key.where(ProspectRow.number < here).order_by(ProspectRow.number.desc()).limit(1),
        key.where(ProspectRow.number > here).order_by(ProspectRow.number).limit(1),
        key.where(wrong, ProspectRow.number != here).order_by(ProspectRow.number <= here, ProspectRow.number).limit(1), count.where(wrong),
        count.where(ProspectRow.entered_at >= midnight), _entered(order),
        said.where(*mine[:2], RowMessage.to_user_id == operator_id, RowMessage.seen_at.is_(None)),
        key.where(uncalled, ProspectRow.number != here).order_by(ProspectRow.number <= here, ProspectRow.number).limit(1),
        above.where(OrderAssignment.__table__.c.id == (place.parent_id if place is not None else None)),
    ]
    row = db.session.connection().execute(select(*(each.scalar_subquery() if isinstance(each, Select) else each for each in wanted))).one()
    found = dict(zip((each.name for each in fields(Around)), row, strict=True))
    return Around(**{**found, "supervisor": found["supervisor"] or ""})


def _entered(order: Order) -> ColumnElement[int]:
    """Rows of the whole order that count towards its target, whoever asks: the operator sees how far all of them are."""
    if order.last_number > FEW:
        return literal(order.last_number)
    row = ProspectRow.__table__.alias()
    return select(func.count()).select_from(row).where(row.c.order_id == order.id, row.c.state.in_(COUNTED)).scalar_subquery()
