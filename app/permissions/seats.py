"""Which rows of prospecting orders: what follows from a person's places in the trees of their orders."""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from app.domain.orders import STEERING, Seat
from app.domain.rights import Action
from app.models import Order, OrderAssignment, ProspectRow
from app.permissions.actor import Actor
from app.permissions.one_of import OneOf

Condition = ColumnElement[bool]
Within = Callable[[Any], Condition]  # a user key names somebody whose places count
# Names of their own: a condition on the table itself must not be taken for these. Made once, as a name of a table takes a millisecond.
_seat, _above, _row = OrderAssignment.__table__.alias("seat"), OrderAssignment.__table__.alias(), ProspectRow.__table__.alias()
WHOLE = (*STEERING, Seat.VERIFIER)  # read every row of the order


def _orders_where(within: Within, *seats: Seat) -> Any:
    """Keys of the orders in which such a person sits on one of ``seats``, or on any."""
    wanted = select(_seat.c.order_id).where(within(_seat.c.user_id), _seat.c.archived_at.is_(None))
    return wanted.where(_sits(seats)) if seats else wanted


@cache
def _sits(seats: tuple[Seat, ...]) -> Condition:
    """Made once, so that all rules that ask it share its parameters."""
    return _seat.c.seat.in_(seats)


def leading(within: Within) -> Any:
    """Keys of the orders in which such a person has a place other than that of an operator."""
    return _orders_where(within, *(seat for seat in Seat if seat is not Seat.OPERATOR))


def _below(within: Within) -> Any:
    """Keys of the places directly below those of such supervisors."""
    joined = _seat.join(_above, _seat.c.parent_id == _above.c.id)
    return select(_seat.c.id).select_from(joined).where(within(_above.c.user_id), _above.c.archived_at.is_(None))


def orders(columns: Any, within: Within, *, for_writing: bool) -> Condition:
    """An order is read by all who sit in it or were given rows of it, and changed by those who steer it."""
    if for_writing:
        return OneOf(columns.id, _orders_where(within, *STEERING))
    row = ProspectRow.__table__
    return or_(OneOf(columns.id, _orders_where(within)), OneOf(columns.id, select(row.c.order_id).where(within(row.c.owner_id))))


def reads_where_seated(actor: Actor) -> bool:
    """Whether a place in an order is enough for ``actor`` to read it, as ``orders`` says."""
    scope = actor.scope(Order.__name__, Action.READ)
    return scope.everything or scope.own


def assignments(columns: Any, within: Within, *, for_writing: bool) -> Condition:
    """Places: one's own, those directly below, and all of the orders that one steers. One's own is not one's to change."""
    above = select(_seat.c.id).where(within(_seat.c.user_id))
    ways: list[Condition] = [OneOf(columns.parent_id, above), OneOf(columns.order_id, _orders_where(within, *STEERING))]
    return or_(*ways) if for_writing else or_(within(columns.user_id), *ways)


def rows(columns: Any, within: Within, *, for_writing: bool) -> Condition:
    """Rows: those that one entered or was given, those of one's operators, all of the orders that one steers; a verifier only reads."""
    return or_(
        within(columns.operator_id), within(columns.owner_id), OneOf(columns.assignment_id, _below(within)),
        OneOf(columns.order_id, _orders_where(within, *(STEERING if for_writing else WHOLE))),
    )


def of_rows(columns: Any, within: Within) -> Condition:
    """What hangs on a row goes with it."""
    return exists().where(_row.c.id == columns.row_id, rows(_row.c, within, for_writing=False)).correlate_except(_row)


def links(columns: Any, within: Within) -> Condition:
    """A link is seen by whoever sees both orders."""
    mine = Order.__table__
    reached = select(mine.c.id).where(orders(mine.c, within, for_writing=False))
    return OneOf(columns.parent_id, reached) & OneOf(columns.child_id, reached)
