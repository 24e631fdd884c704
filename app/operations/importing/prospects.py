"""What an import knows of the rows of one prospecting order: its attributes, its doubles, its places."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import or_, select, true

from app.domain.custom_fields import stored
from app.domain.errors import DomainError
from app.domain.orders import DEDUPED, SOURCES, STEERING, Checking, RowState, Seat, refuse_change, state_after_saving
from app.domain.row_checks import kept_keys, keys
from app.extensions import db
from app.models import Import, Order, OrderAssignment, ProspectRow, RowMessage, RowVerification
from app.models.pouring import pour
from app.models.prospect_rows import row_key
from app.operations import order_rows
from app.operations.importing.drafts import Draft, LeftAlone
from app.operations.importing.kinds import KINDS, Importable, SameBy
from app.operations.importing.lookup import Lookup
from app.operations.orders import attributes, require_open
from app.operations.twins import pair, unseen
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed
from app.permissions.one_of import among
from app.permissions.rights import Action
from app.queries.orders import seats_of
from app.queries.prospect_rows import related_orders
from app.support import clock
from app.support.i18n import N_

NO_PLACE = N_("“%(value)s” has no open place in this order from which you may have rows entered.")
ELSEWHERE = N_("A linked order has this company already.")
LEFT = (N_("Row"), N_("State"), N_("Entered on"), N_("Verified on"), N_("Called"), N_("Result of the call"), N_("Purpose"), N_("Where the data come from"),
        N_("Legal basis"), N_("Prospecting order"))
LABELS = {
    "nip": N_("NIP"), "regon": N_("REGON"), "siren": N_("SIREN"), "email": N_("E-mail"), "phone": N_("Landline or mobile"), "name": N_("Company and city"),
}


def kind_of(run: Import) -> Importable:
    """What is known of the type of record that ``run`` makes."""
    return KINDS[run.record_type] if run.order is None else _rows_of(run.order, run.user_id)


def _rows_of(order: Order, user_id: int) -> Importable:
    """Rows of ``order`` that this user brings. One that lacks what the order needs stays a draft."""
    return Importable(
        ProspectRow, ("name",), tuple(_same_by(order, user_id, name) for name in DEDUPED), partial(_settle, order), _make, partial(_update, order),
        ties=(RowMessage.__table__.c.row_id, RowVerification.__table__.c.row_id), columns=tuple(attributes(order)), is_strict=False, left=LEFT, also=("state",),
        usual=tuple(order.dedupe), check=partial(require_open, order), before=partial(_enter, order), after=partial(_follow, order),
        touch=partial(_touch, order),
    )


# ---- doubles


def _same_by(order: Order, user_id: int, name: str) -> SameBy:
    def of(values: Mapping[str, Any]) -> tuple[str, ...] | None:
        return tuple(keys(values, (name,), order.country)) or None

    return SameBy(name, LABELS[name], (name,), of, partial(_find, order, user_id), lambda one, other: bool({*one} & {*other}), is_any=True)


def _find(order: Order, user_id: int, wanted: list[Any]) -> dict[Any, list[int]]:
    """Rows of this order and of linked ones that have one of the keys, this order's first. Double entry compares with one's own alone."""
    row, said = ProspectRow.__table__, {key for each in wanted for key in each}
    asked = select(row_key.c.key, row.c.id).join(row, row.c.id == row_key.c.row_id).where(
        among(row_key.c.key, said), row.c.order_id.in_(related_orders(order.id)), row.c.state != RowState.DISCARDED,
        row.c.operator_id == user_id if order.checking is Checking.DOUBLE else true(),
    )
    best: dict[str, int] = {}
    for key, number in db.session.connection().execute(asked.order_by(row.c.order_id != order.id, row.c.id)):
        best.setdefault(key, number)
    return {each: [found] for each in wanted if (found := next((best[key] for key in each if key in best), None)) is not None}


def _touch(order: Order, row: ProspectRow | None) -> None:
    """Whether a row that is there may be changed; None: it is another person's."""
    if row is None:
        raise LeftAlone
    if row.order_id != order.id:
        raise LeftAlone(ELSEWHERE)
    refuse_change(row.state)


