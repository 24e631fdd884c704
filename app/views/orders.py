"""Prospecting orders: what is collected, who sits where, how far it is, and the way to close them."""

from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext, lazy_gettext, ngettext
from wtforms import SelectMultipleField
from wtforms.validators import Optional

from app.domain.custom_fields import FieldKind
from app.domain.errors import DomainError
from app.domain.orders import DEDUPED, OrderLinkKind, Seat
from app.domain.territories import TERRITORIES, name_of
from app.extensions import db
from app.models import Order, OrderAssignment, User
from app.operations import conversion, order_attributes, orders
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import order_quality
from app.queries import orders as asked
from app.support.i18n import N_
from app.views.base import CrmView, OperationInterface, attempt, key
from app.views.controls import CheckList
from app.views.holding import NOBODY_CHOSEN
from app.views.order_page import crumbs_of, page_of, register_of, territory_words
from app.views.row_words import attribute_label, choices, names_words

NO_PLACE = N_("Choose one of the places in the order.")


def _several(title: Any, offered: Any, description: Any = "") -> SelectMultipleField:
    return SelectMultipleField(title, [Optional()], choices=offered, widget=CheckList(), description=description)


_FORM = {
    "territory": SelectMultipleField(lazy_gettext("Territory"), [Optional()], choices=[(code, name_of(code)) for code in TERRITORIES], widget=CheckList(),
                                     description=lazy_gettext("The first one says the country: how postcodes and telephone numbers are read")),
    "columns": _several(lazy_gettext("Attributes in use"), choices, lazy_gettext("Nothing chosen: the 21 of the standard")),
    "required": _several(lazy_gettext("Needed before a row is handed in"), choices),
    "dedupe": _several(lazy_gettext("One company is known by"), lambda: [(name, attribute_label(name)) for name in DEDUPED]),
}


