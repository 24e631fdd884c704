"""An alert in words: its line in a list, its panel, and the buttons of its remedies."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from markupsafe import Markup

from app.domain.alerts import OFFERED, UNSETTLED, AlertState, Remedy, Rule
from app.domain.labels import label
from app.models import Account, Alert, Contact, Opportunity, ProspectRow, Task
from app.operations.remedies import least_loaded, next_step
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.views import formats
from app.views.acts import suggested_rival, tomorrow_morning
from app.views.asked import Refused, local, url_if
from app.views.engagement_acts import prospect_remedy
from app.views.field_rights import money_of
from app.views.holding import holders_on_offer
from app.views.order_alerts import OF_ORDERS, order_remedy, sentence_of_order, ways_of_order

Others = Mapping[tuple[Rule, int], Account | Contact]
PAGES = {"opportunity": "OpportunityView", "task": "TaskView", "contact": "ContactView", "account": "AccountView", "mailbox": "MailboxView",
         "message": "IncomingMessageView", "row": "ProspectRowView", "order": "OrderView", "engagement": "EngagementView"}


_PLAIN = {
    Remedy.HEED: (N_("It is to do"), "check2"), Remedy.TAKE: (N_("Take it"), "hand-index"), Remedy.FINISH: (N_("Finish"), "check2"),
    Remedy.DROP: (N_("Cancel the task"), "x-circle"), Remedy.DROP_ADDRESS: (N_("Remove the address"), "trash"),
    Remedy.NOT_DOUBLE: (N_("They are not the same"), "people"), Remedy.ARCHIVE: (N_("Archive this one"), "archive"),
    Remedy.TEST: (N_("Send a test message"), "send"),
}


_SINCE = {
    Rule.WOKEN: N_("its reminder came on %(moment)s, and nothing was done"), Rule.UNASSIGNED: N_("nobody has it since %(moment)s"),
    Rule.LATE_TASK: N_("was due on %(moment)s"), Rule.MAILBOX: N_("not read properly since %(moment)s"),
    Rule.HELD: N_("waits for a decision since %(moment)s"),
}


def subject_url(alert: Alert) -> str | None:
    """The page of what it is about."""
    subject = alert.subject
    return url_if(f"{PAGES[alert.nature.subject]}.show", pk=subject.id) if subject is not None else None


def sentence(alert: Alert, others: Others) -> str:
    """What is wrong, in one sentence."""
    days, since = (clock.now() - alert.since).days, formats.moment(alert.since)
    if alert.rule in _SINCE:
        return str(gettext(_SINCE[alert.rule], moment=since))
    match alert.rule:
        case Rule.STAGNANT:
            return str(ngettext("%(num)s day in the step %(step)s", "%(num)s days in the step %(step)s", days,
                                step=alert.opportunity.step.label if alert.opportunity else ""))
        case Rule.UNTOUCHED:
            return str(ngettext("nothing happened for %(num)s day, and nothing is planned",
                                "nothing happened for %(num)s days, and nothing is planned", days))
        case Rule.SILENT_PROSPECT:
            return str(ngettext("nothing happened for %(num)s day, and nothing is being sold",
                                "nothing happened for %(num)s days, and nothing is being sold", days))
        case Rule.BAD_ADDRESS:
            return str(gettext("an e-mail address of this contact does not work"))
        case Rule.DOUBLE_ACCOUNT | Rule.DOUBLE_CONTACT:
            return str(gettext("perhaps the same as %(name)s", name=others.get((alert.rule, alert.other_id or 0), "…")))
        case _:
            return sentence_of_order(alert, since)


def line(alert: Alert, others: Others, url: str) -> dict[str, Any]:
    """One line of the page of the day, or of the list."""
    item = alert.subject
    colleague = str(alert.user) if alert.user and alert.user_id != current_actor().id else ""
    parts = [sentence(alert, others), colleague, _standing(alert)]
    return {
        "key": f"x{alert.id}", "url": url, "kind": "alert", "title": _titled(item), "subtitle": " · ".join(part for part in parts if part),
        "when": gettext(label(alert.rule)), "amount": money_of(item) if isinstance(item, Opportunity) else "",
        "is_done": alert.ended_at is not None or alert.state not in UNSETTLED,
    }


def _titled(item: Any) -> str:
    if isinstance(item, ProspectRow):
        return f"{item} – {item.order}"
    return f"{item.title} – {item.account}" if isinstance(item, Opportunity) and item.account else str(item or "…")


def _standing(alert: Alert) -> str:
    """Who takes care of it, or why nobody need."""
    if alert.state is AlertState.TAKEN and alert.taken_by:
        is_me = alert.taken_by_id == current_user.id
        return str(gettext("you take care of it") if is_me else gettext("%(name)s takes care of it", name=alert.taken_by))
    if alert.state is AlertState.SNOOZED and alert.until:
        return str(gettext("put off until %(moment)s", moment=formats.moment(alert.until)))
    if alert.state is AlertState.DISMISSED:
        return str(gettext("%(label)s: %(text)s", label=gettext(label(alert.state)), text=alert.dismissal))
    return str(gettext(label(alert.state))) if alert.state is not AlertState.OPEN else ""


# ---- the panel


def panel(alert: Alert, others: Others, back: dict[str, str], refused: Refused | None = None) -> dict[str, Any]:
    """The alert with its remedies; after a refusal the refused one stands open with what was typed."""
    other = others.get((alert.rule, alert.other_id or 0))
    pairs: list[tuple[str, Any]] = [
        (gettext("Alert"), gettext(label(alert.rule))), (gettext("What is wrong"), sentence(alert, others)),
        (gettext("Of"), str(alert.user or alert.team or gettext("administrators"))), (gettext("State"), _standing(alert) or gettext(label(alert.state))),
    ]
    if other is not None:
        page = url_for(f"{PAGES[alert.nature.subject]}.show", pk=other.id)
        pairs.append((gettext("Already known"), Markup('<a href="{}">{}</a>').format(page, other)))
    may_act = is_allowed(current_actor(), Action.WRITE, alert) and alert.ended_at is None and alert.state in UNSETTLED
    acts = [*remedies_of(alert), *_own_acts(alert)] if may_act else []
    for act in acts:
        act["fields"] = [*act.get("fields", []), *({"name": name, "type": "hidden", "value": value} for name, value in back.items())]
        if refused and refused.act == act["name"]:
            act.update(is_open=True, error=refused.sentence)
            for field in act["fields"]:
                field["value"] = refused.values.get(field["name"], field.get("value"))
    return {"title": _titled(alert.subject), "url": subject_url(alert) or "#", "pairs": [pair for pair in pairs if pair[1]], "acts": acts}


def _own_acts(alert: Alert) -> list[dict[str, Any]]:
    """What can be done with the alert itself."""
    until = {"name": "until", "label": gettext("Ask me again on"), "type": "datetime-local", "value": local(tomorrow_morning()), "is_required": True}
    reason = {"name": "reason", "label": gettext("Why is nothing to be done?"), "type": "text", "is_required": True}
    acts = [
        {"name": "snooze", "label": gettext("Put off"), "url": url_for("AlertView.snooze", pk=alert.id), "icon": "alarm", "key": "s",
         "fields": [until]},
        {"name": "dismiss", "label": gettext("Dismiss"), "url": url_for("AlertView.dismiss", pk=alert.id), "icon": "x-lg", "key": "d",
         "fields": [reason]},
    ]
    if alert.state is not AlertState.TAKEN:
        acts.insert(0, {"name": "take_alert", "label": gettext("Take in charge"), "url": url_for("AlertView.take", pk=alert.id),
                        "icon": "hand-index", "key": "t"})
    return acts


def remedies_of(alert: Alert) -> list[dict[str, Any]]:
    """The remedies that are possible now, the first one as the main button."""
    made = order_remedy if alert.rule in OF_ORDERS else prospect_remedy if alert.rule is Rule.SILENT_PROSPECT else _remedy
    found = [*ways_of_order(alert), *(act for each in OFFERED[alert.rule] if (act := made(alert, each)) is not None)]
    if found:
        found[0] |= {"is_main": True}
    if alert.rule in (Rule.BAD_ADDRESS, Rule.MAILBOX) and is_allowed(current_actor(), Action.WRITE, alert.subject):
        page = url_for(f"{PAGES[alert.nature.subject]}.edit", pk=alert.subject.id) if alert.subject else ""
        found.append({"name": "edit", "label": gettext("Correct it"), "url": page, "method": "get", "icon": "pencil"})
    if alert.rule is Rule.HELD:
        found.append({"name": "open", "label": gettext("Decide on its page"), "url": subject_url(alert) or "#", "method": "get", "icon": "envelope-open"})
    return found


def _remedy(alert: Alert, remedy: Remedy) -> dict[str, Any] | None:
    act: dict[str, Any] = {"name": remedy.value, "url": url_for("AlertView.remedy", pk=alert.id)}
    fields: list[dict[str, Any]] = []
    reason = {"name": "text", "label": gettext("Reason"), "type": "text", "is_required": True}
    day = {"name": "until", "label": gettext("On"), "type": "datetime-local", "value": local(tomorrow_morning()), "is_required": True}
    match remedy:
        case Remedy.MOVE:
            step = next_step(alert.opportunity) if alert.opportunity else None
            if step is None:
                return None
            act |= {"label": gettext("Move to %(step)s", step=step.label), "icon": "arrow-right"}
        case Remedy.PLAN:
            act |= {"label": gettext("Plan a task"), "icon": "check2-circle"}
            fields = [{"name": "text", "label": gettext("Task (what)"), "type": "text", "is_required": True}, day]
        case Remedy.STANDBY:
            act |= {"label": gettext("Put on standby"), "icon": "pause-circle-fill", "tone": "k-warn", "key": "o"}
            fields = [day | {"label": gettext("Remind me on")}]
        case Remedy.LOSE:
            act |= {"label": gettext("Lost"), "icon": "x-circle-fill", "tone": "k-bad", "submit": gettext("Close as lost")}
            fields = [reason, *(suggested_rival(alert.opportunity) if alert.opportunity else ())]
        case Remedy.CANCEL:
            act |= {"label": gettext("Project dropped"), "icon": "slash-circle", "submit": gettext("Close as cancelled")}
            fields = [reason]
        case Remedy.GIVE:
            act |= {"label": gettext("Give to …"), "icon": "arrow-left-right", "key": "g"}
            fields = [_receivers(alert)]
        case Remedy.RESCHEDULE:
            act |= {"label": gettext("Another day"), "icon": "calendar-event"}
            fields = [day]
        case Remedy.IGNORE:
            act |= {"label": gettext("Ignore"), "icon": "slash-circle"}
        case _:
            words, icon = _PLAIN[remedy]
            act |= {"label": gettext(words), "icon": icon}
    act["fields"] = [*fields, {"name": "remedy", "type": "hidden", "value": remedy.value}]
    return act


def given_model(alert: Alert) -> type[Any]:
    """What is given, where ``alert`` offers to give something."""
    return Task if alert.task_id is not None else Opportunity


def _receivers(alert: Alert) -> dict[str, Any]:
    people, teams = holders_on_offer(given_model(alert))
    free = least_loaded(alert.opportunity, current_actor()) if alert.opportunity else None
    return {"name": "to", "label": gettext("To whom"), "type": "select", "options": [*people, *teams], "value": f"u{free.id}" if free else ""}