# ---- values


def _settle(order: Order, draft: Draft, lookup: Lookup) -> None:
    """Whose row it will be, and what the order gives to rows that say nothing."""
    operator = draft.values.pop("operator", None)
    places = lookup.remember(("places", order.id), lambda: _places(order, lookup.actor))
    if operator is not None and operator not in places:
        raise DomainError("no_place", NO_PLACE, value=dict(draft.asked)["operator"])
    draft.new.update(operator_id=operator or lookup.actor.id, assignment_id=places.get(operator or 0))
    draft.new.update({name: value for name, value in order.defaults.items() if value and name in order.columns})
    if lacks := order_rows.lacking(order, {**draft.new, **{name: stored(value) for name, value in draft.values.items()}}):
        draft.lacks = lacks


def _places(order: Order, actor: Actor) -> dict[int, int]:
    """User → open place from which rows are entered, of all whom ``actor`` may give rows."""
    seat, own = OrderAssignment.__table__, {key: held for key, held, closed in seats_of(order.id, actor.id) if closed is None}
    asked = select(seat.c.user_id, seat.c.id).where(
        seat.c.order_id == order.id, seat.c.seat == Seat.OPERATOR, seat.c.closed_at.is_(None), seat.c.archived_at.is_(None)
    )
    if not (is_allowed(actor, Action.WRITE, order) or {*own.values()} & {*STEERING}):
        asked = asked.where(or_(seat.c.user_id == actor.id, seat.c.parent_id.in_([key for key, held in own.items() if held is Seat.SUPERVISOR])))
    return {row.user_id: row.id for row in db.session.connection().execute(asked)}


# ---- new rows


def _make(values: dict[str, Any]) -> ProspectRow:
    return ProspectRow(**values)


def _enter(order: Order, items: Sequence[ProspectRow], drafts: Sequence[Draft], actor: Actor) -> None:
    """Numbers, places and states for new rows; those that lack nothing are handed in."""
    place, now = order_rows.place_to_enter(order, actor), clock.now()
    for item, draft, number in zip(items, drafts, order_rows.next_numbers(order, len(items)), strict=True):
        item.order_id, item.number, item.state = order.id, number, RowState.DRAFT
        item.assignment_id = item.assignment_id or place
        for name in SOURCES:
            if getattr(item, name):
                setattr(item, f"{name}_on", getattr(item, f"{name}_on") or now.date())
                setattr(item, f"{name}_by_id", actor.id)
        if not draft.lacks:
            item.is_drawn = order_rows.is_checked(order, number)
            item.state, item.entered_at = state_after_saving(RowState.DRAFT, is_checked=item.is_drawn), now


def _follow(order: Order, items: Sequence[ProspectRow]) -> None:
    """By what the new rows are found as doubles; in double entry their twins."""
    names = [name for name in (*DEDUPED, "mobile", "city") if name in order.columns]
    found = sorted((key, item.id) for item in items for key in kept_keys({name: getattr(item, name) for name in names}, order.dedupe, order.country))
    pour(row_key, [{"key": key, "row_id": number} for key, number in found], db.session.connection())
    if order.checking is Checking.DOUBLE:
        for item in items:
            if item.state is RowState.SUBMITTED and (row := unseen(item.id)) is not None:
                pair(row)


# ---- rows that are there


def _update(order: Order, row: ProspectRow, changes: dict[str, Any], actor: Actor) -> None:
    """As its operator would; with a state: as it was before."""
    state = changes.pop("state", None)
    if state is not None:
        order_rows.put_back(row, changes, state, actor=actor)
        return
    held = {**{name: getattr(row, name) for name in attributes(order)}, **(row.custom or {}), **{name: stored(value) for name, value in changes.items()}}
    order_rows.save_row(row, changes, hand_in=not order_rows.lacking(order, held), actor=actor)
