"""Alerts: their list, what a person does with one, and what an administrator sets."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy import ColumnElement, literal

from app.domain.alerts import Remedy, Rule
from app.domain.errors import DomainError
from app.domain.labels import label
from app.extensions import db
from app.inbound import decisions
from app.models import Alert, AlertSetting, Team, User
from app.operations import alerts as operations
from app.operations.given import Given
from app.operations.remedies import apply
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import alerts as queries
from app.queries.numbers import MANY
from app.support import clock
from app.support.i18n import N_
from app.views import asked
from app.views.alert_lines import given_model, line, panel
from app.views.asked import Refused
from app.views.base import CrmView, OperationInterface, drawn, is_key, key, say, session_get
from app.views.holding import chosen_holder
from app.views.people_choice import chosen_person

SIZE = 50
DONE = {
    "take_alert": N_("It is yours: colleagues see that you take care of it."), "snooze": N_("Put off."), "dismiss": N_("Dismissed."),
}


def waiting() -> ColumnElement[int]:
    """The number beside the menu entry; the page of the day knows it already."""
    return literal(g.waiting_alerts) if "waiting_alerts" in g else queries.count_of(current_actor(), MANY)


class AlertView(BaseView):
    route_base = "/alerts"
    class_permission_name = "Alert"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        self.update_redirect()
        return draw_list(request.args.get("item", ""))

    @expose("/take/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def take(self, pk: Any) -> Any:
        item = found(pk)
        return self._settle(item, "take_alert", lambda: operations.take(item, actor=current_actor()))

    @expose("/snooze/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def snooze(self, pk: Any) -> Any:
        item = found(pk)
        return self._settle(item, "snooze", lambda: operations.snooze(item, asked.moment("until") or clock.now(), actor=current_actor()))

    @expose("/dismiss/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def dismiss(self, pk: Any) -> Any:
        item = found(pk)
        return self._settle(item, "dismiss", lambda: operations.dismiss(item, request.form.get("reason", ""), actor=current_actor()))

    @expose("/remedy/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def remedy(self, pk: Any) -> Any:
        """Do what the button says, and settle the alert."""
        item, name = found(pk), request.form.get("remedy", "")
        remedy = next((each for each in Remedy if each.value == name), None) or abort(400)
        return self._settle(item, name, lambda: _cure(item, remedy))

    def _settle(self, item: Alert, name: str, deed: Callable[[], Any]) -> Any:
        try:
            deed()
        except DomainError as refusal:
            refused = Refused(name, say(refusal), request.form.to_dict())
            if request.form.get("back") == "today":
                from app.views.today import draw_day

                return draw_day(f"x{item.id}", refused)
            return draw_list(f"x{item.id}", refused)
        flash(gettext(DONE.get(name, N_("Done."))), "success")
        return redirect(asked.way_back(url_for("AlertView.list")))


def found(pk: Any) -> Alert:
    """The alert: 404 for one that the person may not see, 403 for one about what they may only read."""
    item: Alert = session_get(Alert, pk)
    if not is_allowed(current_actor(), Action.WRITE, item):
        abort(403)
    return item


def _cure(item: Alert, remedy: Remedy) -> None:
    text = request.form.get("text", "").strip()
    if remedy is Remedy.IGNORE and item.message is not None:
        decisions.ignore(item.message, actor=current_actor())
        operations.resolve(item, actor=current_actor())
        return
    text = text or (str(gettext("They are not the same.")) if remedy is Remedy.NOT_DOUBLE else "")
    apply(item, remedy, Given(asked.moment("until"), text, request.form.get("competitor", ""), _chosen(item)),
          actor=current_actor())


def _chosen(item: Alert) -> User | Team | None:
    """Of a person asked for by name there is the key alone; a list names teams as well."""
    return chosen_person("to") if item.order is not None else chosen_holder(request.form.get("to", ""), given_model(item))


# ---- the list


def draw_list(chosen: str, refused: Refused | None = None) -> Any:
    """The alerts in sight, the newest first, with the ``chosen`` one in its panel."""
    actor, shown = current_actor(), "over" if request.args.get("shown") == "over" else "now"
    rule = next((each for each in Rule if each.value == request.args.get("rule")), None)
    page = queries.listed(actor, shown, rule, request.args.get("after", type=key), SIZE)
    items, others = page[:SIZE], queries.others_of(page)
    kept: dict[str, Any] = {"shown": shown if shown == "over" else None, "rule": rule.value if rule else None}
    lines = [line(each, others, f"{url_for('AlertView.list', item=f'x{each.id}', **kept)}#chosen") for each in items]
    here = next((each for each in items if f"x{each.id}" == chosen), None) or alert_of(chosen) or (items[0] if items and not chosen else None)
    for each in lines:
        each["is_chosen"] = here is not None and each["key"] == f"x{here.id}"
    if refused:
        flash(refused.sentence, "danger")
    following = next((f"x{later.id}" for at, later in enumerate(items) if at and items[at - 1] is here), "")
    back = {"back": "alerts", "following": following}
    older = url_for("AlertView.list", after=items[-1].id, **kept) if len(page) > SIZE else None
    return drawn(
        "today.html", is_refused=refused is not None, title=gettext("Alerts"),
        day_line=ngettext("%(num)s alert on this page", "%(num)s alerts on this page", len(items)), tabs=_tabs(shown, rule), kinds=_kinds(shown, rule),
        groups=[{"key": "alerts", "title": gettext("The newest first"), "items": lines, "count": len(lines)}], older_url=older,
        focus=panel(here, queries.others_of([here]), back, refused) if here else None, empty_text=gettext("No alert: nothing was left undone."),
    )


def _tabs(shown: str, rule: Rule | None) -> list[tuple[str, str, bool]]:
    of = rule.value if rule else None
    return [
        (gettext("Now"), url_for("AlertView.list", rule=of), shown == "now"),
        (gettext("Settled"), url_for("AlertView.list", shown="over", rule=of), shown == "over"),
    ]


def _kinds(shown: str, rule: Rule | None) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {"shown": "over"} if shown == "over" else {}
    every = {"label": gettext("All kinds"), "url": url_for("AlertView.list", **kept), "is_current": rule is None}
    one_by_one = ({"label": gettext(label(each)), "url": url_for("AlertView.list", rule=each.value, **kept), "is_current": each is rule} for each in Rule)
    return [every, *one_by_one]


def alert_of(chosen: str) -> Alert | None:
    """The alert that a place such as ``x12`` names, if the acting person may see it."""
    item: Alert | None = db.session.get(Alert, int(chosen[1:])) if chosen[:1] == "x" and is_key(chosen[1:]) else None
    return item


# ---- thresholds


class AlertSettingView(CrmView):
    datamodel = OperationInterface(AlertSetting)
    base_permissions = ["can_list", "can_show", "can_edit"]
    can_archive = False
    list_title, show_title, edit_title = lazy_gettext("Rules of alerts"), lazy_gettext("Rule of alerts"), lazy_gettext("Edit the rule")
    list_columns = ["rule", "is_active", "threshold", "unit", "is_mailed"]
    order_columns = ["rule"]
    base_order = ("id", "asc")
    search_columns = ["rule", "is_active", "is_mailed"]
    show_columns = ["rule", "is_active", "threshold", "unit", "is_mailed"]
    edit_columns = ["is_active", "threshold", "is_mailed"]
    label_columns = {
        "rule": lazy_gettext("Alert"), "is_active": lazy_gettext("Switched on"), "threshold": lazy_gettext("Threshold"),
        "unit": lazy_gettext("Counted in"), "is_mailed": lazy_gettext("Also in the morning email"),
    }
    description_columns = {"threshold": lazy_gettext("Counted as the list says; a rule without a unit has none")}
