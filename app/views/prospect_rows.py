"""Rows of prospecting orders as a list, to be filtered, exported, handed over; and the way from a row to an account."""

from typing import Any, ClassVar

from flask import abort, flash, make_response, redirect, request, url_for
from flask_appbuilder import action, expose, has_access
from flask_appbuilder.models.sqla.filters import FilterStartsWith
from flask_babel import gettext, lazy_gettext, ngettext

from app.domain.errors import DomainError
from app.domain.orders import DONE, SOURCES
from app.domain.row_checks import NUMBERS
from app.extensions import db
from app.models import Account, Opportunity, Order, ProspectRow, User
from app.operations import conversion
from app.operations.conversion import Conversion
from app.operations.orders import attributes
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries.prospect_rows import numbered
from app.support.text import digits
from app.views.base import CrmView, OperationInterface, key, say
from app.views.people_choice import person_field
from app.views.row_words import LABELS, pairs, size_words

GROUND = {
    "order.purpose": lazy_gettext("Purpose"), "order.data_source": lazy_gettext("Where the data come from"), "order.legal_basis": lazy_gettext("Legal basis"),
}
DAYS = (lazy_gettext("Day of source 1"), lazy_gettext("Day of source 2"), lazy_gettext("Day of source 3"), lazy_gettext("Day of source 4"))
BESIDE = ("number", "state", "operator", "entered_at", "verified_at", "called_at", "call_result")


class NumberFilter(FilterStartsWith):
    """A whole number is looked up, however it is typed; the beginning of one is compared with the text of each row."""

    def apply(self, query: Any, value: Any) -> Any:
        if len(digits(value)) not in NUMBERS[self.column_name]:
            return super().apply(query, value)
        return query.filter(numbered(self.column_name, value))


