"""Opportunities."""

from flask_babel import lazy_gettext

from app.models import Opportunity
from app.views.base import CrmView, OperationInterface


class OpportunityView(CrmView):
    datamodel = OperationInterface(Opportunity)
    list_title, show_title = lazy_gettext("Opportunities"), lazy_gettext("Opportunity")
    add_title, edit_title = lazy_gettext("New opportunity"), lazy_gettext("Edit opportunity")
    list_columns = ["title", "account", "status", "step", "amount", "currency", "remind_at", "owner"]
    export_columns = ["title", "account", "contacts", "status", "pipeline", "step", "amount", "currency", "probability", "remind_at",
                      "expected_close_on", "starred", "source", "owner", "team", "closed_at", "close_reason", "competitor",
                      "created_at", "last_activity_at", "description"]
    order_columns = ["title", "amount", "remind_at", "status", "last_activity_at"]
    base_order = ("last_activity_at", "desc")
    search_columns = ["title", "account", "status", "pipeline", "step", "amount", "currency", "source", "starred", "owner", "team",
                      "remind_at", "expected_close_on", "created_at", "closed_at"]
    show_columns = ["title", "account", "contacts", "status", "pipeline", "step", "amount", "currency", "probability",
                    "expected_close_on", "starred", "source", "owner", "team", "description"]
    add_columns = edit_columns = ["title", "account", "contacts", "step", "amount", "currency", "probability", "expected_close_on",
                                  "starred", "owner", "team", "description"]
    label_columns = {
        "title": lazy_gettext("Title"), "account": lazy_gettext("Account"), "contacts": lazy_gettext("Contacts"),
        "status": lazy_gettext("Status"), "pipeline": lazy_gettext("Pipeline"), "step": lazy_gettext("Step"),
        "amount": lazy_gettext("Amount"), "currency": lazy_gettext("Currency"), "probability": lazy_gettext("Probability"),
        "remind_at": lazy_gettext("Reminder"), "expected_close_on": lazy_gettext("Expected closing"),
        "starred": lazy_gettext("Starred"), "source": lazy_gettext("Source"), "owner": lazy_gettext("Salesperson"),
        "team": lazy_gettext("Team"), "description": lazy_gettext("Description"), "closed_at": lazy_gettext("Closed on"),
        "close_reason": lazy_gettext("Reason"), "competitor": lazy_gettext("Competitor"), "created_at": lazy_gettext("Created on"),
        "last_activity_at": lazy_gettext("Last activity"),
    }
    description_columns = {"probability": lazy_gettext("Percent; empty: that of the step"), "amount": lazy_gettext("Net")}
    empty_text = lazy_gettext("No opportunity here. Put your CRM address in blind copy of a mail to a customer, or add one.")
    add_label = lazy_gettext("New opportunity")
