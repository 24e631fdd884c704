"""Prospecting orders: made, from a template, given to people, closed down the tree and reopened level by level."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from app.domain.custom_fields import PREFIX
from app.domain.errors import DomainError, Forbidden
from app.domain.events import OrderAssigned
from app.domain.orders import (
    ABOVE,
    ATTRIBUTES,
    DEDUPED,
    KEPT_FROM,
    KEPT_TO,
    SOURCES,
    STANDARD,
    STEERING,
    USUAL_KEYS,
    OrderLinkKind,
    OrderState,
    Seat,
)
from app.domain.territories import TERRITORIES
from app.extensions import db
from app.models import Order, OrderAssignment, OrderLink, User
from app.models.custom_fields import fields_of
from app.operations import records
from app.operations.records import RULES, Rules
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.queries.orders import Places, operators_in, own_operators, seats_of, subtree
from app.support import clock
from app.support.i18n import N_

COPIED = ("goal", "instructions", "territory", "target", "checking", "sample_percent", "columns", "required", "dedupe", "defaults", "purpose",
          "data_source", "legal_basis", "information", "keep_months")
NOT_LED = N_("You give places to the operators whom you lead, below yourself. Ask whoever steers the order to add anybody else.")
NEGATIVE = N_("The number of rows a day cannot be negative.")


def attributes(order: Order | None = None) -> list[str]:
    """The attributes that rows can have, those of the firm's own among them; with ``order`` those that it uses, in the order of the form."""
    every = [*ATTRIBUTES, *(field.name for field in fields_of("ProspectRow", db.session()))]
    return every if order is None else [name for name in every if name in order.columns]


def _prepare(item: Order, actor: Actor) -> None:
    if item.principal_id is None and item.principal is None and actor.id is not None:
        item.principal_id = actor.id
    item.columns = item.columns or list(STANDARD)
    item.required = item.required or ["name"]
    item.dedupe = item.dedupe or list(USUAL_KEYS)


def _check(item: Order) -> None:
    known = set(attributes())
    if not set(item.columns or ()) <= known or not set(item.territory or ()) <= TERRITORIES.keys() or not set(item.dedupe or ()) <= set(DEDUPED):
        raise DomainError("no_choice", N_("Choose one of the list."))
    if "name" not in (item.columns or ()):
        raise DomainError("no_name", N_("Every row needs a name: leave that attribute in use."))
    if unused := [name for name in item.required or () if name not in item.columns]:
        item.required = [name for name in item.required if name not in unused]
    if item.target is not None and item.target < 0:
        raise DomainError("target_negative", N_("The number of rows to reach cannot be negative.")).of("target")
    if item.sample_percent is not None and not 1 <= item.sample_percent <= 100:
        raise DomainError("bad_percent", N_("A sample is 1 to 100 percent of the rows.")).of("sample_percent")
    if item.keep_months is not None and not KEPT_FROM <= item.keep_months <= KEPT_TO:
        raise DomainError("bad_term", N_("Rows are kept for 1 to 240 months.")).of("keep_months")
    if item.starts_on and item.due_on and item.due_on < item.starts_on:
        raise DomainError("ends_before", N_("The order ends before it begins. Look at the two days.")).of("due_on")


def _created(item: Order, actor: Actor) -> None:
    _seat_principal(item, actor)


def _changed(item: Order, before: dict[str, Any], actor: Actor) -> None:
    if {"principal", "principal_id"} & before.keys():
        _seat_principal(item, actor)


def _seat_principal(item: Order, actor: Actor) -> None:
    """The principal stands at the top of the tree; one who was it before stands beside and may be taken off."""
    if item.principal_id is not None and not any(seat is Seat.PRINCIPAL for _, seat, _ in seats_of(item.id, item.principal_id)):
        _sit(item, item.principal_id, Seat.PRINCIPAL, None, None, actor)


def _leaving(item: Order) -> None:
    if item.last_number:
        raise DomainError("has_rows", N_("This order has rows. Close it, or archive it: it stays to be read."))


RULES[Order] = Rules(prepare=_prepare, check=_check, created=_created, changed=_changed, leaving=_leaving)


