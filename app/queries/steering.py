"""How far orders and operators are, for those who steer: several orders by one statement."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from app.domain.orders import COUNTED, STEERING, WAITING, OrderState, RowState, Seat, Verdict
from app.extensions import db
from app.models import Order, OrderAssignment, ProspectRow, RowVerification, order_total
from app.permissions.actor import Actor, current_actor
from app.permissions.scope import is_one_of, rows_counted
from app.queries.orders import in_states

MOST = 100


@dataclass(frozen=True)
class Numbers:
    """Rows that count, of today, that wait for a verifier, and that are to be corrected; verdicts, and rejections among them."""

    counted: int = 0
    today: int = 0
    waiting: int = 0
    rejected: int = 0
    verdicts: int = 0
    rejections: int = 0


def orders_in_reach() -> list[Order]:
    """The open ones first, by when they are due."""
    wanted = select(Order).where(Order.archived_at.is_(None), Order.is_template.is_(False)).options(joinedload(Order.principal))
    return list(db.session.scalars(wanted.order_by(Order.state != OrderState.OPEN, Order.due_on.is_(None), Order.due_on, Order.id).limit(MOST)))


def operators_of(actor: Actor) -> list[OrderAssignment]:
    """The operators directly below the actor as their supervisor, in orders that are open."""
    above = aliased(OrderAssignment)
    wanted = select(OrderAssignment).join(above, OrderAssignment.parent_id == above.id).join(Order, OrderAssignment.order_id == Order.id).where(
        above.user_id == actor.id, above.seat == Seat.SUPERVISOR, OrderAssignment.seat == Seat.OPERATOR, OrderAssignment.archived_at.is_(None),
        Order.state == OrderState.OPEN,
    ).options(joinedload(OrderAssignment.user), joinedload(OrderAssignment.order))
    return list(db.session.scalars(wanted.order_by(Order.due_on, Order.id, OrderAssignment.id).limit(MOST)))


def today_of(order_ids: Collection[int], midnight: datetime) -> dict[int, Numbers]:
    """The numbers of each order, of the rows that the acting person may see."""
    found = _numbers(ProspectRow.order_id, order_ids, midnight)
    said = _verdicts(order_ids)
    return {key: replace(numbers, **said[key]) if key in said else numbers for key, numbers in found.items()}


def steered(actor: Actor) -> list[Order]:
    """The open orders that ``actor`` steers or leads operators in, and not all alone."""
    mine, others = OrderAssignment.__table__.alias("mine"), OrderAssignment.__table__.alias("others")
    sits = exists().where(
        mine.c.order_id == Order.id, is_one_of(mine.c.user_id, actor), mine.c.seat.in_((Seat.SUPERVISOR, *STEERING)), mine.c.archived_at.is_(None),
        mine.c.closed_at.is_(None),
    )
    is_shared = exists().where(others.c.order_id == Order.id, ~is_one_of(others.c.user_id, actor), others.c.archived_at.is_(None))
    wanted = select(Order).where(Order.archived_at.is_(None), Order.is_template.is_(False), Order.state == OrderState.OPEN, sits, is_shared)
    return list(db.session.scalars(wanted.order_by(Order.due_on.is_(None), Order.due_on, Order.id).limit(MOST)))


def _verdicts(order_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Those that counted; a second opinion does not."""
    if not order_ids:
        return {}
    refused = func.sum(case((RowVerification.verdict == Verdict.REJECTED, 1), else_=0))
    wanted = select(ProspectRow.order_id, func.count(), refused).join(ProspectRow, RowVerification.row_id == ProspectRow.id)
    wanted = wanted.where(ProspectRow.order_id.in_(order_ids), RowVerification.is_second.is_(False)).group_by(ProspectRow.order_id)
    return {row[0]: {"verdicts": row[1], "rejections": row[2]} for row in db.session.execute(wanted)}


def today_of_places(place_ids: Collection[int], midnight: datetime) -> dict[int, Numbers]:
    """The numbers of each operator's place."""
    return _numbers(ProspectRow.assignment_id, place_ids, midnight)


def _numbers(of: Any, keys: Collection[int], midnight: datetime) -> dict[int, Numbers]:
    if not keys:
        return {}

    # By state: the kept lines, it may be a million rows. Of today: by who entered them, and since when.
    kept, counts = order_total.c[of.key], map(in_states, (COUNTED, WAITING, (RowState.REJECTED,)))
    states = select(kept.label("of"), *counts).where(kept.in_(keys), rows_counted(order_total.c, current_actor())).group_by(kept).subquery()
    theirs = ProspectRow.operator_id.in_(_operators(of, keys))
    today = select(of.label("of"), func.count().label("rows")).where(of.in_(keys), theirs, ProspectRow.entered_at >= midnight).group_by(of).subquery()
    wanted = select(states, func.coalesce(today.c.rows, 0)).outerjoin(today, today.c.of == states.c.of)
    found = {row[0]: Numbers(counted=int(row[1]), waiting=int(row[2]), rejected=int(row[3]), today=row[4]) for row in db.session.execute(wanted)}
    return dict.fromkeys(keys, Numbers()) | found


def _operators(of: Any, keys: Collection[int]) -> Any:
    """Who has, or had, a place there: whoever entered a row did."""
    place = OrderAssignment.__table__.c
    return select(place.user_id).where((place.order_id if of is ProspectRow.order_id else place.id).in_(keys))
