"""The first page of those who steer: the orders of a principal or coordinator, the operators of a supervisor, and how far they are."""

from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext

from app.domain.errors import DomainError
from app.models import Order
from app.operations import orders
from app.outbound.summary_words import rate
from app.permissions.actor import Actor, current_actor
from app.permissions.rights import Action
from app.queries import steering
from app.queries.steering import Numbers
from app.support.i18n import N_
from app.views.base import attempt, is_key
from app.views.order_entry import midnight
from app.views.row_form import short_day
from app.views.row_words import counted

QUOTA = "quota-"  # and the key of a place


class SteerView(BaseView):
    route_base = "/orders"
    class_permission_name = "OrderAssignment"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """Orders with their progress; and the operators, for whoever leads some."""
        self.update_redirect()
        actor = current_actor()
        reached, people = steering.orders_in_reach(), steering.operators_of(actor)
        today = steering.today_of([each.id for each in reached], midnight())
        lines = [_order(each, today[each.id]) for each in reached]
        places = steering.today_of_places([each.id for each in people], midnight())
        return self.render_template(
            "steering.html", title=_heading(actor), orders=lines, may_add=bool(actor.scope("Order", Action.CREATE)), add_url=url_for("OrderView.add"),
            people=[{
                "name": str(each.user), "order": each.order.name, "url": url_for("OrderView.show", pk=each.order_id), "is_closed": each.closed_at is not None,
                "quota": each.quota, "numbers": places[each.id], "field": f"{QUOTA}{each.id}",
                "rows_url": url_for("ProspectRowView.list", _flt_0_order=each.order_id, _flt_0_operator=each.user_id),
                "closing_url": url_for("OrderView.closing", pk=each.order_id, place=each.id),
            } for each in people],
        )


    @expose("/quotas", methods=["POST"])
    @has_access
    @permission_name("edit")
    def quotas(self) -> Any:
        """The rows a day of several operators at once: whoever is ill today, others take over from."""
        places = {each.id: each for each in steering.operators_of(current_actor())}
        asked = {int(name): text.strip() for name, text in ((key.removeprefix(QUOTA), value) for key, value in request.form.items() if key.startswith(QUOTA))
                 if is_key(name)}

        def change() -> None:
            if not all(text == "" or is_key(text) for text in asked.values()):
                raise DomainError("no_quota", N_("The number of rows a day is a whole number, or empty."))
            wanted = [(places[key], int(text) if text else None) for key, text in asked.items() if key in places]
            orders.set_quotas(wanted, actor=current_actor())

        attempt(change, gettext("Saved."))
        return redirect(url_for("SteerView.list"))


def _order(order: Order, numbers: Numbers) -> dict[str, Any]:
    return {"name": order.name, "url": url_for("OrderView.show", pk=order.id), "counted": counted(order, numbers.counted), "numbers": numbers,
            "rejected": rate(numbers.rejections, numbers.verdicts),
            "state": order.state, "due": short_day(order.due_on), "principal": str(order.principal or "–")}


def _heading(actor: Actor) -> str:
    """What the page is to somebody of these rights."""
    if actor.scope("OrderAssignment", Action.READ).everything:
        return str(gettext("All orders"))
    return str(gettext("My orders") if actor.scope("Order", Action.CREATE) else gettext("My operators and orders"))