@atomic
def copy_order(template: Order, name: str, *, actor: Actor) -> Order:
    """A new order by the rules of another one, or of a template: its rows and people stay behind."""
    require(actor, Action.READ, template)
    if not name.strip():
        raise DomainError("no_order_name", N_("Give the order a name, such as “meat firms, Mazowieckie”."))
    made = records.create(Order, {"name": name, **{each: getattr(template, each) for each in COPIED}}, actor=actor)
    record(actor, "copy_order", made, after={"from": template.name})
    return made


# ---- the tree


def _sit(order: Order, user_id: int, seat: Seat, parent_id: int | None, quota: int | None, actor: Actor) -> OrderAssignment:
    made = OrderAssignment(order_id=order.id, user_id=user_id, seat=seat, parent_id=parent_id, quota=quota, created_by_id=actor.id)
    db.session.add(made)
    db.session.flush()
    record(actor, "assign_order", made, after={"order": order.name, "seat": seat})
    if user_id != actor.id:
        announce(OrderAssigned(made.id, actor.id))
    return made


def may_seat(actor: Actor, order: Order, seat: Seat) -> bool:
    """Whether ``actor`` may give somebody that place: whoever steers the order any, a supervisor operators."""
    if is_allowed(actor, Action.WRITE, order):
        return True
    mine = {held for _, held, closed_at in seats_of(order.id, actor.id) if closed_at is None}
    return seat is Seat.OPERATOR and Seat.SUPERVISOR in mine and is_allowed(actor, Action.CREATE, OrderAssignment)


def operators_on_offer(order: Order, actor: Actor) -> list[User] | None:
    """To whom ``actor`` may give a place as an operator there; None: whoever steers the order, to anybody."""
    if is_allowed(actor, Action.WRITE, order):
        return None
    here = operators_in(order.id)
    return [user for user in own_operators(actor) if user.id not in here]


def _check_led(order: Order, user: User, parent: OrderAssignment | None, actor: Actor) -> None:
    """Who steers the order gives places to anybody; a supervisor to the own operators alone, and below themselves."""
    if is_allowed(actor, Action.WRITE, order):
        return
    if (parent is not None and parent.user_id != actor.id) or not own_operators(actor, user.id):
        raise Forbidden(NOT_LED)  # and nobody learns whether that person sits there


@atomic
def assign(order: Order, user: User, seat: Seat, *, parent: OrderAssignment | None = None, quota: int | None = None, actor: Actor) -> OrderAssignment:
    """Give ``user`` a place in the order, below ``parent`` or whoever stands above such a place."""
    require(actor, Action.CREATE, OrderAssignment)
    require(actor, Action.READ, order)
    if not may_seat(actor, order, seat):
        raise Forbidden
    _check_led(order, user, parent, actor)
    _check_open(order)
    if quota is not None and quota < 0:
        raise DomainError("quota_negative", NEGATIVE)
    if not user.active:
        raise DomainError("not_working", N_("This person is switched off. Choose somebody who signs in."))
    if any(held is seat for _, held, _ in seats_of(order.id, user.id)):
        raise DomainError("sits_already", N_("%(name)s has this place in the order already."), name=str(user))
    if seat is Seat.VERIFIER and parent is not None and parent.seat not in ABOVE[seat]:
        parent = None
    return _sit(order, user.id, seat, _above(order, seat, parent, actor), quota, actor)


@atomic
def assign_all(order: Order, people: Sequence[User], seat: Seat, *, parent: OrderAssignment | None = None, quota: int | None = None, actor: Actor) -> None:
    """Give the same place to several people: to all of them or, where one is refused, to none."""
    for user in people:
        assign(order, user, seat, parent=parent, quota=quota, actor=actor)


