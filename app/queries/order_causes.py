"""Why an alert stands about a prospecting order or a row of one; see ``alert_causes``."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Select, case, exists, extract, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.domain.alerts import MANY_WAIT, Rule
from app.domain.orders import COUNTED, WAITING, Checking, OrderState, RowState, Seat
from app.domain.workdays import local_day
from app.models import Order, OrderAssignment, ProspectRow
from app.queries.alert_causes import Among, Keys, Moment, Value, cause_of

order, place, row = Order.__table__.c, OrderAssignment.__table__.c, ProspectRow.__table__.c
DAY, WHOLE = int(timedelta(days=1).total_seconds()), 100


class _Beginning(FunctionElement[datetime]):
    """The moment at which a day begins, in UTC."""

    type = Order.__table__.c.created_at.type
    inherit_cache = True


@compiles(_Beginning)
def _as_text(element: Any, compiler: Any, **how: Any) -> str:
    return f"strftime('%Y-%m-%d 00:00:00.000000', {compiler.process(element.clauses, **how)})"


@compiles(_Beginning, "postgresql")
def _as_moment(element: Any, compiler: Any, **how: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **how)} AS TIMESTAMP) AT TIME ZONE 'UTC'"


def open_orders(now: Moment, before: Moment) -> Keys:
    """All that can give cause."""
    return (select(order.id).where(*_is_open()),)


def _is_open() -> tuple[Value, ...]:
    return order.state == OrderState.OPEN, order.is_template.is_(False), order.archived_at.is_(None)


def _holder(*seats: Seat) -> Value:
    """The first person who has such a place in the order."""
    return select(place.user_id).where(
        place.order_id == order.id, place.seat.in_(seats), place.archived_at.is_(None), place.closed_at.is_(None)
    ).order_by(place.id).limit(1).scalar_subquery()


def _steers() -> Value:
    return func.coalesce(_holder(Seat.COORDINATOR), order.principal_id)


# ---- rows


def rejected_row(now: Moment, among: Among) -> Select[Any]:
    """To its operator, and to the supervisor above."""
    above = OrderAssignment.__table__.alias("above").c
    supervisor = select(above.user_id).where(above.id == place.parent_id, place.id == row.assignment_id, above.seat == Seat.SUPERVISOR)
    is_closed = exists().where(place.id == row.assignment_id, place.closed_at.is_not(None))
    return cause_of(
        row, among(row.id), row.state == RowState.REJECTED, row.archived_at.is_(None), row.updated_at <= now.days(Rule.REJECTED_ROW),
        order.id == row.order_id, *_is_open(), ~is_closed, user=row.operator_id, author=supervisor.scalar_subquery(), since=row.updated_at,
    )


def fresh_rejected_row(now: Moment, before: Moment) -> Keys:
    rule = Rule.REJECTED_ROW
    return (select(row.id).where(row.updated_at > before.days(rule), row.updated_at <= now.days(rule), row.state == RowState.REJECTED),)


def rows_of_changed(at: datetime) -> Keys:
    """Rejected rows of orders and places that were closed, reopened or moved since."""
    rejected = select(row.id).where(row.state == RowState.REJECTED)
    return (
        rejected.where(row.order_id.in_(select(order.id).where(order.updated_at >= at))),
        rejected.where(row.assignment_id.in_(select(place.id).where(place.updated_at >= at))),
    )


# ---- orders


def rows_wait(now: Moment, among: Among) -> Select[Any]:
    """The first of its rows waits too long for a verifier, or too many do."""
    first = {
        state: select(since).where(row.order_id == order.id, row.state == state, row.archived_at.is_(None)).order_by(row.id).limit(1).scalar_subquery()
        for state, since in zip(WAITING, (row.entered_at, row.updated_at), strict=True)
    }
    submitted, corrected = (first[state] for state in WAITING)
    waiting = select(row.id).where(row.order_id == order.id, row.state.in_(WAITING), row.archived_at.is_(None))
    cut = now.days(Rule.ROWS_WAIT)
    return cause_of(
        order, among(order.id), *_is_open(), order.checking != Checking.NONE,
        or_(submitted <= cut, corrected <= cut, waiting.offset(MANY_WAIT).limit(1).exists()),
        user=_steers(), author=_holder(Seat.VERIFIER), since=case((corrected < submitted, corrected), else_=func.coalesce(submitted, corrected)),
    )


def order_late(now: Moment, among: Among) -> Select[Any]:
    """Past its last day, or with fewer rows than the days that are over ask for."""
    today = local_day(now.at, now.zone)
    is_over = order.due_on < literal(today, Date())
    begins = func.coalesce(extract("epoch", order.starts_on), extract("epoch", order.created_at))
    midnight = literal(int(datetime.combine(today, datetime.min.time(), now.at.tzinfo).timestamp()), BigInteger())  # seconds, also after 2038
    over, whole = midnight - begins, extract("epoch", order.due_on) + DAY - begins
    reached = select(func.count()).select_from(ProspectRow.__table__).where(
        row.order_id == order.id, row.state.in_(COUNTED), row.archived_at.is_(None)
    ).scalar_subquery()
    is_behind = reached * WHOLE * whole < order.target * (WHOLE - now.times(Rule.ORDER_LATE)) * over
    return cause_of(
        order, among(order.id), *_is_open(), order.due_on.is_not(None), or_(is_over, order.target.is_not(None) & (over > 0) & is_behind),
        user=_steers(), since=case((is_over, _Beginning(order.due_on)), else_=func.coalesce(_Beginning(order.starts_on), order.created_at)),
    )


def order_left(now: Moment, among: Among) -> Select[Any]:
    """People were given places in it, and no operator, or no supervisor of several, has theirs open any more."""
    mine = (place.order_id == order.id, place.archived_at.is_(None))

    def sits(*where: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(*mine, *where)

    is_open = place.closed_at.is_(None)
    without_operators = ~sits(place.seat == Seat.OPERATOR, is_open)
    without_supervisors = sits(place.seat == Seat.SUPERVISOR) & ~sits(place.seat == Seat.SUPERVISOR, is_open)
    last_closed = select(func.max(place.closed_at)).where(*mine).scalar_subquery()
    since = func.coalesce(last_closed, order.created_at)
    return cause_of(
        order, among(order.id), *_is_open(), sits(place.seat != Seat.PRINCIPAL), or_(without_operators, without_supervisors),
        since <= now.days(Rule.ORDER_LEFT), user=_steers(), since=since,
    )