class ProspectRowView(CrmView):
    datamodel = OperationInterface(ProspectRow)
    base_permissions = ["can_list", "can_show", "can_export"]
    can_archive = False
    method_permission_name = {"convert": "show", "make": "show", "hand": "list", "hand_chosen": "list"}
    list_title, show_title = lazy_gettext("Prospect rows"), lazy_gettext("Prospect row")
    list_columns = ["number", "name", "city", "state", "operator", "phone", "email", "call_result", "order"]
    export_columns = [
        "order", "number", "state", "nip", "pkd", "regon", "name", "street", "house", "postcode", "city", "voivodeship", "activity", "website", "email",
        "phone", "mobile", "fax", "headcount", "source1", "source1_on", "source2", "source2_on", "source3", "source3_on", "source4", "source4_on", "remarks",
        "siren", "person", "operator", "entered_at", "verified_at", "called_at", "call_result",
    ]
    order_columns = ["number", "name", "state"]
    base_order = ("number", "desc")
    own_filters: ClassVar = dict.fromkeys(NUMBERS, NumberFilter)
    search_columns = [
        "order", "state", "operator", "owner", "name", "city", "nip", "regon", "siren", "voivodeship", "postcode", "pkd", "email", "call_result",
        "entered_at", "number",
    ]
    show_columns = export_columns
    label_columns = {
        **LABELS, "number": lazy_gettext("Row"), "state": lazy_gettext("State"), "operator": lazy_gettext("Operator"),
        "order": lazy_gettext("Prospecting order"),
        "owner": lazy_gettext("Salesperson"), "call_result": lazy_gettext("Result of the call"), "called_at": lazy_gettext("Called"),
        "entered_at": lazy_gettext("Entered on"), "verified_at": lazy_gettext("Verified on"),
        **GROUND, **{f"source{n}_on": day for n, day in enumerate(DAYS, start=1)},
    }
    formatters_columns = {"headcount": size_words}
    empty_text = lazy_gettext("No row yet. An operator enters the first one on the page “My order”.")

    def columns_out(self) -> list[str]:
        """Of one whole order: its attributes, and on what ground they are kept; else as usual."""
        order = db.session.get(Order, request.args.get("_flt_0_order", 0, type=key)) if "whole" in request.args else None
        if order is None:
            return super().columns_out()
        used = {*attributes(order), *(f"{name}_on" for name in SOURCES if name in order.columns)}
        return [name for name in self.export_columns if name in used or name in BESIDE] + [*GROUND]

    def import_url(self) -> str | None:
        """Into the order that the list is filtered by."""
        return url_for("ImportView.new", of=f"ProspectRow-{request.args.get('_flt_0_order', '')}") if super().import_url() else None

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: Any) -> Any:
        """The row where it is worked on."""
        return redirect(url_for("MyOrderView.row", pk=self.found(pk).id))

    @action("hand_chosen", lazy_gettext("Hand over"), icon="person", multiple=True, single=False)
    def hand_chosen(self, items: list[ProspectRow] | ProspectRow) -> Any:
        """To whom: asked on a page of its own."""
        items = items if isinstance(items, list) else [items]
        chosen = [item for item in items if item.state in DONE and is_allowed(current_actor(), Action.WRITE, item)]
        return self.render_template(
            "rows_hand.html", title=ngettext("Hand over %(num)s row", "Hand over %(num)s rows", len(chosen)), rows=chosen, left=len(items) - len(chosen),
            to_whom=person_field("user", gettext("Salesperson")),
        )

    @expose("/hand", methods=["POST"])
    @has_access
    def hand(self) -> Any:
        """Give the chosen rows to a salesperson."""
        if not is_allowed(current_actor(), Action.WRITE, ProspectRow):
            abort(403)
        rows = [self.found(pk) for pk in request.form.getlist("rowid")]
        user = db.session.get(User, request.form.get("user", 0, type=key))
        if user is None:
            abort(400)
        count = [0]

        def give() -> None:
            count[0] = conversion.hand_over(rows, user, actor=current_actor())

        if self.perform(give):
            flash(ngettext("%(num)s row is handed over.", "%(num)s rows are handed over.", count[0]), "success")
        return redirect(url_for("ProspectRowView.list"))

    @expose("/convert/<pk>", methods=["GET"])
    @has_access
    def convert(self, pk: Any) -> Any:
        """What the row would become, with the accounts that are probably the same company."""
        row = self.found(pk, Action.WRITE)
        return self._draw_conversion(row)

    @expose("/make/<pk>", methods=["POST"])
    @has_access
    def make(self, pk: Any) -> Any:
        """Make it an account."""
        row = self.found(pk, Action.WRITE)
        wanted = request.form.get("account", "")
        try:
            account = conversion.convert(row, Conversion(
                account=db.session.get(Account, int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else None, is_other=wanted == "other",
                person=request.form.get("person", ""), title=request.form.get("title", ""), without_reach="without_reach" in request.form,
            ), seen_version=request.form.get("version", type=int), actor=current_actor())
        except DomainError as refusal:
            return make_response(self._draw_conversion(row, say(refusal)), 409)
        flash(gettext("“%(name)s” is an account now.", name=account.name), "success")
        if row.opportunity_id is not None:
            return redirect(url_for("OpportunityView.show", pk=row.opportunity_id))
        return redirect(url_for("AccountView.show", pk=account.id))

    def _draw_conversion(self, row: ProspectRow, error: str = "") -> Any:
        actor, asked = current_actor(), request.form
        return self.render_template(
            "row_convert.html", title=gettext("Convert “%(name)s”", name=row), row=row, error=error, pairs=pairs(row, row.order),
            matches=conversion.matches(row, actor), chosen=asked.get("account", ""), person=asked.get("person", row.person or ""), deal=asked.get("title", ""),
            is_reachable=conversion.is_reachable(row), may_sell=is_allowed(actor, Action.CREATE, Opportunity), is_done=row.state in DONE,
            crumbs=[(gettext("Prospect rows"), url_for("ProspectRowView.list")), (str(row), url_for("MyOrderView.row", pk=row.id))],
        )
