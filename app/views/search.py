"""Search everywhere: where the command field sends what was typed."""

from typing import Any

from flask import request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, lazy_gettext, ngettext

from app.domain.labels import label
from app.domain.reach import spaced
from app.models import Account, Contact, Engagement, Opportunity, ProspectRow
from app.queries.search import everywhere
from app.views.field_rights import money_of, shown

LONGEST = 200
# model → title of its group, its view, its icon
GROUPS: dict[type[Any], tuple[Any, str, str]] = {
    Contact: (lazy_gettext("Contacts"), "ContactView", "person"),
    Account: (lazy_gettext("Accounts"), "AccountView", "building"),
    Engagement: (lazy_gettext("Engagements"), "EngagementView", "folder2-open"),
    Opportunity: (lazy_gettext("Opportunities"), "OpportunityView", "briefcase"),
    ProspectRow: (lazy_gettext("Prospect rows"), "ProspectRowView", "list-ul"),
}


class SearchView(BaseView):
    route_base = "/search"
    class_permission_name = "Search"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        asked = request.args.get("q", "").replace("\x00", "").strip()[:LONGEST]
        found = everywhere(asked)
        total = sum(map(len, found.values()))
        return self.render_template(
            "search.html",
            title=gettext("%(label)s: %(text)s", label=ngettext("%(num)s record", "%(num)s records", total), text=asked) if asked
            else gettext("Search everywhere"),
            asked=asked,
            groups=[_group(model, rows) for model, rows in found.items() if rows],
        )


def _group(model: type[Any], rows: list[Any]) -> dict[str, Any]:
    title, endpoint, icon = GROUPS[model]
    items = [
        {"title": str(row), "subtitle": _subtitle(row), "url": url_for(f"{endpoint}.show", pk=row.id), "icon": icon,
         "amount": money_of(row) if model is Opportunity else ""}
        for row in rows
    ]
    return {"key": endpoint, "title": title, "items": items}


def _subtitle(row: Any) -> str:
    if isinstance(row, Contact):
        parts = [shown(row, "job"), *(a.name for a in row.accounts), *(spaced(phone.number) for phone in shown(row, "phones") or ()), shown(row, "address")]
    elif isinstance(row, Account):
        parts = [shown(row, "city")]
    elif isinstance(row, ProspectRow):
        parts = [row.city, row.order.name, gettext(label(row.state))]
    elif isinstance(row, Engagement):
        parts = [row.account.name if row.account else None, gettext(label(row.state)) if shown(row, "state") else None]
    else:
        parts = [row.account.name if row.account else None, row.step]
    return " · ".join(str(part) for part in parts if part)
