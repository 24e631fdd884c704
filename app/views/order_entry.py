"""My order: what to do, how far it is, and one form into which company after company is typed."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from flask import abort, flash, g, jsonify, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from app.domain.errors import DomainError
from app.domain.labels import label
from app.domain.orders import ATTRIBUTES, DONE, EDITABLE, CallResult, RowState, Seat
from app.domain.row_checks import MATTER, keys, warnings
from app.extensions import db
from app.models import Order, OrderAssignment, ProspectRow
from app.operations import order_rows, orders
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import orders as asked
from app.queries.order_entry import Around, around, first_to_call
from app.queries.prospect_rows import doubles_of
from app.support import clock
from app.views.asked import zone
from app.views.base import attempt, is_key, key, say
from app.views.entry_page import (
    double_lines,
    doubles_on,
    facts_of,
    ground_of,
    last_call,
    meter,
    place_line,
    rejection_of,
    said_of,
    title_of,
    urls_of,
    watch_url,
    why_closed,
)
from app.views.row_form import Typed
from app.views.row_words import attribute_label, odd_words

WAITING = ("rejected", "comments")
SEATS = (Seat.OPERATOR, Seat.PRINCIPAL, Seat.SUPERVISOR, Seat.COORDINATOR)


def midnight() -> datetime:
    """When the reader's day began."""
    return datetime.combine(clock.now().astimezone(zone()).date(), time(), zone())


