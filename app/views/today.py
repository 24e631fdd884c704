"""The page of the day: what waits for me, one thing chosen, and what I can do with it."""

from typing import Any

from flask import Response, current_app, flash, g, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_appbuilder.views import IndexView
from flask_babel import gettext, ngettext, to_user_timezone
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, literal

from app.domain.labels import label
from app.domain.opportunities import Status
from app.domain.reach import spaced
from app.extensions import db
from app.models import Appointment, Contact, IncomingMessage, Opportunity, Task
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.queries import today as queries
from app.queries.alerts import others_of
from app.queries.first_steps import is_named
from app.queries.listed import writable
from app.queries.timeline import last_entry
from app.queries.today import Sitting, Today
from app.support import clock
from app.support.text import shorten
from app.views import alert_lines, formats, history
from app.views.acts import acts_of, next_fields
from app.views.alerts import alert_of
from app.views.asked import Refused, zone
from app.views.base import drawn, is_key
from app.views.field_rights import money_of, shown
from app.views.opportunities import late_by
from app.views.order_entry import lead_url
from app.views.record_page import is_late, links
from app.views.sitting import me
from app.views.start import start_of
from app.views.today_panels import of_meeting, of_message, page_of


class HomeView(IndexView):
    """The start page is the day, or the one that the person chose."""

    @expose("/")
    def index(self) -> Any:
        if not current_user.is_authenticated:
            return redirect(url_for(f"{self.appbuilder.sm.auth_view.endpoint}.login"))
        if self.appbuilder.sm.has_access("can_edit", "Firm") and not is_named():
            return redirect(url_for("StartView.list"))  # a firm on its first day
        return redirect(start_of(me()) or url_for(_first_page()))


def _first_page() -> str:
    """Where somebody of these rights begins: whoever sells with the day, whoever collects with their part of the orders."""
    actor = current_actor()
    if actor.sees_all or actor.scope("Opportunity", Action.READ) or not actor.scope("Order", Action.READ):
        return "TodayView.list"
    if actor.scope("OrderAssignment", Action.CREATE):
        return "SteerView.list"
    return "MyOrderView.list" if actor.scope("ProspectRow", Action.CREATE) else "VerifyView.list"


class TodayView(BaseView):
    route_base = "/today"
    class_permission_name = "Today"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Response:
        self.update_redirect()
        return draw_day(request.args.get("item", ""))


def waiting() -> ColumnElement[int]:
    """The number beside the menu entry, without the alerts; the page of the day knows it already."""
    if "waiting_today" in g:
        return literal(g.waiting_today)
    return queries.number_of(current_user, current_actor())


def draw_day(chosen: str, refused: Refused | None = None) -> Response:
    """The page with the item ``chosen`` (``o12``, ``t5``, ``x7``) in its panel; after a refusal with what was typed."""
    today = queries.today_of(current_user, clock.now())
    g.waiting_today, g.waiting_alerts = today.counts.total - today.counts.alerts, today.counts.alerts
    groups = _groups(today)
    items = [item for group in groups for item in group["items"]]
    places = [item["key"] for item in items if item["key"] and not item.get("is_done")]
    if chosen not in places and places and not refused:
        chosen = places[0] if not chosen else ""
    for item in items:
        item["is_chosen"] = bool(chosen) and item["key"] == chosen
    if refused:
        flash(refused.sentence, "danger")
    following = next((key for key in places[places.index(chosen) + 1:]), "") if chosen in places else ""
    can_add = current_app.appbuilder.sm.has_access("can_add", "Opportunity")  # type: ignore[attr-defined]
    return drawn(
        "today.html", is_refused=refused is not None,
        title=gettext("Today"), day_line=_day_line(today), groups=groups, focus=_focus(chosen, following, refused),
        new_url=url_for("OpportunityView.add") if can_add else None, lead_url=lead_url(), nothing=None if today.counts.total or today.meetings else _nothing(),
    )


def _nothing() -> dict[str, Any]:
    """An empty day says what comes next."""
    planned = queries.next_after(current_user, clock.now())
    if planned is None:
        text = gettext("Nothing waits for you today, and nothing is planned. Look at what has been quiet for long, or begin something new.")
        return {"text": text, "url": url_for("BoardView.list"), "label": gettext("Pipeline")}
    item, at = planned
    if isinstance(item, Appointment):
        url, title = page_of(item), str(item)
    else:
        url, title = url_for(f"{type(item).__name__}View.show", pk=item.id), item.title
    following = gettext("The next thing: %(what)s, %(moment)s", what=title, moment=formats.moment(at))
    return {"text": f"{gettext('Nothing waits for you today.')} {following}", "url": url, "label": title}


def _day_line(today: Today) -> str:
    day = formats.weekday(today.day)
    parts = [ngettext("%(num)s thing to do", "%(num)s things to do", today.counts.total)]
    if sittings := sum(not each.is_done for each in today.meetings):
        parts.append(ngettext("%(num)s appointment", "%(num)s appointments", sittings))
    if done := len(today.done) + sum(each.is_done for each in today.meetings):
        parts.append(gettext("%(count)s done", count=done))
    return f"{day[:1].upper()}{day[1:]} · {', '.join(parts)}"


