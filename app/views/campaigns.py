"""Campaigns, and the lists of reasons and of competitors."""

from typing import Any

from flask import url_for
from flask_babel import format_percent, gettext, lazy_gettext
from markupsafe import Markup

from app.models import Campaign, CloseReason, Competitor
from app.queries.campaigns import return_of
from app.views import formats
from app.views.base import CrmView, OperationInterface


class CampaignView(CrmView):
    datamodel = OperationInterface(Campaign)
    list_title, show_title = lazy_gettext("Campaigns"), lazy_gettext("Campaign")
    add_title, edit_title = lazy_gettext("New campaign"), lazy_gettext("Edit campaign")
    list_columns = ["name", "starts_on", "ends_on", "cost", "currency"]
    export_columns = ["name", "starts_on", "ends_on", "cost", "currency", "remarks", "created_at"]
    order_columns = ["name", "starts_on"]
    base_order = ("starts_on", "desc")
    search_columns = ["name", "starts_on", "ends_on", "cost"]
    show_columns = add_columns = edit_columns = ["name", "starts_on", "ends_on", "cost", "currency", "remarks"]
    label_columns = {
        "name": lazy_gettext("Name"), "starts_on": lazy_gettext("From"), "ends_on": lazy_gettext("To (last day)"), "cost": lazy_gettext("Cost"),
        "currency": lazy_gettext("Currency"), "remarks": lazy_gettext("Remarks"), "created_at": lazy_gettext("Created on"),
    }
    empty_text = lazy_gettext("No campaign yet. Opportunities and contacts that come from a fair or a mailing can name it: then one sees what it brought.")
    add_label = lazy_gettext("New campaign")

    def holding_boxes(self, item: Campaign) -> list[dict[str, Any]]:
        """What it brought, of the opportunities and contacts that the reader sees."""
        found = return_of(item)
        link = Markup('<a href="{}">{}</a>')
        pairs = [
            (gettext("Opportunities"), link.format(url_for("OpportunityView.list", _flt_0_campaign=item.id), found.opportunities)),
            (gettext("Contacts"), link.format(url_for("ContactView.list", _flt_0_campaigns=item.id), found.contacts)),
            (gettext("Won"), str(found.won)),
        ]
        if found.amounts is not None:
            pairs.append((gettext("Amount won"), formats.sums(found.amounts) or gettext("nothing yet")))
            pairs += [(gettext("Return on what it cost"), format_percent(found.share))] if found.share is not None else []
            pairs += [(gettext("Cost"), formats.money(item.cost, item.currency))] if item.cost is not None else []
        return [{"title": gettext("What it brought"), "pairs": pairs}]

    def holding_acts(self, item: Campaign) -> list[dict[str, Any]]:
        return []


class CloseReasonView(CrmView):
    datamodel = OperationInterface(CloseReason)
    list_title, show_title = lazy_gettext("Reasons for closing"), lazy_gettext("Reason for closing")
    add_title, edit_title = lazy_gettext("New reason for closing"), lazy_gettext("Edit reason for closing")
    list_columns = ["label", "offered_for", "position"]
    order_columns = ["position"]
    base_order = ("position", "asc")
    search_columns = ["offered_for", "label_en", "label_fr", "label_pl"]
    show_columns = add_columns = edit_columns = ["label_en", "label_fr", "label_pl", "offered_for", "position"]
    label_columns = {
        "label": lazy_gettext("Name"), "label_en": lazy_gettext("Name in English"), "label_fr": lazy_gettext("Name in French"),
        "label_pl": lazy_gettext("Name in Polish"), "offered_for": lazy_gettext("Offered for"), "position": lazy_gettext("Order"),
    }
    empty_text = lazy_gettext("No reason yet. Those that stand here are offered where an opportunity is lost or dropped, in the language of each reader.")
    add_label = lazy_gettext("New reason for closing")


class CompetitorView(CrmView):
    datamodel = OperationInterface(Competitor)
    list_title, show_title = lazy_gettext("Competitors"), lazy_gettext("Competitor")
    add_title, edit_title = lazy_gettext("New competitor"), lazy_gettext("Edit competitor")
    list_columns = show_columns = ["name", "created_at"]
    order_columns = ["name"]
    base_order = ("name", "asc")
    search_columns = ["name"]
    add_columns = edit_columns = ["name"]
    label_columns = {"name": lazy_gettext("Name"), "created_at": lazy_gettext("Created on")}
    empty_text = lazy_gettext("No competitor yet. Those that stand here are offered where an opportunity is lost.")
    add_label = lazy_gettext("New competitor")
