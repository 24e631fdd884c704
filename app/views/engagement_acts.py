"""What is done with an engagement that is a prospect: on its own page, and where an alert says that nothing happens with it."""

from typing import Any

from flask import url_for
from flask_babel import gettext

from app.domain.alerts import Remedy
from app.domain.engagements import EngagementState
from app.models import Alert, Engagement
from app.views.days import format_date


def prospect_acts(item: Engagement) -> list[dict[str, Any]]:
    """The buttons of its page."""
    if item.state is not EngagementState.PROSPECT or item.archived_at is not None:
        return []
    return [
        _keep("comment") | {"url": url_for("EngagementView.renew", pk=item.id)}, _give_up("reason") | {"url": url_for("EngagementView.abandon", pk=item.id)},
    ]


def prospect_until(item: Engagement) -> list[tuple[str, str, str]]:
    """What the head of its page says of the day."""
    if item.state is not EngagementState.PROSPECT or item.prospect_until is None:
        return []
    return [("prospect_until", gettext("Prospect until"), format_date(item.prospect_until, "medium"))]


def prospect_remedy(alert: Alert, remedy: Remedy) -> dict[str, Any] | None:
    """The button of ``remedy``."""
    report = {"name": "text", "label": gettext("What happened"), "type": "textarea", "is_required": True}
    acts = {
        Remedy.RENEW: _keep("text"), Remedy.ABANDON: _give_up("text"),
        Remedy.REPORT: {"label": gettext("Add a report"), "icon": "chat-left-text", "fields": [report]},
    }
    act = {**acts[remedy], "name": remedy.value, "url": url_for("AlertView.remedy", pk=alert.id)}
    return act | {"fields": [*act["fields"], {"name": "remedy", "type": "hidden", "value": remedy.value}]}


def _keep(name: str) -> dict[str, Any]:
    return {"label": gettext("Keep for 3 months more"), "icon": "arrow-clockwise", "submit": gettext("Keep"),
            "fields": [{"name": name, "label": gettext("Comment"), "type": "text"}]}


def _give_up(name: str) -> dict[str, Any]:
    return {"label": gettext("Give up"), "icon": "slash-circle", "submit": gettext("Give the prospect up"),
            "fields": [{"name": name, "label": gettext("Reason"), "type": "text", "is_required": True}]}
