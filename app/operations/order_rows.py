"""Rows of prospecting orders: entered, handed in, called, left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, inspect, select, update

from app.domain.custom_fields import PREFIX
from app.domain.errors import DomainError, Stale
from app.domain.events import RowSaid
from app.domain.orders import (
    ATTRIBUTES,
    EMPTIED,
    OBJECTION,
    SOURCES,
    SPOKEN,
    STEERING,
    CallResult,
    Checking,
    RowState,
    Seat,
    is_drawn,
    refuse_change,
    state_after_saving,
)
from app.domain.row_checks import kept_keys
from app.extensions import db
from app.models import Order, OrderAssignment, ProspectRow, RowMessage
from app.models.custom_fields import fields_of
from app.models.pouring import put
from app.models.prospect_rows import row_key
from app.operations import records
from app.operations.custom_fields import checked_value, missing
from app.operations.forgetting import NOTHING, forget
from app.operations.orders import attributes, open_places, require_open
from app.operations.suppressions import KINDS, check_not_suppressed, suppress
from app.operations.transaction import announce, atomic, record
from app.operations.twins import pair
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.permissions.seats import reads_where_seated
from app.queries.orders import seats_of
from app.queries.prospect_rows import last_verdict
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten, storable

LEADS = "Leads"  # the order of those that a person notes down by a name alone


class Incomplete(DomainError):
    """A row was handed in without what its order needs; ``names`` are the attributes."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("row_incomplete", N_("Something is missing before the row can be handed in. You can save it as it is and go on later."))
        self.names = names


def place_to_enter(order: Order, actor: Actor) -> int:
    """The key of the place from which ``actor``, who reads ``order``, enters rows; one is made for whoever steers the order, or works alone."""
    held = seats_of(order.id, actor.id)
    if not (held and reads_where_seated(actor)):
        require(actor, Action.READ, order)
    places = open_places(order, actor, held=held)
    if Seat.OPERATOR in places:
        return places[Seat.OPERATOR]
    above = next((places[seat] for seat in (Seat.SUPERVISOR, *STEERING[::-1]) if seat in places), None)
    if above is None and not is_allowed(actor, Action.WRITE, order):
        raise DomainError("no_place", N_("You have no place in this order from which rows are entered. Ask whoever steers it for one."))
    assert actor.id is not None
    made = OrderAssignment(order_id=order.id, user_id=actor.id, seat=Seat.OPERATOR, parent_id=above, created_by_id=actor.id)
    db.session.add(made)
    db.session.flush()
    record(actor, "assign_order", made, after={"order": order.name, "seat": Seat.OPERATOR})
    return made.id


def next_numbers(order: Order, count: int) -> range:
    """Numbers of ``count`` new rows, which nobody else gets."""
    table = Order.__table__
    last = db.session.connection().execute(
        update(table).where(table.c.id == order.id).values(last_number=table.c.last_number + count).returning(table.c.last_number)
    ).scalar_one()
    return range(int(last) - count + 1, int(last) + 1)


@atomic
def enter_row(order: Order, values: Mapping[str, Any], *, hand_in: bool = True, actor: Actor) -> ProspectRow:
    """A new row; with ``hand_in`` it goes on its way, else it stays a draft. Raises ``Incomplete`` for one that is handed in too early."""
    require(actor, Action.CREATE, ProspectRow)
    place_id = place_to_enter(order, actor)
    row = ProspectRow(order_id=order.id, operator_id=actor.id, assignment_id=place_id, created_by_id=actor.id, state=RowState.DRAFT)
    with db.session.no_autoflush:
        row.order = order
        _fill(row, values, actor)
        (row.number,) = next_numbers(order, 1)  # last: until the transaction ends the next person waits for it
    if hand_in:
        _hand_in(row)
    db.session.add(row)
    db.session.flush()
    _follow_keys(row, is_new=True)
    if hand_in and order.checking is Checking.DOUBLE:
        pair(row)
    record(actor, "enter_row", row, after={"order": order.name, "number": row.number, "state": row.state})
    return row


@dataclass(frozen=True)
class Entered:
    """What became of a new row, as it was kept."""

    id: int
    order_id: int
    number: int
    state: RowState


@atomic
def enter_new(order: Order, values: Mapping[str, Any], *, hand_in: bool = True, actor: Actor) -> Entered:
    """``enter_row`` for whoever types one after the other: nothing is read again once it is kept."""
    row = enter_row(order, values, hand_in=hand_in, actor=actor)
    return Entered(row.id, row.order_id, row.number, row.state)


