"""CRM addresses; the rows that a person sees are everybody's and their own secret one."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext, lazy_gettext, ngettext

from app.domain.errors import DomainError
from app.extensions import db
from app.models import CrmAddress, Firm, User
from app.operations import crm_addresses, users  # noqa: F401  the rules of the first
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries.users import addresses_by_pattern
from app.views.base import CrmView, OperationInterface, say


class CrmAddressView(CrmView):
    datamodel = OperationInterface(CrmAddress)
    list_title, show_title = lazy_gettext("CRM addresses"), lazy_gettext("CRM address")
    add_title, edit_title = lazy_gettext("New CRM address"), lazy_gettext("Edit CRM address")
    list_columns = ["address", "kind", "user", "team", "policy", "pipeline"]
    order_columns = ["address", "kind"]
    base_order = ("address", "asc")
    search_columns = ["address", "kind", "user", "team", "policy"]
    show_columns = [
        "address",
        "kind",
        "user",
        "team",
        "pipeline",
        "policy",
        "unknown_recipient",
        "list_id",
        "valid_until",
        "created_at",
        "received",
    ]
    add_columns = ["address", "kind", "user", "team", "pipeline", "policy", "unknown_recipient", "list_id"]
    edit_columns = [*add_columns, "valid_until"]
    wide_columns = ("address",)
    label_columns = {
        "address": lazy_gettext("Address"),
        "kind": lazy_gettext("Kind"),
        "user": lazy_gettext("User"),
        "team": lazy_gettext("Team"),
        "pipeline": lazy_gettext("Pipeline"),
        "policy": lazy_gettext("Takes a first message from"),
        "unknown_recipient": lazy_gettext("A blind copy to somebody unknown"),
        "list_id": lazy_gettext("Fed by the group"),
        "received": lazy_gettext("Messages received"),
        "valid_until": lazy_gettext("Valid until"),
        "created_at": lazy_gettext("Created on"),
    }
    description_columns = {
        "address": lazy_gettext("Your mail server must lead it to a mailbox that Kurier reads"),
        "kind": lazy_gettext("Whoever writes to a secret address is believed to be its user"),
        "team": lazy_gettext("Gets what comes to a team or public address"),
        "list_id": lazy_gettext(
            "The List-Id of a group such as a Google Group, like sales.firm.example: its mail is no newsletter"
        ),
        "valid_until": lazy_gettext("Empty: without end"),
        "policy": lazy_gettext("Others are held for a decision"),
    }
    empty_text = lazy_gettext(
        "No CRM address yet. Each user gets a secret one; add a public one such as sales@firm.example."
    )
    add_label = lazy_gettext("New CRM address")

    method_permission_name = {"renew": "edit"}

    def head_acts(self) -> list[dict[str, Any]]:
        if not _may_renew():
            return []
        return [{"label": gettext("Renew everybody’s"), "url": url_for(".renew"), "icon": "arrow-repeat", "method": "get"}]

    @expose("/renew", methods=["GET", "POST"])
    @has_access
    def renew(self) -> Any:
        """New secret addresses for all, after the firm's form of addresses changed: the question with its count, and the answer."""
        if not _may_renew():
            abort(403)
        if request.method == "POST":
            try:
                count = users.renew_addresses_of_everybody(actor=current_actor())
            except DomainError as refusal:
                flash(say(refusal), "danger")
            else:
                flash(ngettext("%(num)s user has a new address and was told by mail.",
                               "%(num)s users have a new address and were told by mail.", count), "success")
            return redirect(url_for(".list"))
        everybody, others = addresses_by_pattern()
        return self.render_template(
            "renew_addresses.html", title=gettext("Renew the addresses of everybody"), everybody=everybody, others=others,
            pattern=db.session.get_one(Firm, 1).address_pattern, days=users.GRACE_DAYS, url=url_for(".renew"), back_url=url_for(".list"),
            crumbs=[(self.list_title, url_for(".list")), (gettext("Renew the addresses of everybody"), None)],
        )

    def _values(self, form: Any) -> dict[str, Any]:
        values = super()._values(form)
        return {**values, "address": (values.get("address") or "").strip().lower()}


def _may_renew() -> bool:
    """Everybody's at once: who may change addresses and users."""
    return all(is_allowed(current_actor(), Action.WRITE, model) for model in (CrmAddress, User))
