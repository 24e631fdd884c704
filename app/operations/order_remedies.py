"""What can be done about an alert of a prospecting order or a row of one; see ``remedies``."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.domain.alerts import NATURES, Remedy
from app.domain.errors import DomainError
from app.domain.orders import Seat
from app.models import Alert, Order, ProspectRow, User
from app.operations import order_rows, orders, records, verification
from app.operations.given import Cure, Given
from app.permissions.actor import Actor
from app.support import clock
from app.support.i18n import N_

PER_CENT = 10  # of the rows that are verified from then on, where the order names no other share


def _row(item: Alert) -> ProspectRow:
    assert item.row is not None
    return item.row


def _order(item: Alert) -> Order:
    assert item.order is not None
    return item.order


def _ask(item: Alert, given: Given, actor: Actor) -> datetime:
    order_rows.say(_row(item), given.text, actor=actor)
    return clock.now() + timedelta(days=NATURES[item.rule].threshold or 1)


def _discard(item: Alert, given: Given, actor: Actor) -> None:
    order_rows.discard_row(_row(item), given.text, actor=actor)


def _add(seat: Seat) -> Cure:
    def add(item: Alert, given: Given, actor: Actor) -> datetime:
        if not isinstance(given.to, User):
            raise DomainError("nobody_chosen", N_("Choose a person of the list."))
        orders.assign(_order(item), given.to, seat, actor=actor)
        return clock.now() + timedelta(days=1)

    return add


def _sample(item: Alert, given: Given, actor: Actor) -> None:
    verification.switch_to_sample(_order(item), _order(item).sample_percent or PER_CENT, actor=actor)


def _move_date(item: Alert, given: Given, actor: Actor) -> datetime:
    records.update(_order(item), {"due_on": given.day().date()}, actor=actor)
    return clock.now() + timedelta(days=1)


CURES: Mapping[Remedy, Cure] = {
    Remedy.ASK: _ask, Remedy.DISCARD: _discard, Remedy.ADD_VERIFIER: _add(Seat.VERIFIER), Remedy.ADD_OPERATOR: _add(Seat.OPERATOR),
    Remedy.SAMPLE: _sample, Remedy.MOVE_DATE: _move_date,
}