def _above(order: Order, seat: Seat, parent: OrderAssignment | None, actor: Actor) -> int | None:
    if parent is not None:
        if parent.order_id != order.id or parent.seat not in ABOVE[seat]:
            raise DomainError("not_above", N_("A place stands below one of a higher kind in the same order."))
        return parent.id
    mine = {held: key for key, held, _ in seats_of(order.id, actor.id)}
    if own := next((mine[above] for above in ABOVE[seat] if above in mine), None):
        return own
    everybody = db.session.scalars(select(OrderAssignment).where(
        OrderAssignment.order_id == order.id, OrderAssignment.seat.in_(ABOVE[seat]), OrderAssignment.archived_at.is_(None)
    ).order_by(OrderAssignment.id)).all()
    return next((each.id for above in ABOVE[seat] for each in everybody if each.seat is above), None)


@atomic
def move_place(place: OrderAssignment, parent: OrderAssignment, *, quota: int | None = None, actor: Actor) -> None:
    """Put a place below another one; the rows stay with it."""
    require(actor, Action.WRITE, place)
    if parent.order_id != place.order_id or parent.seat not in ABOVE[place.seat]:
        raise DomainError("not_above", N_("A place stands below one of a higher kind in the same order."))
    if not may_seat(actor, place.order, place.seat):
        raise Forbidden
    _check_led(place.order, place.user, parent, actor)
    before, place.parent_id, place.quota = {"parent": place.parent_id, "quota": place.quota}, parent.id, quota
    db.session.flush()
    record(actor, "move_place", place, before=before, after={"parent": parent.id, "quota": quota})


@atomic
def set_quotas(quotas: Sequence[tuple[OrderAssignment, int | None]], *, actor: Actor) -> int:
    """How many rows a day the operators on these places shall enter; all of them or, where one is refused, none. Returns how many changed."""
    changed = 0
    for place, quota in quotas:
        require(actor, Action.WRITE, place)
        if quota is not None and quota < 0:
            raise DomainError("quota_negative", NEGATIVE)
        if quota != place.quota:
            _check_open(place.order)
            before, place.quota = {"quota": place.quota}, quota
            db.session.flush()
            record(actor, "move_place", place, before=before, after={"quota": quota})
            changed += 1
    return changed


@atomic
def take_place(place: OrderAssignment, *, actor: Actor) -> None:
    """Take a place away from its person; who stands below moves up, the rows stay."""
    require(actor, Action.WRITE, place)
    if place.seat is Seat.PRINCIPAL and place.user_id == place.order.principal_id:
        raise DomainError("is_principal", N_("The principal stands at the top. Name another principal of the order first."))
    if not may_seat(actor, place.order, place.seat):
        raise Forbidden
    seat = OrderAssignment.__table__
    db.session.execute(update(seat).where(seat.c.parent_id == place.id).values(parent_id=place.parent_id))
    place.archived_at = clock.now()
    record(actor, "take_place", place, before={"order": place.order.name, "seat": place.seat})
    db.session.flush()
    if place.seat is Seat.OPERATOR:
        return
    db.session.delete(place)
    db.session.flush()


@atomic
def choose_order(place: OrderAssignment, *, actor: Actor) -> None:
    """Make it the order that its person works on now."""
    if place.user_id != actor.id:
        raise Forbidden
    seat = OrderAssignment.__table__
    db.session.execute(update(seat).where(seat.c.id == place.id).values(chosen_at=clock.now()))


# ---- closing


def _check_open(order: Order) -> None:
    if order.state is OrderState.CLOSED:
        raise DomainError("order_closed", N_("This order is finally closed. A coordinator or its principal can reopen it."))


def open_places(order: Order, actor: Actor, *, held: Places | None = None) -> dict[Seat, int]:
    """The keys of the places of ``actor`` that are open; raises unless they may change rows of ``order`` now. ``held``: all of theirs, where known."""
    _check_open(order)
    if not order.is_open:
        raise DomainError("order_draft", N_("This order is not open yet. Whoever steers it opens it."))
    places = seats_of(order.id, actor.id) if held is None else held
    if places and all(closed_at is not None for _, _, closed_at in places):
        raise DomainError("place_closed", N_("This order is closed for you: its rows can be read, not changed. Ask whoever closed it to reopen it."))
    return {seat: key for key, seat, closed_at in places if closed_at is None}