class OrderView(CrmView):
    datamodel = OperationInterface(Order)
    show_template = "order.html"
    method_permission_name = {
        "assign": "show", "place": "show", "closing": "show", "close": "show", "reopen": "edit", "link": "edit", "unlink": "edit", "copy": "show",
        "others": "edit", "register": "show", "quality": "show", "hand_over": "edit", "attribute": "edit",
    }
    list_title, show_title = lazy_gettext("Prospecting orders"), lazy_gettext("Prospecting order")
    add_title, edit_title = lazy_gettext("New order"), lazy_gettext("Edit order")
    list_columns = ["name", "state", "principal", "territory", "target", "last_number", "due_on"]
    export_columns = [*list_columns, "starts_on", "checking", "goal", "instructions", "purpose", "data_source", "legal_basis", "created_at", "closed_at"]
    order_columns = ["name", "state", "due_on"]
    base_order = ("due_on", "asc")
    search_columns = ["name", "state", "principal", "checking", "due_on", "is_template"]
    show_columns = ["name", "state"]
    add_columns = edit_columns = [
        "name", "principal", "goal", "instructions", "territory", "target", "starts_on", "due_on", "checking", "sample_percent", "columns", "required",
        "dedupe", "purpose", "data_source", "legal_basis", "information", "keep_months", "is_template",
    ]
    add_form_extra_fields = edit_form_extra_fields = _FORM
    add_fieldsets = edit_fieldsets = [
        ("", {"fields": ["name", "principal", "goal", "instructions", "territory", "target", "starts_on", "due_on"]}),
        (lazy_gettext("Verification"), {"fields": ["checking", "sample_percent"]}),
        (lazy_gettext("Ground of processing"), {"fields": ["purpose", "data_source", "legal_basis", "information", "keep_months"]}),
        (lazy_gettext("Attributes of a row"), {"fields": ["columns", "required", "dedupe", "is_template"]}),
    ]
    label_columns = {
        "name": lazy_gettext("Name"), "state": lazy_gettext("State"), "principal": lazy_gettext("Principal"), "territory": lazy_gettext("Territory"),
        "target": lazy_gettext("Rows to reach"), "last_number": lazy_gettext("Rows so far"), "due_on": lazy_gettext("Due"),
        "starts_on": lazy_gettext("Begins"), "checking": lazy_gettext("Verification"), "sample_percent": lazy_gettext("Sample in percent"),
        "goal": lazy_gettext("Goal"), "instructions": lazy_gettext("Instructions"), "columns": lazy_gettext("Attributes in use"),
        "required": lazy_gettext("Needed before a row is handed in"), "dedupe": lazy_gettext("One company is known by"),
        "purpose": lazy_gettext("Purpose"), "data_source": lazy_gettext("Where the data come from"), "legal_basis": lazy_gettext("Legal basis"),
        "information": lazy_gettext("What the people are told (Article 14 GDPR)"), "is_template": lazy_gettext("Template"),
        "keep_months": lazy_gettext("Months that a row is kept"),
        "created_at": lazy_gettext("Created on"), "closed_at": lazy_gettext("Closed on"),
    }
    description_columns = {
        "target": lazy_gettext("Of the whole order; how many a day each operator has in the tree"),
        "is_template": lazy_gettext("Nobody works on it; new orders are made from it"),
        "keep_months": lazy_gettext("From when it was collected, or its company last spoken to; then what is known of it is deleted"),
        "sample_percent": lazy_gettext("Of each hundred rows so many are verified, where a sample is"),
    }
    formatters_columns = {"territory": territory_words, "columns": names_words, "required": names_words, "dedupe": names_words}
    empty_text = lazy_gettext("No order yet. It says which companies are to be collected, by whom and until when.")
    add_label = lazy_gettext("New order")

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: Any) -> Any:
        """How far it is, who sits where, and what can be done."""
        item = self.found(pk)
        self.update_redirect()
        return self.render_template("order.html", title=item.name, **page_of(item))

    # ---- the tree

    @expose("/assign/<pk>", methods=["POST"])
    @has_access
    def assign(self, pk: Any) -> Any:
        """Somebody gets a place."""
        item = _seating(self.found(pk))

        def give() -> None:
            seat = next((each for each in Seat if each.value == request.form.get("seat")), Seat.OPERATOR)
            parent = _place_of(item, request.form.get("parent", "")) if request.form.get("parent") else None
            people = [_person(text) for text in request.form.getlist("user") if text]
            if not people:
                raise DomainError("nobody_chosen", NOBODY_CHOSEN)
            orders.assign_all(item, people, seat, parent=parent, quota=request.form.get("quota", type=key), actor=current_actor())

        return self._then(item, give, gettext("The order is assigned. Whoever got it hears of it by e-mail."))

    @expose("/place/<pk>", methods=["POST"])
    @has_access
    def place(self, pk: Any) -> Any:
        """A place is moved, taken away, or reopened."""
        item = _seating(self.found(pk))

        def change() -> None:
            place, actor = _place_of(item, request.form.get("place", "")), current_actor()
            match request.form.get("what"):
                case "move":
                    orders.move_place(place, _place_of(item, request.form.get("parent", "")), quota=request.form.get("quota", type=key), actor=actor)
                case "take":
                    orders.take_place(place, actor=actor)
                case "reopen":
                    orders.reopen_place(place, actor=actor)

        return self._then(item, change, gettext("Saved."))

    # ---- closing

    @expose("/closing/<pk>", methods=["GET"])
    @has_access
    def closing(self, pk: Any) -> Any:
        """What closing it, or one place of it, would reach: counted before anything is done."""
        item = self.found(pk)
        place = _place_or_404(item, request.args.get("place", "")) if request.args.get("place") else None
        actor = current_actor()
        if not is_allowed(actor, Action.WRITE, place if place is not None else item):
            abort(403)
        found = asked.closing_of(item.id, asked.subtree(item.id, place.id) if place is not None else None)
        lines = [
            ngettext("%(num)s supervisor", "%(num)s supervisors", found.supervisors), ngettext("%(num)s operator", "%(num)s operators", found.operators),
            ngettext("%(num)s verifier", "%(num)s verifiers", found.verifiers),
            ngettext("%(num)s row still to verify", "%(num)s rows still to verify", found.waiting),
            ngettext("%(num)s rejected row", "%(num)s rejected rows", found.rejected),
            ngettext("%(num)s row being entered", "%(num)s rows being entered", found.drafts),
        ]
        title = gettext("Close “%(order)s” finally?", order=item.name)
        if place is not None:
            title = gettext("Close “%(order)s” for %(name)s?", order=item.name, name=place.user)
        return self.render_template("order_closing.html", item=item, place=place, lines=lines, title=title)

    @expose("/close/<pk>", methods=["POST"])
    @has_access
    def close(self, pk: Any) -> Any:
        """Close the order, or one place of it with all below."""
        item, actor = self.found(pk), current_actor()
        if not request.form.get("place"):
            if not is_allowed(actor, Action.WRITE, item):
                abort(403)
            return self._then(item, lambda: orders.close_order(item, actor=actor), gettext("The order is finally closed. Its rows can be read and exported."))
        place = _place_or_404(item, request.form["place"])
        name = str(place.user)
        return self._then(item, lambda: orders.close_place(place, actor=actor), gettext("The order is closed for %(name)s. The others go on.", name=name))

    @expose("/reopen/<pk>", methods=["POST"])
    @has_access
    def reopen(self, pk: Any) -> Any:
        """Open it again for those who steer it."""
        item = self.found(pk, Action.WRITE)
        return self._then(item, lambda: orders.reopen_order(item, actor=current_actor()),
                          gettext("The order is open for its principal and coordinators. Reopen it for the supervisors next."))

    # ---- what else

    @expose("/link/<pk>", methods=["POST"])
    @has_access
    def link(self, pk: Any) -> Any:
        """It continues another order, is split from it or shares its rows."""
        item = self.found(pk, Action.WRITE)
        kind = next((each for each in OrderLinkKind if each.value == request.form.get("kind")), OrderLinkKind.CONTINUES)

        def tie() -> None:
            other = db.session.get(Order, request.form.get("order", 0, type=key))
            if other is None:
                raise DomainError("no_choice", N_("Choose one of the list."))
            orders.link_orders(other, item, kind, actor=current_actor())

        return self._then(item, tie, gettext("The orders are linked: a company of one is shown as a double in the other."))

    @expose("/others/<pk>", methods=["GET"])
    @has_access
    def others(self, pk: Any) -> Any:
        """What it may be linked to, for ``?q=``: [{id, text}]."""
        item = self.found(pk, Action.WRITE)
        return jsonify([{"id": key, "text": name} for key, name in asked.orders_named(request.args.get("q", ""), item.id)])

    @expose("/unlink/<pk>", methods=["POST"])
    @has_access
    def unlink(self, pk: Any) -> Any:
        """Take a link away."""
        item = self.found(pk, Action.WRITE)
        link = next((each for each in asked.linked_to(item.id) if str(each.id) == request.form.get("link")), None)
        return self._then(item, lambda: orders.unlink_orders(link, actor=current_actor()) if link is not None else None, gettext("Saved."))

    @expose("/copy/<pk>", methods=["POST"])
    @has_access
    def copy(self, pk: Any) -> Any:
        """A new order by the rules of this one."""
        item = self.found(pk)
        if not is_allowed(current_actor(), Action.CREATE, Order):
            abort(403)
        made: list[Order] = []
        self.perform(lambda: made.append(orders.copy_order(item, request.form.get("name", ""), actor=current_actor())), gettext("Saved."))
        return redirect(url_for("OrderView.show", pk=made[0].id if made else item.id))

    @expose("/attribute/<pk>", methods=["POST"])
    @has_access
    def attribute(self, pk: Any) -> Any:
        """A new attribute that rows of this order have, or one of the firm's that it uses from now on."""
        item = self.found(pk, Action.WRITE)
        kind = next((each for each in FieldKind if each.value == request.form.get("kind")), FieldKind.TEXT)
        return self._then(item, lambda: order_attributes.add_attribute(item, request.form.get("label", ""), kind, request.form.get("choices", ""),
                                                                       actor=current_actor()), gettext("The attribute is on the form of each row."))

    @expose("/hand-over/<pk>", methods=["POST"])
    @has_access
    def hand_over(self, pk: Any) -> Any:
        """All finished rows go to a salesperson."""
        item, count = self.found(pk, Action.WRITE), [0]

        def give() -> None:
            count[0] = conversion.hand_over_all(item, _person(request.form.get("user", "")), actor=current_actor())

        if self.perform(give):
            flash(ngettext("%(num)s row is handed over.", "%(num)s rows are handed over.", count[0]), "success")
        return redirect(url_for("OrderView.show", pk=item.id))

    @expose("/register/<pk>", methods=["GET"])
    @has_access
    def register(self, pk: Any) -> Any:
        """The record of processing activities of an order (Article 30 GDPR), to be printed."""
        item = self.found(pk)
        return self.render_template("order_register.html", title=gettext("Record of processing: %(name)s", name=item.name), item=item, lines=register_of(item),
                                    crumbs=crumbs_of(item))

    @expose("/quality/<pk>", methods=["GET"])
    @has_access
    def quality(self, pk: Any) -> Any:
        """Error rates by operator and by attribute, and how far verifiers agree."""
        item = self.found(pk)
        found = order_quality.quality_of(item)
        return self.render_template("order_quality.html", title=gettext("Quality: %(name)s", name=item.name), item=item, found=found, crumbs=crumbs_of(item),
                                    fields=[(attribute_label(name), count, rate) for name, count, rate in found.fields],
                                    differing=[(attribute_label(name), count, rate) for name, count, rate in found.differing])

    def _then(self, item: Order, operation: Any, done: str) -> Any:
        attempt(operation, done)
        return redirect(url_for("OrderView.show", pk=item.id))


def _seating(item: Order) -> Order:
    """403 for whoever gives nobody a place there."""
    if not orders.may_seat(current_actor(), item, Seat.OPERATOR):
        abort(403)
    return item


def _place_of(item: Order, text: str) -> OrderAssignment:
    found = next((each for each in asked.seats_in(item.id) if str(each.id) == text), None)
    if found is None:
        raise DomainError("no_place", NO_PLACE)
    return found


def _place_or_404(item: Order, text: str) -> OrderAssignment:
    return next((each for each in asked.seats_in(item.id) if str(each.id) == text), None) or abort(404)


def _person(text: str) -> User:
    user = db.session.get(User, int(text)) if text.isdecimal() and len(text) < 10 else None
    if user is None:
        raise DomainError("nobody_chosen", NOBODY_CHOSEN)
    return user
