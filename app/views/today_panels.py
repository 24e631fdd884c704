"""What the panel of the page of the day says of a held message and of an appointment, and how each is closed there."""

from typing import Any

from flask import url_for
from flask_babel import gettext

from app.domain.appointments import Standing
from app.extensions import store
from app.inbound.mime.html import to_text
from app.inbound.mime.read import read
from app.models import Appointment, IncomingMessage
from app.operations.meetings import is_concluded
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.support.store import StoreAway
from app.support.text import shorten
from app.views import appointments, formats, history, message_acts, sender_rules
from app.views.acts import next_fields
from app.views.asked import Refused

EXCERPT = 600  # characters of a message: enough to decide
_KEYS = {"attach": "a", "create": "c", "ignore": "d"}  # the last part of an address → its key


def of_message(message: IncomingMessage, back: dict[str, str]) -> dict[str, Any]:
    """Who writes what, why it is held, and everything that may become of it."""
    acts = message_acts.acts_on(message, is_list=True)
    if acts:
        acts += [act for act in sender_rules.acts_on(message, None) if act.get("method") == "get"]
        acts[0]["is_main"] = True
    taken: set[str] = set()
    for act in acts:
        act["fields"] = [*act.get("fields", []), *({"name": name, "type": "hidden", "value": value} for name, value in back.items())]
        key = next((letter for name, letter in _KEYS.items() if f"/{name}/" in act["url"] and letter not in taken), None)
        if key:
            act["key"] = key
            taken.add(key)
    pairs = [
        (gettext("From"), f"{message.sender_name} <{message.sender_address}>" if message.sender_name else message.sender_address),
        (gettext("Received on"), formats.moment(message.received_at)), (gettext("Reason"), history.reason(message)),
        (gettext("Message"), formats.paragraphs(_excerpt(message))),
    ]
    return {
        "title": message.subject or gettext("(no subject)"), "url": url_for("IncomingMessageView.show", pk=message.id),
        "pairs": [pair for pair in pairs if pair[1]], "acts": acts,
    }


def _excerpt(message: IncomingMessage) -> str:
    try:
        mail = read(store().get(message.raw_sha256))
    except (KeyError, StoreAway):  # the original is gone, or cannot be had now
        return ""
    return shorten((mail.text or (to_text(mail.html) if mail.html else "")).strip(), EXCERPT)


def of_meeting(meeting: Appointment, back: dict[str, str], refused: Refused | None) -> dict[str, Any]:
    """When, where and with whom; what came of it; another day, or none."""
    entry, shown = meeting.entry, appointments.shown(meeting)
    typed = refused.values if refused and refused.act == "meeting" else {}
    hidden = [{"name": name, "type": "hidden", "value": value} for name, value in back.items()]
    may_write = is_allowed(current_actor(), Action.WRITE, entry) and not is_concluded(meeting) and meeting.standing is not Standing.CANCELLED
    acts = [
        {"label": gettext("Another day"), "url": url_for("AppointmentView.edit", pk=entry.id), "method": "get", "icon": "calendar-event", "key": "m"},
        {"label": gettext("Call the meeting off"), "url": url_for("AppointmentView.call_off", pk=entry.id), "icon": "x-circle", "key": "d",
         "fields": hidden, "confirm": gettext("Call this meeting off? The history keeps it, and says so.")},
    ]
    compose = {
        "url": url_for("AppointmentView.done", pk=entry.id), "label": gettext("What came out of it?"), "submit": gettext("The meeting took place"),
        "body": typed.get("body", ""), "fields": [*next_fields(typed), *hidden],
    }
    about = entry.opportunity or entry.contact
    return {
        "title": str(meeting) or gettext("(no subject)"), "subtitle": str(about or ""), "url": page_of(meeting),
        "pairs": [*shown["pairs"], *([(gettext("Note"), formats.paragraphs(entry.body))] if entry.body else [])],
        "compose": compose if may_write else None, "acts": acts if may_write and meeting.is_arranged_here and about else [],
    }


def page_of(meeting: Appointment) -> str:
    """The page of what it is about."""
    entry = meeting.entry
    if entry.opportunity_id:
        return url_for("OpportunityView.show", pk=entry.opportunity_id)
    return url_for("ContactView.show", pk=entry.contact_id) if entry.contact_id else "#"
