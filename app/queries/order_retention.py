"""How long rows of orders are kept, and which of them are due to go."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.domain.orders import EMPTIED, SPOKEN, RowState
from app.extensions import db
from app.models import Order, ProspectRow
from app.support.dates import months_from

_row = ProspectRow.__table__.c


def _since() -> ColumnElement[Any]:
    """From when the term of a row runs: collected, or its company reached."""
    return func.coalesce(_row.entered_at, _row.created_at)


def _left(order: Order) -> list[Any]:
    """What is still known, and became no account."""
    return [_row.order_id == order.id, _row.state != RowState.CONVERTED, or_(_row.discarded_because.is_(None), _row.discarded_because.not_in(EMPTIED))]


def due_in(order: Order, now: datetime, most: int) -> list[int]:
    """Keys of rows of ``order`` whose term was over at ``now``."""
    last = months_from(now, -order.keep_months)
    is_silent = or_(_row.called_at.is_(None), _row.called_at < last, _row.call_result.not_in(SPOKEN))
    return list(db.session.connection().execute(select(_row.id).where(*_left(order), _since() < last, is_silent).order_by(_row.id).limit(most)).scalars())


def orders_with_due(now: datetime) -> list[Order]:
    """The orders that are old enough that a row of theirs may be due; most have none."""
    wanted = select(Order).where(Order.last_number > 0, Order.is_template.is_(False)).order_by(Order.id)
    return [order for order in db.session.scalars(wanted) if order.created_at < months_from(now, -order.keep_months)]


def next_end(order: Order) -> datetime | None:
    """When the term of the oldest row is over, unless its company is reached before; None where nothing is kept."""
    first = db.session.connection().execute(select(func.min(_since())).where(*_left(order))).scalar_one()
    return months_from(first, order.keep_months) if first is not None else None