class MyOrderView(BaseView):
    route_base = "/my-order"
    class_permission_name = "ProspectRow"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """The current order with an empty row; ``order`` asks for another one."""
        self.update_redirect()
        order, place = _current()
        if order is None:
            return self.render_template("order_none.html", title=gettext("My order"), lead_url=lead_url(), list_url=url_for("OrderView.list"))
        return self._draw(order, place, None)

    @expose("/row/<pk>")
    @has_access
    @permission_name("list")
    def row(self, pk: str) -> Any:
        """One row, to look at or to go on with."""
        self.update_redirect()
        row = _row(pk)
        return self._draw(row.order, row.assignment, row)

    @expose("/save", methods=["POST"])
    @has_access
    @permission_name("list")
    def save(self) -> Any:
        """A new row."""
        order = _order(request.args.get("order", ""))
        typed = Typed(order, posted=True)
        return self._keep(typed, None, lambda: order_rows.enter_new(order, typed.values, hand_in=_goes_on(), actor=current_actor()))

    @expose("/change/<pk>", methods=["POST"])
    @has_access
    @permission_name("list")
    def change(self, pk: str) -> Any:
        """A row that is there already."""
        row = _row(pk, Action.WRITE)
        typed = Typed(row.order, row, posted=True)
        seen, hand_in = request.form.get("version", type=int), _goes_on() or row.state is not RowState.DRAFT and row.state is not RowState.REJECTED
        return self._keep(typed, row, lambda: order_rows.save_row(row, typed.values, hand_in=hand_in, seen_version=seen, actor=current_actor()))

    def _keep(self, typed: Typed, row: ProspectRow | None, operation: Any) -> Any:
        if typed.errors:
            return self._again(typed, row)
        was = row.state if row is not None else None
        try:
            saved = operation()
        except order_rows.Incomplete as refusal:
            errors = {name: gettext("This is needed before the row can be handed in.") for name in refusal.names}
            return self._again(typed, row, errors, say(refusal))
        except DomainError as refusal:
            field = str(refusal.params.get("field", "")) if refusal.code == "objected" else ""
            errors = {field: say(DomainError(refusal.code, refusal.message, field=attribute_label(field)))} if field else {}
            refused = errors.get(field) or say(refusal)
            return self._again(typed, row, errors, refused)
        flash(gettext("Row %(number)s is saved: %(state)s.", number=saved.number, state=gettext(label(saved.state))), "success")
        return redirect(self._after(saved, was) if _goes_on() else url_for("MyOrderView.row", pk=saved.id))

    def _again(self, typed: Typed, row: ProspectRow | None, errors: dict[str, str] | None = None, refused: str = "") -> Any:
        """The form with what was typed, and why it was not kept."""
        place = row.assignment if row is not None else _place(typed.order)
        return self._draw(typed.order, place, row, typed=typed, errors=errors, refused=refused, status=409)

    def _after(self, saved: Any, was: RowState | None) -> str:
        """The next rejected row after a corrected one, the row after one of the middle, else an empty one."""
        if was is None:
            return url_for("MyOrderView.list", order=saved.order_id)
        found = _around(saved.order, saved)
        following = found.rejected_next if was is RowState.REJECTED else found.following
        return url_for("MyOrderView.row", pk=following) if following else url_for("MyOrderView.list", order=saved.order_id)

    @expose("/choose/<order>", methods=["POST"])
    @has_access
    @permission_name("list")
    def choose(self, order: str) -> Any:
        """Another order is the current one from now on."""
        found = _place(_order(order)) or abort(404)
        orders.choose_order(found, actor=current_actor())
        return redirect(url_for("MyOrderView.list"))

    @expose("/waiting/<what>", methods=["GET"])
    @has_access
    @permission_name("list")
    def waiting(self, what: str) -> Any:
        """The first row that waits for the reader: a ``rejected`` one, or one with ``comments`` that they have not seen."""
        found = asked.first_waiting(current_actor().id, what if what in WAITING else abort(404))
        if found is None:
            return redirect(url_for("MyOrderView.list"))
        enters = current_actor().scope("ProspectRow", Action.CREATE)
        return redirect(url_for("MyOrderView.row" if enters else "VerifyView.row", pk=found) + ("#comments" if what == "comments" else ""))

    @expose("/check", methods=["POST"])
    @has_access
    @permission_name("list")
    def check(self) -> Any:
        """What is odd about what was typed so far, and who is there already: for the script of the page."""
        order, row = _order(request.args.get("order", "")), request.args.get("row", type=key)
        values = {name: request.form.get(name, "") for name in ATTRIBUTES}
        found = doubles_of(order.id, keys(values, order.dedupe, order.country), current_actor(), but=row)
        odd = {name: odd_words(said) for name, said in warnings(values, order.country).items()}
        return jsonify({"odd": odd, "doubles": double_lines(found, order)})

    @expose("/call/<pk>", methods=["POST"])
    @has_access
    @permission_name("list")
    def call(self, pk: str) -> Any:
        """What came of a call, and on to the next company that nobody called yet."""
        row = _row(pk, Action.WRITE)
        result = next((each for each in CallResult if each.value == request.form.get("result")), None)
        if result is None:
            abort(400)
        attempt(lambda: order_rows.log_call(row, result, actor=current_actor()), gettext("Noted: %(result)s.", result=gettext(label(result))))
        found = _around(row.order, row)
        return redirect(url_for("MyOrderView.row", pk=found.to_call) if found.to_call else url_for("MyOrderView.row", pk=row.id))

    @expose("/say/<pk>", methods=["POST"])
    @has_access
    @permission_name("list")
    def say(self, pk: str) -> Any:
        """Ask or answer about a row."""
        row = _row(pk)
        order_rows.see_messages(row, actor=current_actor())
        attempt(lambda: order_rows.say(row, request.form.get("body", ""), actor=current_actor()), gettext("The comment is sent."))
        back = "VerifyView.row" if request.form.get("back") == "verify" else "MyOrderView.row"
        return redirect(url_for(back, pk=row.id) + "#comments")

    @expose("/seen/<pk>", methods=["POST"])
    @has_access
    @permission_name("list")
    def seen(self, pk: str) -> Any:
        """What was said to the reader about a row is read."""
        row = _row(pk)
        order_rows.see_messages(row, actor=current_actor())
        return redirect(url_for("MyOrderView.row", pk=row.id) + "#comments")

    @expose("/discard/<pk>", methods=["POST"])
    @has_access
    @permission_name("list")
    def discard(self, pk: str) -> Any:
        """Leave a row out."""
        row = _row(pk, Action.WRITE)
        order_id, because = row.order_id, request.form.get("reason", "")
        attempt(lambda: order_rows.discard_row(row, because, actor=current_actor()), gettext("The row is left out."))
        return redirect(url_for("MyOrderView.list", order=order_id))

    @expose("/bring-back/<pk>", methods=["POST"])
    @has_access
    @permission_name("list")
    def bring_back(self, pk: str) -> Any:
        """A row that was left out is worked on again."""
        row = _row(pk, Action.WRITE)
        attempt(lambda: order_rows.bring_back(row, actor=current_actor()), gettext("The row is being entered again."))
        return redirect(url_for("MyOrderView.row", pk=row.id))

    @expose("/objection/<pk>", methods=["POST"])
    @has_access
    @permission_name("list")
    def objection(self, pk: str) -> Any:
        """The person does not want to be contacted."""
        row = _row(pk, Action.WRITE)
        order_id = row.order_id
        attempt(lambda: order_rows.note_objection(row, actor=current_actor()),
                 gettext("The objection is noted. What was known is deleted, and nobody can enter it again."))
        return redirect(url_for("MyOrderView.list", order=order_id))

    @expose("/lead", methods=["GET"])
    @has_access
    @permission_name("add")
    def lead(self) -> Any:
        """A company or a person by the name alone."""
        return self.render_template("quick_lead.html", title=gettext("New lead"), name="", phone="", error="")

    @expose("/lead", methods=["POST"])
    @has_access
    @permission_name("add")
    def add_lead(self) -> Any:
        """Keep it."""
        name, phone = request.form.get("name", ""), request.form.get("phone", "")
        try:
            row = order_rows.quick_lead(name, phone=phone, actor=current_actor())
        except DomainError as refusal:
            body = self.render_template("quick_lead.html", title=gettext("New lead"), name=name, phone=phone, error=say(refusal))
            return make_response(body, 409)
        flash(gettext("The lead “%(name)s” is saved.", name=row.name), "success")
        return redirect(url_for("MyOrderView.lead") if "another" in request.form else url_for("MyOrderView.row", pk=row.id))

    # ---- the page

    def _draw(self, order: Order, place: OrderAssignment | None, row: ProspectRow | None, *, typed: Typed | None = None,
              errors: dict[str, str] | None = None, refused: str = "", status: int = 200) -> Any:
        actor = current_actor()
        operator = row.operator_id if row is not None else actor.id
        found = _around(order, row, place)
        typed = typed or Typed(order, row)
        wrong = {each["field"]: each for each in row.findings} if row is not None and row.state is RowState.REJECTED else {}
        left, right = typed.fields(wrong, errors or {})
        may_write = order.is_open and (place is None or place.closed_at is None) and (row is None or (
            row.state in EDITABLE and (row.operator_id == actor.id or is_allowed(actor, Action.WRITE, row))
        ))
        bad = [each for each in (*left, *right) if each["error"]]
        body = self.render_template(
            "order_entry.html", title=title_of(order, row, found, len(bad) if status != 200 else 0), order=order, row=row, around=found,
            left=left, right=right, bad=bad, refused=refused, may_write=may_write, closed=why_closed(order, place, row), is_mine=operator == actor.id,
            place_line=place_line(row, found), watch=watch_url(row), rejection=rejection_of(row), urls=urls_of(order, row, found),
            doubles=double_lines(doubles_on(typed, row), order),
            facts=facts_of(order, place, found), quota=place.quota if place is not None and operator == actor.id else None, switch=_others(order),
            law=ground_of(order, row), messages=said_of(row, actor.id),
            calls=[(each.value, gettext(label(each)), f"alt+{n}") for n, each in enumerate(CallResult, 1)],
            called=last_call(row), calls_first=row is not None and row.state in DONE,
            numbers=[number for number in (row.phone, row.mobile) if number] if row is not None else [], progress=meter(found, place), matter=" ".join(MATTER),
        )
        return make_response(body, status)