@atomic
def save_row(row: ProspectRow, values: Mapping[str, Any], *, hand_in: bool = True, seen_version: int | None = None, actor: Actor) -> ProspectRow:
    """Change a row. ``seen_version`` is what the person had before them: another one now raises ``Stale``."""
    require(actor, Action.WRITE, row)
    require_open(row.order, actor)
    refuse_change(row.state)
    if seen_version is not None and seen_version != row.version:
        raise Stale
    before = {name: getattr(row, name) for name in values if hasattr(row, name)}
    _fill(row, values, actor)
    was = row.state
    if hand_in:
        _hand_in(row)
    db.session.flush()
    _follow_keys(row)
    if hand_in and row.order.checking is Checking.DOUBLE:
        pair(row)
    changed = {name: old for name, old in before.items() if getattr(row, name) != old}
    if changed or was is not row.state:
        record(actor, "save_row", row, before={**changed, "state": was}, after={**{name: getattr(row, name) for name in changed}, "state": row.state})
    return row


def values_of(row: ProspectRow) -> dict[str, Any]:
    """The attributes of a row that its order uses."""
    return {name: getattr(row, name) for name in attributes(row.order)}


def _fill(row: ProspectRow, values: Mapping[str, Any], actor: Actor) -> None:
    """Set what was typed: attributes of the order alone; a source gets the day and whoever looked."""
    check_not_suppressed({name: str(values[name]) for name in KINDS if values.get(name)}, row.order.country)
    known = {field.name: field for field in fields_of("ProspectRow", db.session())}
    lengths = {column.key: getattr(column.type, "length", None) for column in inspect(ProspectRow).columns}
    for name in attributes(row.order):
        if name not in values:
            continue
        value = values[name]
        if name.startswith(PREFIX):
            row.set_custom(name, checked_value(known[name], value, (row.custom or {}).get(name)) if value not in (None, "", []) else None)
            continue
        value = storable(str(value or "")).strip() or None
        if value is not None and (most := lengths[name]):
            value = shorten(value, most)
        if name in SOURCES:
            _source(row, name, value, values.get(f"{name}_on"), actor)
        setattr(row, name, value or ("" if name == "name" else None))


@atomic
def put_back(row: ProspectRow, values: Mapping[str, Any], state: RowState, *, actor: Actor) -> None:
    """Give a row the values and the state that it had before an import."""
    save_row(row, values, hand_in=False, actor=actor)
    if row.state is not state:
        row.state = state
        row.entered_at = None if state is RowState.DRAFT else row.entered_at
        db.session.flush()


def _source(row: ProspectRow, name: str, value: str | None, day: date | None, actor: Actor) -> None:
    """A source without a day was looked at today; one that stays keeps whoever looked."""
    is_new = value != getattr(row, name)
    if value is None:
        setattr(row, f"{name}_on", None)
        setattr(row, f"{name}_by_id", None)
        return
    setattr(row, f"{name}_on", day or (clock.now().date() if is_new or getattr(row, f"{name}_on") is None else getattr(row, f"{name}_on")))
    if is_new or getattr(row, f"{name}_by_id") is None:
        setattr(row, f"{name}_by_id", actor.id)


def lacking(order: Order, values: Mapping[str, Any]) -> list[str]:
    """The attributes that ``order`` needs of a row with ``values`` before it is handed in."""
    wanted = [name for name in order.required if name in order.columns and not values.get(name)]
    own = missing([field for field in fields_of("ProspectRow", db.session()) if field.name in order.columns], values)
    return [*wanted, own.name] if own is not None and own.name not in wanted else wanted


def _hand_in(row: ProspectRow) -> None:
    if wanted := lacking(row.order, {**{name: getattr(row, name) for name in ATTRIBUTES}, **(row.custom or {})}):
        raise Incomplete(wanted)
    row.is_drawn = is_checked(row.order, row.number)
    row.state = state_after_saving(row.state, is_checked=row.is_drawn)
    row.findings = [] if row.state is not RowState.CORRECTED else row.findings
    if row.entered_at is None:
        row.entered_at = clock.now()


def is_checked(order: Order, number: int) -> bool:
    """Whether somebody verifies the row ``number``."""
    checking = order.checking
    return checking in (Checking.ALL, Checking.DOUBLE) or (checking is Checking.SAMPLE and is_drawn(number, order.sample_percent))


def _follow_keys(row: ProspectRow, *, is_new: bool = False) -> None:
    """By what the row is found as a double from now on."""
    found = kept_keys(values_of(row), row.order.dedupe, row.order.country)
    connection = db.session.connection()
    known = set[str]() if is_new else set(connection.execute(select(row_key.c.key).where(row_key.c.row_id == row.id)).scalars())
    if gone := known - set(found):
        connection.execute(delete(row_key).where(row_key.c.row_id == row.id, row_key.c.key.in_(gone)))
    if come := [key for key in found if key not in known]:
        put(row_key, [{"key": key, "row_id": row.id} for key in come], connection)


# ---- what else becomes of a row


