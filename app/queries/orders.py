"""Reading prospecting orders: whose is the current one, how far it is, who sits in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.domain.orders import COUNTED, WAITING, OrderState, RowState, Seat
from app.extensions import db
from app.models import Order, OrderAssignment, OrderLink, ProspectRow, RowMessage, TeamMembership, User, order_total
from app.permissions.actor import Actor, current_actor
from app.permissions.scope import rows_counted
from app.queries.people import people_by_name
from app.support.text import fold

_seat = OrderAssignment.__table__
Places = list[tuple[int, Seat, datetime | None]]
_of_one = select(_seat.c.id, _seat.c.seat, _seat.c.closed_at).where(  # made once: it is asked with each row that somebody enters
    _seat.c.order_id == bindparam("order", type_=Integer), _seat.c.user_id == bindparam("user", type_=Integer), _seat.c.archived_at.is_(None)
)
OFFERED, LOOKED_THROUGH = 12, 5_000  # orders that a look-up shows, and looks at


@dataclass(frozen=True)
class Progress:
    """Rows of an order, or of a person in it, by state."""

    states: dict[RowState, int]

    def of(self, states: Collection[RowState]) -> int:
        return sum(self.states.get(state, 0) for state in states)

    @property
    def counted(self) -> int:
        return self.of(COUNTED)

    @property
    def waiting(self) -> int:
        return self.of(WAITING)

    @property
    def rejected(self) -> int:
        return self.of((RowState.REJECTED,))


_one_order = select(Order).where(Order.id == bindparam("key", type_=Integer))  # made once: it is asked while people type


def order_of(key: int) -> Order | None:
    """The order, where the acting person may read it."""
    return db.session.scalars(_one_order, {"key": key}).one_or_none()


def places_of(actor: Actor, *seats: Seat) -> list[OrderAssignment]:
    """Where the person sits in orders that are no templates: the open ones first, by when they are due."""
    return list(db.session.scalars(_places(seats), {"user": actor.id}))


@cache
def _places(seats: tuple[Seat, ...]) -> Select[tuple[OrderAssignment]]:
    """Made once: it is asked with every row that somebody enters."""
    wanted = select(OrderAssignment).join(OrderAssignment.order).where(
        OrderAssignment.user_id == bindparam("user", type_=Integer), OrderAssignment.archived_at.is_(None), Order.is_template.is_(False),
        Order.archived_at.is_(None),
    ).options(contains_eager(OrderAssignment.order))
    if seats:
        wanted = wanted.where(OrderAssignment.seat.in_(seats))
    is_over = or_(OrderAssignment.closed_at.is_not(None), Order.state != OrderState.OPEN)
    return wanted.order_by(is_over, Order.due_on.is_(None), Order.due_on, Order.id)


def current_place(places: list[OrderAssignment], order_id: int | None = None) -> OrderAssignment | None:
    """The one that is asked for, else the one chosen last of those that are open, else the first."""
    if order_id is not None:
        return next((each for each in places if each.order_id == order_id), None)
    chosen = [each for each in places if each.chosen_at is not None and each.closed_at is None and each.order.is_open]
    return max(chosen, key=lambda each: each.chosen_at or each.created_at) if chosen else next(iter(places), None)


def open_orders(most: int) -> list[Order]:
    """Orders that are worked on, of those within reach of the acting person, by name."""
    wanted = select(Order).where(Order.state == OrderState.OPEN, Order.is_template.is_(False), Order.archived_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Order.sort_name, Order.id).limit(most)))


def orders_named(text: str, but: int) -> list[tuple[int, str]]:
    """(key, name) of orders within reach whose name has all words of ``text``, the newest first."""
    asked = fold(text).split()
    wanted = select(Order.id, Order.name).where(Order.id != but, Order.archived_at.is_(None), Order.is_template.is_(False)).order_by(Order.id.desc())
    found = ((key, name) for key, name in db.session.execute(wanted.limit(LOOKED_THROUGH)) if all(word in fold(name) for word in asked))
    return list(islice(found, OFFERED))


def seats_in(order_id: int) -> list[OrderAssignment]:
    """Everybody of the order whom the acting person may see, with their names."""
    wanted = select(OrderAssignment).where(OrderAssignment.order_id == order_id, OrderAssignment.archived_at.is_(None))
    return list(db.session.scalars(wanted.options(joinedload(OrderAssignment.user)).order_by(OrderAssignment.id)))


def seats_of(order_id: int, user_id: int | None) -> Places:
    """(key, seat, closed at) of each place of a person in an order, whoever asks."""
    return [(row.id, row.seat, row.closed_at) for row in db.session.connection().execute(_of_one, {"order": order_id, "user": user_id})]


def operators_in(order_id: int) -> set[int]:
    """The keys of the people who have a place as an operator there, whoever asks."""
    wanted = select(_seat.c.user_id).where(_seat.c.order_id == order_id, _seat.c.seat == Seat.OPERATOR, _seat.c.archived_at.is_(None))
    return set(db.session.connection().execute(wanted).scalars())


def own_operators(actor: Actor, user_id: int | None = None) -> list[User]:
    """Whom a supervisor leads: who stands below them in any order, and who is in a team that they manage; by name. ``user_id``: of that person alone."""
    above = OrderAssignment.__table__.alias()
    led = select(_seat.c.user_id).join(above, _seat.c.parent_id == above.c.id).where(
        above.c.user_id == actor.id, above.c.archived_at.is_(None), _seat.c.seat == Seat.OPERATOR, _seat.c.archived_at.is_(None)
    )
    mates = select(TeamMembership.user_id).where(TeamMembership.team_id.in_(sorted(actor.managed_team_ids)), TeamMembership.user_id != actor.id)
    return people_by_name(or_(User.id.in_(led), User.id.in_(mates)), *([] if user_id is None else [User.id == user_id]))


def progress_of(order_ids: Collection[int]) -> dict[int, Progress]:
    """Rows by state, of each order, within the reach of the acting person."""
    kept = order_total.c
    rows = func.sum(kept.rows)
    wanted = select(kept.order_id, kept.state, rows).where(kept.order_id.in_(order_ids), rows_counted(kept, current_actor()))
    found: dict[int, dict[RowState, int]] = {each: {} for each in order_ids}
    for order_id, state, count in db.session.connection().execute(wanted.group_by(kept.order_id, kept.state).having(rows != 0)):
        found[order_id][RowState(state)] = int(count)
    return {order_id: Progress(states) for order_id, states in found.items()}


def in_states(states: Collection[RowState]) -> ColumnElement[int]:
    """How many rows the kept lines say are in one of ``states``."""
    kept = order_total.c
    return func.coalesce(func.sum(case((kept.state.in_([each.value for each in states]), kept.rows), else_=0)), 0)


def linked_to(order_id: int) -> list[OrderLink]:
    """The orders that this one continues, was split from or shares rows with, and the other way round."""
    wanted = select(OrderLink).where(or_(OrderLink.parent_id == order_id, OrderLink.child_id == order_id))
    return list(db.session.scalars(wanted.options(joinedload(OrderLink.parent), joinedload(OrderLink.child)).order_by(OrderLink.id)))


def to_correct(user_id: int | None) -> ColumnElement[int]:
    """How many rejected rows wait for that operator, in orders that are open to them."""
    wanted = select(func.count()).select_from(ProspectRow).join(OrderAssignment, ProspectRow.assignment_id == OrderAssignment.id).where(
        ProspectRow.operator_id == user_id, ProspectRow.state == RowState.REJECTED, OrderAssignment.closed_at.is_(None)
    )
    return wanted.scalar_subquery() if user_id is not None else literal(0)


def unread(user_id: int | None) -> ColumnElement[int]:
    """How many comments that person has not seen."""
    return select(func.count()).select_from(RowMessage).where(RowMessage.to_user_id == user_id, RowMessage.seen_at.is_(None)).scalar_subquery()


def rows_of(user_id: int | None) -> ColumnElement[int]:
    """How many rows that person entered, in all orders."""
    return select(func.coalesce(func.sum(order_total.c.rows), 0)).where(order_total.c.operator_id == user_id).scalar_subquery()


def first_waiting(user_id: int | None, what: str) -> int | None:
    """The key of a row that waits for its operator: ``rejected``, in an order open to them, or with ``comments`` not seen."""
    if what == "comments":
        wanted = select(RowMessage.row_id).where(RowMessage.to_user_id == user_id, RowMessage.seen_at.is_(None)).order_by(RowMessage.id)
    else:
        wanted = select(ProspectRow.id).join(OrderAssignment, ProspectRow.assignment_id == OrderAssignment.id).where(
            ProspectRow.operator_id == user_id, ProspectRow.state == RowState.REJECTED, OrderAssignment.closed_at.is_(None)
        ).order_by(ProspectRow.order_id, ProspectRow.number)
    return db.session.scalar(wanted.limit(1))


@dataclass(frozen=True)
class Closing:
    """What closing a place, or the whole order, would reach."""

    supervisors: int
    operators: int
    verifiers: int
    waiting: int
    drafts: int
    rejected: int


def closing_of(order_id: int, places: Collection[int] | None = None) -> Closing:
    """``places``: keys of the sub-tree; None: all of it. Core: the counts are those of the whole tree, not of what one sees."""
    seats = select(_seat.c.seat, func.count()).where(_seat.c.order_id == order_id, _seat.c.archived_at.is_(None), _seat.c.closed_at.is_(None))
    rows = select(*(in_states(states) for states in (WAITING, (RowState.DRAFT,), (RowState.REJECTED,)))).where(order_total.c.order_id == order_id)
    if places is not None:
        seats, rows = seats.where(_seat.c.id.in_(places)), rows.where(order_total.c.assignment_id.in_(places))
    connection = db.session.connection()
    of = {row[0]: row[1] for row in connection.execute(seats.group_by(_seat.c.seat))}
    waiting, drafts, rejected = connection.execute(rows).one()
    return Closing(of.get(Seat.SUPERVISOR, 0), of.get(Seat.OPERATOR, 0), of.get(Seat.VERIFIER, 0), int(waiting), int(drafts), int(rejected))


def subtree(order_id: int, top: int) -> list[int]:
    """The keys of a place and of all places below it."""
    pairs = db.session.connection().execute(
        select(_seat.c.id, _seat.c.parent_id).where(_seat.c.order_id == order_id, _seat.c.archived_at.is_(None))
    ).all()
    found = [top]
    for place in found:
        found += [row.id for row in pairs if row.parent_id == place and row.id not in found]
    return found
