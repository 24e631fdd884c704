"""What a person may do with an incoming message: the buttons of its line and of its page."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.domain.labels import label
from app.domain.messages import State
from app.models import Contact, Engagement, FormLayout, IncomingMessage, Opportunity
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import messages as queries
from app.views import sender_rules
from app.views.field_rights import shown

NO_FORM = ("bounce", "feedback", "calendar", "own", "forward")  # what no site sends of its visitors
OF_COLLEAGUES = ("not_authenticated", "inactive_user")  # held, and the sender is no customer


def _act(
    message: IncomingMessage, name: str, text: str, icon: str, *fields: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {
        "label": text,
        "url": url_for(f"IncomingMessageView.{name}", pk=message.id),
        "icon": icon,
        "fields": list(fields),
        **more,
    }


def acts_on(message: IncomingMessage, *, is_list: bool) -> list[dict[str, Any]]:
    """What the reader may do with ``message`` now; the likeliest first."""
    if (is_list and message.state not in queries.TO_DECIDE) or not is_allowed(current_actor(), Action.WRITE, message):
        return []
    show = url_for("IncomingMessageView.show", pk=message.id)
    acts = [*_confirmations(message)]
    acts += [
        _act(
            message,
            "attach",
            gettext("Attach to %(name)s", name=item),
            "link-45deg",
            {"name": "opportunity" if isinstance(item, Opportunity) else "engagement", "type": "hidden", "value": item.id},
        )
        for item in queries.candidates(message.candidates or {})[:3]
        if item not in (message.opportunity, message.engagement)
    ]
    if is_list:
        acts.append({"label": gettext("Attach to…"), "url": f"{show}#attach", "method": "get", "icon": "link-45deg"})
    if message.state in (State.ATTACHED, State.CREATED):
        return acts if is_list else [*acts, *sender_rules.acts_on(message, None)]
    replay = _act(message, "replay", gettext("Replay"), "arrow-repeat")
    acts.append(_create(message))
    if message.state is not State.IGNORED:
        acts.append(_act(message, "ignore", gettext("Ignore"), "slash-circle"))
    acts.insert(0 if message.state is State.FAILED else len(acts), replay)
    if is_list:
        return acts
    acts[0]["is_main"] = message.state in queries.TO_DECIDE
    return [*acts, *sender_rules.acts_on(message, _create(message))]


def teach_form(message: IncomingMessage) -> list[dict[str, Any]]:
    """For administrators: a mail that some form sent shows what the labels of that form mean."""
    is_letter = message.kind == "bcc" and message.state in (State.ATTACHED, State.CREATED)
    if message.kind in NO_FORM or is_letter:
        return []
    if any(each.web_form_id for each in message.deliveries) or not is_allowed(current_actor(), Action.CREATE, FormLayout):
        return []
    url = url_for("FormLayoutView.add", message=message.id)
    return [{"label": gettext("Teach from this message"), "url": url, "icon": "mortarboard", "method": "get"}]


def _confirmations(message: IncomingMessage) -> list[dict[str, Any]]:
    """A button for each person who may be the customer of a forward that is not certain."""
    if message.reason != "contact_unsure" or message.state is not State.HELD:
        return []
    people = [each for each in (message.candidates or {}).get("people") or [] if isinstance(each, dict) and each.get("address")]
    return [
        _act(
            message,
            "confirm",
            gettext("It is %(person)s", person=f"{each['name']} <{each['address']}>" if each.get("name") else each["address"]),
            "person",
            {"name": "address", "type": "hidden", "value": each["address"]},
        )
        for each in people[:6]
    ]


def _create(message: IncomingMessage) -> dict[str, Any]:
    """The button that makes an opportunity; whom it is about is asked where it is not certain."""
    text, icon = gettext("Create an opportunity"), "plus-lg"
    if message.contact is not None:
        return _act(message, "create", text, icon)
    people = (message.candidates or {}).get("people") or [{}]
    likely = people[0] if isinstance(people[0], dict) else {}
    name, address = likely.get("name", ""), likely.get("address", "")
    if not address and not message.is_authenticated and message.reason not in OF_COLLEAGUES:
        name, address = message.sender_name, message.sender_address
    return _act(
        message,
        "create",
        text,
        icon,
        {"name": "name", "label": gettext("Name of the contact"), "type": "text", "value": name},
        {
            "name": "address",
            "label": gettext("E-mail of the contact"),
            "type": "email",
            "value": address,
            "is_required": True,
        },
    )


def _described(item: Opportunity | Engagement | Contact) -> tuple[str, str, list[Any]]:
    """(name of its field, icon, what is said of it)"""
    if isinstance(item, Opportunity):
        return "opportunity", "briefcase", [gettext("Opportunity"), item.account, gettext(label(item.status))]
    if isinstance(item, Engagement):
        return "engagement", "folder2-open", [gettext("Engagement"), item.account, gettext(label(item.state))]
    return "contact", "person", [gettext("Contact"), shown(item, "address")]


def attachable(message: IncomingMessage, found: Sequence[Opportunity | Engagement | Contact], asked: str) -> dict[str, Any]:
    """The search of the page: what was asked, and a button for each thing found."""
    shown = []
    for item in found:
        kind, icon, detail = _described(item)
        is_dealt = message.opportunity_id or message.engagement_id
        here = {"opportunity": message.opportunity_id, "engagement": message.engagement_id}.get(kind, None if is_dealt else message.contact_id)
        shown.append(
            {
                "text": str(item),
                "detail": " · ".join(str(each) for each in detail if each),
                "icon": icon,
                "is_here": item.id == here,
                "act": _act(
                    message,
                    "attach",
                    gettext("Attach"),
                    "link-45deg",
                    {"name": kind, "type": "hidden", "value": item.id},
                ),
            }
        )
    return {"asked": asked, "found": shown, "url": url_for("IncomingMessageView.show", pk=message.id)}