@atomic
def discard_row(row: ProspectRow, because: str = "", *, actor: Actor) -> None:
    """Leave it out: it stays to be read, and counts nowhere. A draft of nothing is deleted."""
    require(actor, Action.WRITE, row)
    require_open(row.order, actor)
    if row.state is RowState.CONVERTED:
        refuse_change(row.state)
    if row.state is RowState.DRAFT and not row.name:
        record(actor, "delete", row)
        db.session.delete(row)
        db.session.flush()
        return
    before, row.state, row.discarded_because = row.state, RowState.DISCARDED, shorten(storable(because), 300) or None
    db.session.flush()
    record(actor, "discard_row", row, before={"state": before}, after={"because": row.discarded_because})


@atomic
def bring_back(row: ProspectRow, *, actor: Actor) -> None:
    """A row that was left out is a draft again."""
    require(actor, Action.WRITE, row)
    require_open(row.order, actor)
    if row.state is not RowState.DISCARDED or row.discarded_because in EMPTIED:
        raise DomainError("not_discarded", N_("Only a row that was left out can be brought back, and none of which nothing is known any more."))
    row.state, row.discarded_because = RowState.DRAFT, None
    db.session.flush()
    record(actor, "bring_back_row", row)


@atomic
def log_call(row: ProspectRow, result: CallResult, *, actor: Actor) -> None:
    """What came of calling the company of a row."""
    require(actor, Action.WRITE, row)
    require_open(row.order, actor)
    before, row.call_result, row.called_at = row.call_result, result, clock.now()
    if row.informed_at is None and result in SPOKEN:
        row.informed_at = row.called_at  # whom one speaks to is told (article 14)
    db.session.flush()
    record(actor, "call_row", row, before={"result": before}, after={"result": result})


@atomic
def note_objection(row: ProspectRow, *, actor: Actor) -> None:
    """The person objects: hashes of what they are reached by stay, everything else of them goes, in the audit too, and the row counts nowhere."""
    require(actor, Action.WRITE, row)
    suppress({name: getattr(row, name) for name in KINDS}, row.order.country, actor=actor)
    for name, nothing in NOTHING.items():
        setattr(row, name, nothing)
    row.state, row.discarded_because = RowState.DISCARDED, OBJECTION
    db.session.flush()
    forget([row.id])
    record(actor, "note_objection", row)


@atomic
def say(row: ProspectRow, body: str, *, actor: Actor) -> RowMessage:
    """A question or an answer: an operator writes to whoever verified the row, everybody else to its operator."""
    require(actor, Action.READ, row)
    require(actor, Action.CREATE, RowMessage)
    if not body.strip():
        raise DomainError("empty_message", N_("Write the question or the answer first."))
    made = RowMessage(row_id=row.id, author_id=actor.id, to_user_id=_listener(row, actor), body=storable(body).strip(), created_by_id=actor.id)
    db.session.add(made)
    db.session.flush()
    record(actor, "say_of_row", row, after={"to": made.to_user_id})
    announce(RowSaid(made.id))
    return made


def _listener(row: ProspectRow, actor: Actor) -> int | None:
    if actor.id != row.operator_id:
        return row.operator_id
    verdict = last_verdict(row.id)
    if verdict is not None and verdict.verifier_id not in (None, actor.id):
        return verdict.verifier_id
    seat = OrderAssignment.__table__
    wanted = select(seat.c.user_id).where(
        seat.c.order_id == row.order_id, seat.c.seat.in_((Seat.VERIFIER, Seat.SUPERVISOR, Seat.PRINCIPAL)), seat.c.user_id != actor.id,
        seat.c.archived_at.is_(None),
    )
    sorted_seats = db.session.connection().execute(wanted.add_columns(seat.c.seat).order_by(seat.c.id)).all()
    return next((row_.user_id for kind in (Seat.VERIFIER, Seat.SUPERVISOR, Seat.PRINCIPAL) for row_ in sorted_seats if row_.seat is kind), None)


@atomic
def see_messages(row: ProspectRow, *, actor: Actor) -> None:
    """What was said to ``actor`` about the row is read."""
    said = RowMessage.__table__
    db.session.execute(update(said).where(said.c.row_id == row.id, said.c.to_user_id == actor.id, said.c.seen_at.is_(None)).values(seen_at=clock.now()))


@atomic
def quick_lead(name: str, *, phone: str = "", actor: Actor) -> ProspectRow:
    """A lead by its name alone, in the person's own order of leads, which is made for the first."""
    if not name.strip():
        raise DomainError("no_lead_name", N_("Type the name of the company or of the person. Nothing else is needed."))
    require(actor, Action.CREATE, ProspectRow)
    own = db.session.scalars(select(Order).where(
        Order.created_by_id == actor.id, Order.principal_id == actor.id, Order.name == LEADS, Order.archived_at.is_(None), Order.is_template.is_(False)
    ).order_by(Order.id).limit(1)).first() or _order_of_leads(actor)
    return enter_row(own, {"name": name, "phone": phone}, actor=actor)


def _order_of_leads(actor: Actor) -> Order:
    return records.create(Order, {"name": LEADS, "columns": ["name", "nip", "siren", "city", "email", "phone", "mobile", "person", "remarks"]}, actor=actor)
