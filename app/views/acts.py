"""The buttons of an opportunity, as its own page and the page of the day draw them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext, lazy_gettext

from app.domain.opportunities import Status
from app.models import Opportunity
from app.operations.handing import may_take
from app.permissions.actor import Actor, current_actor
from app.permissions.decide import is_writable
from app.queries.opportunities import steps_on_offer
from app.support import clock
from app.views.asked import Refused, local, zone
from app.views.days import format_date
from app.views.fields import MORNING

NEXT_STEPS = {
    "call": lazy_gettext("Make a call"), "write": lazy_gettext("Write"), "meet": lazy_gettext("Meet"), "offer": lazy_gettext("Send an offer"),
}


def next_title(chosen: str, whom: Any) -> str:
    """The title of the task for the ``chosen`` next step; empty when none was chosen."""
    step = NEXT_STEPS.get(chosen)
    return str(gettext("%(label)s: %(text)s", label=step, text=whom))[:200] if step else ""


def next_fields(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a form asks of the next step."""
    choices = [("", gettext("no next step")), *((code, str(words)) for code, words in NEXT_STEPS.items())]
    return [
        {"name": "next", "label": gettext("Next step"), "type": "select", "options": choices, "value": typed.get("next", "")},
        {"name": "next_on", "label": gettext("On"), "type": "date", "value": typed.get("next_on", f"{tomorrow_morning():%Y-%m-%d}"),
         "quick": quick_days(), "quick_with": "next"},
    ]


def quick_days() -> list[tuple[str, str]]:
    """(day, words) of days that are often meant: the next working day, the Friday after it, in a week."""
    today, first = clock.now().astimezone(zone()).date(), tomorrow_morning().date()
    friday, later = first + timedelta(days=(4 - first.weekday()) % 7), today + timedelta(days=7)
    days = {first: gettext("tomorrow") if first == today + timedelta(days=1) else format_date(first, "EEEE")}
    days.setdefault(friday, format_date(friday, "EEEE"))
    days[later] = gettext("in a week")
    return [(day.isoformat(), str(words)) for day, words in days.items()]


def tomorrow_morning(within: ZoneInfo | None = None) -> datetime:
    """Nine o'clock on the reader's next day that is no Saturday or Sunday."""
    day = clock.now().astimezone(within or zone()).date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, within or zone())


def acts_of(item: Opportunity, back: dict[str, str], refused: Refused | None = None) -> list[dict[str, Any]]:
    """What can be done with ``item``; ``back`` travels as hidden fields, a refused act is open with what was typed."""
    found = _open_acts(item) if item.is_open else _closed_acts(item)
    if may_take(item, current_actor()):
        found.insert(0, _act(item, "take", gettext("Take it"), "hand-index", "", []))
    for act in found:
        act["fields"] += [{"name": name, "type": "hidden", "value": value} for name, value in back.items()]
        if refused and refused.act == act["name"]:
            act.update(is_open=True, error=refused.sentence)
            for field in act["fields"]:
                field["value"] = refused.values.get(field["name"], field.get("value"))
    return found


def _act(item: Opportunity, name: str, label: str, icon: str, tone: str, fields: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "url": url_for(f"OpportunityView.{name}", pk=item.id), "icon": icon, "tone": tone,
            "fields": fields, **more}


def _open_acts(item: Opportunity) -> list[dict[str, Any]]:
    reason = {"name": "reason", "label": gettext("Reason"), "type": "text", "is_required": True}
    lost, dropped = (url_for("OpportunityView.words", kind=kind) for kind in ("lost", "cancelled"))
    until = item.remind_at if item.status is Status.STANDBY and item.remind_at else tomorrow_morning()
    return [
        _act(item, "standby", gettext("Put on standby"), "pause-circle-fill", "k-warn", [
            {"name": "until", "label": gettext("Remind me on"), "type": "datetime-local", "value": local(until), "is_required": True},
        ], key="o"),
        _act(item, "win", gettext("Won"), "check-circle-fill", "k-good", final_amount(item, item.amount, current_actor()), key="w",
             submit=gettext("Close as won")),
        _act(item, "lose", gettext("Lost"), "x-circle-fill", "k-bad", [
            {**reason, "suggest": lost}, *suggested_rival(item),
        ], key="p", submit=gettext("Close as lost")),
        _act(item, "cancel", gettext("Project dropped"), "slash-circle", "", [{**reason, "suggest": dropped}], submit=gettext("Close as cancelled"),
             is_line=False),
    ]


def rival(item: Opportunity, actor: Actor) -> list[dict[str, Any]]:
    """The field for the competitor, for whoever may write it."""
    if not is_writable(actor, item, "competitor"):
        return []
    return [{"name": "competitor", "label": gettext("Competitor"), "type": "text"}]


def suggested_rival(item: Opportunity) -> list[dict[str, Any]]:
    """The same with what others wrote there, for whoever is signed in."""
    return [{**field, "suggest": url_for("OpportunityView.words", kind="competitor")} for field in rival(item, current_actor())]


def final_amount(item: Opportunity, amount: Decimal | None, actor: Actor) -> list[dict[str, Any]]:
    """The field for what it was won at, for whoever may write it; ``amount`` stands there."""
    if not is_writable(actor, item, "amount"):
        return []
    return [{"name": "amount", "label": gettext("Final amount (%(currency)s)", currency=item.currency), "type": "text",
             "value": "" if amount is None else f"{amount:f}".removesuffix(".00"), "help": gettext("Net")}]


def _closed_acts(item: Opportunity) -> list[dict[str, Any]]:
    steps = [(step.id, f"{step.pipeline.label} · {step.label}") for step in steps_on_offer() if step.archived_at is None]
    return [
        _act(item, "renew", gettext("Renew"), "arrow-repeat", "", [
            {"name": "title", "label": gettext("Title"), "type": "text", "value": item.title, "is_required": True},
            {"name": "step", "label": gettext("Step"), "type": "select", "options": steps, "value": item.pipeline.steps[0].id if item.pipeline.steps else None},
            {"name": "until", "label": gettext("Asleep until"), "type": "date", "value": _next_year(item).isoformat(),
             "help": gettext("Empty: to do at once")},
        ], submit=gettext("Begin the renewal")),
        _act(item, "reopen", gettext("Reopen"), "arrow-counterclockwise", "", []),
    ]


def _next_year(item: Opportunity) -> date:
    """A month before the year after the closing is over; of older ones, the next such day to come."""
    first = (item.closed_at or clock.now()).astimezone(zone()).date() + timedelta(days=335)
    today = clock.now().astimezone(zone()).date()
    while first <= today:
        first += timedelta(days=365)
    return first