def require_open(order: Order, actor: Actor) -> None:
    """Raise unless rows of ``order`` may be changed by ``actor`` now: it is open, and not closed for all the places that they have."""
    open_places(order, actor)


@atomic
def close_place(place: OrderAssignment, *, actor: Actor) -> int:
    """Close the order for a person and for everybody below; returns for how many. The rest goes on."""
    require(actor, Action.WRITE, place)
    _check_open(place.order)
    if place.seat in STEERING and not is_allowed(actor, Action.WRITE, place.order):
        raise Forbidden
    return _close(place.order_id, subtree(place.order_id, place.id), "close_place", place, actor)


def _close(order_id: int, keys: list[int] | None, action: str, subject: Any, actor: Actor) -> int:
    seat = OrderAssignment.__table__
    wanted = update(seat).where(seat.c.order_id == order_id, seat.c.closed_at.is_(None), seat.c.archived_at.is_(None))
    if keys is not None:
        wanted = wanted.where(seat.c.id.in_(keys))
    closed = db.session.execute(wanted.values(closed_at=clock.now(), closed_by_id=actor.id, version=seat.c.version + 1)).rowcount
    db.session.expire_all()
    record(actor, action, subject, after={"places": closed})
    return int(closed)


@atomic
def close_order(order: Order, *, actor: Actor) -> int:
    """Close it finally, for everybody, in one go: from then on its rows are only read."""
    require(actor, Action.WRITE, order)
    _check_open(order)
    order.state, order.closed_at, order.closed_by_id = OrderState.CLOSED, clock.now(), actor.id
    db.session.flush()
    return _close(order.id, None, "close_order", order, actor)


@atomic
def reopen_order(order: Order, *, actor: Actor) -> None:
    """Open a closed order, or a draft, for those who steer it; supervisors and operators are reopened one level at a time."""
    require(actor, Action.WRITE, order)
    before, order.state, order.closed_at, order.closed_by_id = order.state, OrderState.OPEN, None, None
    seat = OrderAssignment.__table__
    db.session.execute(update(seat).where(seat.c.order_id == order.id, seat.c.seat.in_(STEERING)).values(closed_at=None, closed_by_id=None))
    db.session.flush()
    record(actor, "reopen_order", order, before={"state": before})
    db.session.expire_all()


@atomic
def reopen_place(place: OrderAssignment, *, actor: Actor) -> None:
    """Open the order again for one person; those below stay closed until it is done for them."""
    require(actor, Action.WRITE, place)
    _check_open(place.order)
    if place.parent is not None and place.parent.closed_at is not None:
        raise DomainError("above_closed", N_("It is still closed for %(name)s above. Reopen that first."), name=str(place.parent.user))
    place.closed_at = place.closed_by_id = None
    db.session.flush()
    record(actor, "reopen_place", place)


# ---- links and attributes


@atomic
def link_orders(parent: Order, child: Order, kind: OrderLinkKind, *, actor: Actor) -> OrderLink:
    """``child`` continues ``parent``, is split from it or shares its rows: a company of one is a double in the other."""
    require(actor, Action.CREATE, OrderLink)
    require(actor, Action.WRITE, child)
    require(actor, Action.READ, parent)
    if parent.id == child.id:
        raise DomainError("link_to_itself", N_("An order cannot be linked to itself."))
    made = OrderLink(parent_id=parent.id, child_id=child.id, kind=kind, created_by_id=actor.id)
    db.session.add(made)
    db.session.flush()
    record(actor, "link_orders", child, after={"to": parent.name, "kind": kind})
    return made


@atomic
def unlink_orders(link: OrderLink, *, actor: Actor) -> None:
    """Take a link away; rows stay where they are."""
    require(actor, Action.DELETE, link)
    require(actor, Action.WRITE, link.child)
    record(actor, "unlink_orders", link.child, before={"to": link.parent.name, "kind": link.kind})
    db.session.delete(link)
    db.session.flush()


def is_own_attribute(name: str) -> bool:
    """Whether it is one of the firm's own."""
    return name.startswith(PREFIX)


def dated(name: str) -> bool:
    """Whether the attribute is a source, which has a date and somebody who looked."""
    return name in SOURCES
