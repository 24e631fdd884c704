"""Alerts about orders and rows in words, and what their buttons offer; see ``alert_lines``."""

from typing import Any, Final

from flask import url_for
from flask_babel import gettext

from app.domain.alerts import Remedy, Rule
from app.domain.orders import Seat
from app.models import Alert
from app.operations.orders import may_seat, operators_on_offer
from app.operations.verification import may_verify
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.support import clock
from app.views.acts import tomorrow_morning
from app.views.asked import local
from app.views.people_choice import person_field
from app.views.row_form import short_day
from app.views.row_words import attribute_label

OF_ORDERS: Final = frozenset({Rule.REJECTED_ROW, Rule.ROWS_WAIT, Rule.ORDER_LATE, Rule.ORDER_LEFT})


def sentence_of_order(alert: Alert, since: str) -> str:
    """What is wrong; ``since`` in words."""
    if alert.rule is Rule.REJECTED_ROW:
        return str(gettext("rejected on %(moment)s, and nobody corrected it", moment=since))
    if alert.rule is Rule.ROWS_WAIT:
        return str(gettext("rows wait for a verifier since %(moment)s", moment=since))
    if alert.rule is Rule.ORDER_LEFT:
        return str(gettext("no operator works on it since %(moment)s, and it is not closed", moment=since))
    due = alert.order.due_on if alert.order is not None else None
    if due is None or due < clock.now().date():
        return str(gettext("its last day is over, and it is not closed"))
    return str(gettext("fewer rows than its pace asks for: due on %(day)s", day=short_day(due)))


def ways_of_order(alert: Alert) -> list[dict[str, Any]]:
    """What is done on another page: correct the first wrong field, take a batch, close the order after reading what that reaches."""
    row, order = alert.row, alert.order
    if row is not None:
        first = row.findings[0]["field"] if row.findings else ""
        words = gettext("Correct %(field)s", field=attribute_label(first)) if first else gettext("Open the row")
        return [{"name": "correct", "label": words, "url": url_for("MyOrderView.row", pk=row.id) + (f"#f-{first}" if first else ""), "method": "get",
                 "icon": "pencil"}]
    if order is None:
        return []
    if alert.rule is Rule.ROWS_WAIT:
        return [{"name": "batch", "label": gettext("Take a batch"), "url": url_for("VerifyView.take", order=order.id), "icon": "check2-circle"}] \
            if may_verify(current_actor(), order) else []
    if not is_allowed(current_actor(), Action.WRITE, order):
        return []
    return [{"name": "close", "label": gettext("Close finally"), "url": url_for("OrderView.closing", pk=order.id), "method": "get", "icon": "slash-circle"}]


def _is_theirs(alert: Alert, remedy: Remedy) -> bool:
    """Whether the reader may do with the order what the remedy does."""
    if alert.order is None:
        return True
    if remedy is Remedy.ADD_OPERATOR:
        return may_seat(current_actor(), alert.order, Seat.OPERATOR)
    return is_allowed(current_actor(), Action.WRITE, alert.order)


def order_remedy(alert: Alert, remedy: Remedy) -> dict[str, Any] | None:
    """The button of a remedy, with what it asks for; None where the reader may not."""
    if not _is_theirs(alert, remedy):
        return None
    fields: list[dict[str, Any]] = []
    match remedy:
        case Remedy.ASK:
            label, icon = gettext("Ask the verifier"), "chat-left-text"
            fields = [{"name": "text", "label": gettext("Question or answer"), "type": "textarea", "is_required": True}]
        case Remedy.DISCARD:
            label, icon = gettext("Leave the row out"), "slash-circle"
            fields = [{"name": "text", "label": gettext("Reason"), "type": "text"}]
        case Remedy.ADD_VERIFIER | Remedy.ADD_OPERATOR:
            label, icon = gettext("Add a verifier") if remedy is Remedy.ADD_VERIFIER else gettext("Add an operator"), "person"
            people = operators_on_offer(alert.order, current_actor()) if remedy is Remedy.ADD_OPERATOR and alert.order is not None else None
            if people == []:
                return None
            fields = [person_field("to", gettext("Person"), people=people)]
        case Remedy.MOVE_DATE:
            label, icon = gettext("Move the last day"), "calendar-event"
            fields = [{"name": "until", "label": gettext("On"), "type": "datetime-local", "value": local(tomorrow_morning()), "is_required": True}]
        case _:
            label, icon = gettext("Verify a sample only"), "check2"
    return {"name": remedy.value, "url": url_for("AlertView.remedy", pk=alert.id), "label": label, "icon": icon,
            "fields": [*fields, {"name": "remedy", "type": "hidden", "value": remedy.value}]}
