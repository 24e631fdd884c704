"""CRM addresses; the rows that a person sees are everybody's and their own secret one."""

from typing import Any

from flask_babel import lazy_gettext

from app.models import CrmAddress
from app.operations import crm_addresses  # noqa: F401  its rules
from app.views.base import CrmView, OperationInterface


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

    def _values(self, form: Any) -> dict[str, Any]:
        values = super()._values(form)
        return {**values, "address": (values.get("address") or "").strip().lower()}
