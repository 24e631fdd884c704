"""The end of the term for which rows of orders are kept: what was known of a company goes, the row stays as a number."""

from collections.abc import Sequence

from sqlalchemy import update

from app.domain.orders import TERM_OVER, RowState
from app.extensions import db
from app.models import Order, ProspectRow
from app.operations.forgetting import NOTHING, forget
from app.operations.transaction import atomic, record
from app.permissions.actor import SYSTEM, Actor
from app.queries.order_retention import due_in, orders_with_due
from app.support import clock

BATCH = 1_000


@atomic
def clear_due(order: Order, *, actor: Actor = SYSTEM) -> int:
    """Clear some rows of ``order`` whose term is over; returns how many. What became an account is left to the rules of accounts."""
    keys = due_in(order, clock.now(), BATCH)
    if not keys:
        return 0
    _clear(keys)
    table = Order.__table__
    db.session.connection().execute(update(table).where(table.c.id == order.id).values(cleared_rows=table.c.cleared_rows + len(keys)))
    db.session.expire_all()
    record(actor, "clear_rows", order, after={"rows": len(keys), "months": order.keep_months})
    return len(keys)


def _clear(keys: Sequence[int]) -> None:
    row = ProspectRow.__table__
    gone = {**NOTHING, "state": RowState.DISCARDED, "discarded_because": TERM_OVER, "version": row.c.version + 1}
    db.session.connection().execute(update(row).where(row.c.id.in_(keys)).values(gone))
    forget(keys)


def clear_all_due(*, actor: Actor = SYSTEM) -> int:
    """``clear_due`` for all orders, a transaction for each batch; returns how many rows."""
    cleared = 0
    for order in orders_with_due(clock.now()):
        while count := clear_due(order, actor=actor):
            cleared += count
    return cleared
