"""Engagements: what goes on with a customer, whatever is being sold."""

from collections.abc import Iterable
from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from markupsafe import Markup

from app.domain.labels import label
from app.models import Engagement
from app.operations.engagements import abandon, renew_prospect
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.views.asked import Refused
from app.views.base import CrmView, OperationInterface
from app.views.engagement_acts import prospect_acts, prospect_until
from app.views.field_rights import only_shown, shown
from app.views.formats import paragraphs
from app.views.holding import Holding
from app.views.record_page import RecordPage, person
from app.views.writing import Writing


class EngagementView(Writing, Holding, RecordPage, CrmView):
    datamodel = OperationInterface(Engagement)
    mark = "g"
    method_permission_name = {"note": "show", "renew": "edit", "abandon": "edit"}
    list_title, show_title = lazy_gettext("Engagements"), lazy_gettext("Engagement")
    add_title, edit_title = lazy_gettext("New engagement"), lazy_gettext("Edit engagement")
    list_columns = ["name", "account", "state", "owner", "last_activity_at"]
    export_columns = ["name", "account", "state", "lead_contact", "contacts", "owner", "team", "prospect_until", "remarks", "last_activity_at", "created_at"]
    order_columns = ["name", "state", "last_activity_at"]
    base_order = ("last_activity_at", "desc")
    search_columns = ["name", "account", "state", "owner", "team", "prospect_until", "last_activity_at"]
    show_columns = add_columns = edit_columns = ["name", "account", "state", "lead_contact", "contacts", "owner", "team", "prospect_until", "remarks"]
    label_columns = {
        "name": lazy_gettext("Name"), "account": lazy_gettext("Account"), "state": lazy_gettext("State"),
        "lead_contact": lazy_gettext("Main contact"), "contacts": lazy_gettext("Contacts"), "owner": lazy_gettext("Owner (account)"),
        "team": lazy_gettext("Team"), "prospect_until": lazy_gettext("Prospect until"),
        "remarks": lazy_gettext("Remarks"), "last_activity_at": lazy_gettext("Last activity"),
        "created_at": lazy_gettext("Created on"),
    }
    empty_text = lazy_gettext("No engagement yet. It keeps together what goes on with a customer, also when nothing is being sold.")
    add_label = lazy_gettext("New engagement")

    def page(self, item: Any, *, may_write: bool, refused: Refused | None) -> dict[str, Any]:
        people = list(dict.fromkeys([*([item.lead_contact] if item.lead_contact else []), *item.contacts]))
        account = item.account
        return {
            "acts": [*self.edit_act(item, may_write), *(prospect_acts(item) if may_write else [])], "more": self.more_acts(item, may_write),
            "facts": only_shown(
                item, ("state", gettext("State"), gettext(label(item.state))), ("owner", gettext("Owner (account)"), str(item.owner or "")),
                *prospect_until(item),
            ),
            "people": [person(each) for each in people],
            "firms": [{"name": account.name, "url": url_for("AccountView.show", pk=account.id), "note": shown(account, "city")}] if account else [],
            "boxes": [
                *self.holding_boxes(item), *([{"title": gettext("Remarks"), "text": paragraphs(item.remarks)}] if shown(item, "remarks") else []),
            ],
        }


    @expose("/renew/<pk>", methods=["POST"])
    @has_access
    def renew(self, pk: Any) -> Any:
        """It stays a prospect for three months more."""
        item, comment = self.found(pk, Action.WRITE), request.form.get("comment", "")
        self.perform(lambda: renew_prospect(item, comment, zone=current_user.time_zone, actor=current_actor()), gettext("Kept for three months more."))
        return redirect(url_for("EngagementView.show", pk=item.id))

    @expose("/abandon/<pk>", methods=["POST"])
    @has_access
    def abandon(self, pk: Any) -> Any:
        """Nothing more is expected of it."""
        item, reason = self.found(pk, Action.WRITE), request.form.get("reason", "")
        self.perform(lambda: abandon(item, reason, actor=current_actor()), gettext("The prospect was given up."))
        return redirect(url_for("EngagementView.show", pk=item.id))


def engagements_box(engagements: Iterable[Engagement]) -> list[dict[str, Any]]:
    """The side box of the ``engagements`` with a company or a person."""
    link = Markup('<a href="{}">{}</a>')
    found = [
        (link.format(url_for("EngagementView.show", pk=each.id), each.name), gettext(label(each.state)) if shown(each, "state") else "")
        for each in engagements
    ]
    return [{"title": gettext("Engagements"), "pairs": found}] if found else []