def _groups(today: Today) -> list[dict[str, Any]]:
    def deals(found: list[Opportunity], **more: Any) -> list[dict[str, Any]]:
        return [_deal(o, today.next_tasks.get(o.id), **more) for o in found]

    counts, meetings = today.counts, [each for each in today.meetings if not each.is_done]
    done = [*(_held(each) for each in today.meetings if each.is_done), *(_done(one) for one in today.done)]
    groups = [
        ("meetings", gettext("Appointments of today"), [_appointment(a) for a in meetings], len(meetings)),
        ("overdue", gettext("Overdue"), [_task(t) for t in today.overdue], counts.overdue),
        ("due", gettext("Tasks of today"), [_task(t) for t in today.due], counts.due),
        ("woken", gettext("Woken reminders"), deals(today.woken, icon="alarm"), counts.woken),
        ("todo", gettext("To do"), deals(today.to_do), counts.to_do),
        ("free", gettext("Nobody's yet, in my teams"), deals(today.unassigned), counts.unassigned),
        ("untaken", gettext("Tasks of my teams that nobody took yet"), [_task(t) for t in today.untaken], counts.untaken),
        ("held", gettext("Held messages"), [_message(m) for m in today.held], counts.held),
        ("alerts", gettext("Alerts"), _alerts(today), counts.alerts),
        ("done", gettext("Done today"), done, len(done)),
    ]
    return [{"key": key, "title": title, "items": items, "count": count} for key, title, items, count in groups]


def _alerts(today: Today) -> list[dict[str, Any]]:
    others = others_of(today.alerts)
    return [alert_lines.line(alert, others, _chooses(f"x{alert.id}")) for alert in today.alerts]


def _chooses(key: str) -> str:
    return f"{url_for('TodayView.list', item=key)}#chosen"


def _names(*parts: Any) -> str:
    return " · ".join(str(p) for p in parts if p)


def _task(task: Task) -> dict[str, Any]:
    about = task.opportunity
    when = late_by(task) if is_late(task) else _due(task)
    by = gettext("asked by %(name)s", name=task.author) if task.author_id not in (None, task.assignee_id) else ""
    return {
        "key": f"t{task.id}", "url": _chooses(f"t{task.id}"), "icon": "check2-circle", "title": task.title,
        "subtitle": _names(about, about.account if about else task.account or task.contact, by, _whose(task, "assignee")),
        "when": when, "is_late": is_late(task),
        "amount": money_of(about) if about else "",
    }


def _whose(item: Any, name: str) -> str:
    """The colleague whose record this is, where it is not the reader's own."""
    holder = getattr(item, f"{name}_id")
    return str(gettext("of %(name)s", name=getattr(item, name))) if holder not in (None, current_actor().id) else ""


def _due(task: Task) -> str:
    if task.due_at is None:
        return str(gettext("reminder")) if task.remind_at else ""
    is_today = task.due_at.astimezone(zone()).date() == clock.now().astimezone(zone()).date()
    return formats.hour(to_user_timezone(task.due_at).time()) if is_today else formats.moment(task.due_at)


def _deal(item: Opportunity, task: Task | None, icon: str = "circle") -> dict[str, Any]:
    quiet = (clock.now() - item.last_activity_at).days
    if item.woken_at:
        when = gettext("since %(moment)s", moment=formats.moment(item.woken_at))
    elif quiet:
        when = ngettext("%(num)s day quiet", "%(num)s days quiet", quiet)
    else:
        when = formats.moment(item.last_activity_at)
    following = gettext("next: %(task)s, %(moment)s", task=task.title, moment=formats.moment(task.due_at)) if task and task.due_at else ""
    return {
        "key": f"o{item.id}", "url": _chooses(f"o{item.id}"), "icon": icon, "title": _titled(item),
        "subtitle": _names(item.step.label, following or gettext("no next step"), _whose(item, "owner")),
        "amount": money_of(item), "when": when,
    }


def _titled(item: Opportunity) -> str:
    return f"{item.title} – {item.account}" if item.account else item.title


def _appointment(sitting: Sitting) -> dict[str, Any]:
    found = sitting.appointment
    entry = found.entry
    hours = gettext("all day") if found.is_all_day else formats.hour(to_user_timezone(sitting.starts_at).time())
    return {
        "key": f"e{found.id}", "url": _chooses(f"e{found.id}"), "kind": "meeting", "title": str(found) or gettext("(no subject)"),
        "subtitle": _names(entry.opportunity or entry.contact, found.place), "when": hours,
    }


def _message(message: IncomingMessage) -> dict[str, Any]:
    return {
        "key": f"m{message.id}", "url": _chooses(f"m{message.id}"), "kind": "message", "title": message.subject or gettext("(no subject)"),
        "subtitle": _names(message.sender_name or message.sender_address, history.reason(message)),
        "when": formats.moment(message.received_at),
    }


def _held(meeting: Sitting) -> dict[str, Any]:
    return {**_appointment(meeting), "key": "", "url": page_of(meeting.appointment), "is_done": True}