def _around(order: Order, row: ProspectRow | None, place: OrderAssignment | None = None) -> Around:
    """Of the rows that were entered by whoever entered ``row``; of the reader's own, where it was given to them. Who steers calls those of all."""
    actor = current_actor()
    given = row is not None and row.owner_id == actor.id != row.operator_id
    whose = actor.id if row is None or given else row.operator_id
    found = around(order, whose, place, row.number if row is not None else None, midnight(), given=given)
    if found.to_call is None and not given and is_allowed(actor, Action.WRITE, order):
        return replace(found, to_call=first_to_call(order.id, row.id if row is not None else 0))
    return found


def _goes_on() -> bool:
    return request.form.get("go") != "stay"


def lead_url() -> str | None:
    """Where a lead is noted by its name alone, for whoever keeps leads of their own."""
    return url_for("MyOrderView.lead") if is_allowed(current_actor(), Action.CREATE, Order) else None


def _places() -> list[OrderAssignment]:
    """Where one enters rows: one place for each order, that of an operator first. Asked once in a request."""
    if "entering_places" in g:
        return list(g.entering_places)
    found: dict[int, OrderAssignment] = {}
    for place in asked.places_of(current_actor(), *SEATS):
        if place.order_id not in found or place.seat is Seat.OPERATOR:
            found[place.order_id] = place
    g.entering_places = list(found.values())
    return list(g.entering_places)


def _current() -> tuple[Order | None, OrderAssignment | None]:
    wanted = request.args.get("order", type=key)
    places = _places()
    place = asked.current_place(places, wanted)
    if place is None and wanted is not None:
        return _order(str(wanted)), None
    return (place.order, place) if place is not None else (None, None)


def _place(order: Order) -> OrderAssignment | None:
    return next((each for each in _places() if each.order_id == order.id), None)


def _order(text: str) -> Order:
    order = asked.order_of(int(text)) if is_key(text) else None
    return order or abort(404)


def _row(pk: str, action: Action = Action.READ) -> ProspectRow:
    """The row, with its order: 404 for one that the person may not see, 403 for one that they may only read."""
    wanted = db.session.query(ProspectRow).options(joinedload(ProspectRow.order), joinedload(ProspectRow.assignment))
    row = wanted.filter(ProspectRow.id == int(pk)).one_or_none() if is_key(pk) else None
    if row is None:
        abort(404)
    if action is not Action.READ and not is_allowed(current_actor(), action, row):
        abort(403)
    return row


def _others(order: Order) -> list[dict[str, Any]]:
    """The other orders that one may work on."""
    places = _places()
    return [{"name": each.order.name, "url": url_for("MyOrderView.choose", order=each.order_id)} for each in places if each.order_id != order.id][:20]
