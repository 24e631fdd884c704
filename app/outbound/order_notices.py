"""Mail about orders: to whoever gets a place, rows, a question or an answer. Called inside a transaction: it only queues."""

from flask_babel import force_locale, gettext, ngettext

from app.domain.events import OrderAssigned, RowSaid, RowsHandedOver
from app.domain.labels import label
from app.domain.orders import Seat
from app.extensions import db
from app.models import Order, OrderAssignment, RowMessage, User
from app.outbound.notices import language_of, notice
from app.support import clock


def _name(user_id: int | None) -> str:
    user = db.session.get(User, user_id) if user_id is not None else None
    return str(user or "Kurier")


def assigned(event: OrderAssigned) -> None:
    """To whoever sits in an order from now on."""
    place = db.session.get_one(OrderAssignment, event.assignment_id)
    user, order = place.user, place.order
    if not user.active or event.by_id is None:
        return
    with force_locale(language_of(user)):
        title = gettext("The order “%(name)s” is yours to work on", name=order.name)
        sentence = gettext("%(name)s gave you a place in it: %(seat)s.", name=_name(event.by_id), seat=gettext(label(place.seat)))
    page = {Seat.OPERATOR: f"/my-order/?order={order.id}", Seat.VERIFIER: "/verify/"}.get(place.seat, f"/orderview/show/{order.id}")
    notice(f"order:{place.id}", "notice:order", user, title, [sentence], order.goal or "", "", page, about=order)


def said(event: RowSaid) -> None:
    """To whoever a question or an answer is for."""
    message = db.session.get_one(RowMessage, event.message_id)
    user, row = message.to_user, message.row
    if user is None or not user.active or user.id == message.author_id:
        return
    with force_locale(language_of(user)):
        title = gettext("Comment on row %(number)s of “%(order)s”", number=row.number, order=row.order.name)
        sentence = gettext("%(name)s wrote:", name=_name(message.author_id))
    page = f"/my-order/row/{row.id}" if user.id == row.operator_id else f"/verify/row/{row.id}"
    notice(f"row-message:{message.id}", "notice:row", user, title, [sentence], message.body, "", page, about=row)


def rows_handed_over(event: RowsHandedOver) -> None:
    """One mail about all rows that came at once."""
    user, order = db.session.get_one(User, event.to_user_id), db.session.get_one(Order, event.order_id)
    if not user.active or event.by_id in (None, user.id):
        return
    with force_locale(language_of(user)):
        title = ngettext("%(num)s company from “%(order)s” is yours now", "%(num)s companies from “%(order)s” are yours now", event.count, order=order.name)
        sentence = gettext("%(name)s handed the rows over to you. Convert those that you want to sell to.", name=_name(event.by_id))
    key = f"rows:{order.id}:{clock.now():%Y%m%dT%H%M%S%f}:{user.id}"
    notice(key, "notice:rows", user, title, [sentence], "", "", "/prospectrowview/list/")