def _done(one: Task | Opportunity) -> dict[str, Any]:
    if isinstance(one, Task):
        return {"key": "", "url": url_for("TaskView.show", pk=one.id), "title": one.title, "subtitle": str(one.opportunity or ""), "is_done": True}
    words = gettext(label(one.status))
    return {"key": "", "url": url_for("OpportunityView.show", pk=one.id), "title": _titled(one), "subtitle": words, "is_done": True,
            "amount": money_of(one)}


# ---- the panel

def _focus(key: str, following: str, refused: Refused | None) -> dict[str, Any] | None:
    if key[:1] == "x":
        alert = alert_of(key)
        return alert_lines.panel(alert, others_of([alert]), _back(key, following), refused) if alert else None
    kinds: dict[str, type[Any]] = {"o": Opportunity, "t": Task, "m": IncomingMessage, "e": Appointment}
    if is_key(key[1:]) and key[:1] in kinds:
        item = db.session.get(kinds[key[0]], int(key[1:]))
        if isinstance(item, IncomingMessage):
            return of_message(item, _back(key, following))
        if isinstance(item, Appointment):
            return of_meeting(item, _back(key, following), refused)
        if isinstance(item, Opportunity):
            return _focus_on(item, None, key, following, refused)
        if isinstance(item, Task):
            return _focus_on(item.opportunity, item, key, following, refused) if item.opportunity else _plain_task(item, following)
    return None


def _back(key: str, following: str) -> dict[str, str]:
    return {"back": "today", "item": key, "following": following}


def _focus_on(item: Opportunity, task: Task | None, key: str, following: str, refused: Refused | None) -> dict[str, Any]:
    back = _back(key, following)
    may_write = bool(writable(Opportunity, [item.id]))
    said = last_entry(item)
    pairs: list[tuple[str, Any]] = [(gettext("Opportunity"), item.title)] if task else []
    days = ngettext("%(num)s day", "%(num)s days", (clock.now() - item.step_entered_at).days)
    pairs += [
        (gettext("Status"), formats.state(formats.SHAPES[f"Status.{item.status.value}"], gettext(label(item.status)))),
        (gettext("Step"), _names(item.step.label, days)), (gettext("Amount"), money_of(item)),
        *((gettext("Contact"), _reachable(c)) for c in item.contacts[:2]),
        (gettext("Lastly"), _names(formats.moment(said.occurred_at), gettext(label(said.kind)), shorten(said.body or said.subject or "", 140)) if said else ""),
    ]
    acts = acts_of(item, back, refused) if may_write else []
    if task is not None and writable(Task, [task.id]):
        acts.insert(0, _finish(task, following))
    return {
        "title": task.title if task else item.title, "subtitle": _names(item.account, shown(item.account, "city") if item.account else ""),
        "url": url_for("OpportunityView.show", pk=item.id), "late": late_by(task) if task and is_late(task) else None,
        "pairs": [p for p in pairs if p[1]], "acts": acts, "phone": next((each for contact in item.contacts[:2] for each in _phones(contact)), ""),
        "compose": _call(item, task, back, refused) if may_write and item.status in (Status.TODO, Status.STANDBY) else None,
    }


def _reachable(contact: Contact) -> Markup:
    return Markup("<br>").join(part for part in (_names(contact.name, shown(contact, "job")), links("tel", _phones(contact))) if part)


def _phones(contact: Contact) -> list[str]:
    return [spaced(phone.number) for phone in (shown(contact, "phones") or [])[:1]]


def _finish(task: Task, following: str) -> dict[str, Any]:
    fields = [{"name": "back", "type": "hidden", "value": "today"}, {"name": "following", "type": "hidden", "value": following}]
    return {"label": gettext("Finish"), "url": url_for("TaskView.done", pk=task.id), "icon": "check2", "fields": fields}


def _call(item: Opportunity, task: Task | None, back: dict[str, str], refused: Refused | None) -> dict[str, Any]:
    typed = refused.values if refused and refused.act == "call" else {}
    hidden = {**back, **({"task": str(task.id)} if task else {})}
    return {
        "url": url_for("OpportunityView.call", pk=item.id), "label": gettext("What was agreed?"), "submit": gettext("Save the call and go on"),
        "body": typed.get("body", ""),
        "fields": [
            *next_fields(typed),
            *({"name": name, "type": "hidden", "value": value} for name, value in hidden.items()),
        ],
    }


def _plain_task(task: Task, following: str) -> dict[str, Any]:
    pairs = [
        (gettext("Due"), formats.moment(task.due_at) if task.due_at else ""), (gettext("Contact"), str(task.contact or "")),
        (gettext("Account"), str(task.account or "")), (gettext("Asked by"), str(task.author or "")),
        (gettext("Description"), formats.paragraphs(task.description) if task.description else ""),
    ]
    return {
        "title": task.title, "url": url_for("TaskView.show", pk=task.id), "late": late_by(task) if is_late(task) else None,
        "pairs": [p for p in pairs if p[1]],
        "acts": [_finish(task, following)] if writable(Task, [task.id]) else [],
    }
