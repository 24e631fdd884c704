"""Rules for senders: their list, and what the page of a message offers to teach."""

from typing import Any

from flask import url_for
from flask_appbuilder import action
from flask_babel import gettext, lazy_gettext, ngettext

from app.domain.errors import DomainError
from app.domain.sender_rules import Effect
from app.extensions import db
from app.inbound.teaching import can_teach
from app.models import IncomingMessage, SenderRule
from app.operations import sender_rules
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import sender_rules as queries
from app.views.base import CrmView, OperationInterface, say


class SenderRuleView(CrmView):
    datamodel = OperationInterface(SenderRule)
    can_archive = False
    list_title, show_title = lazy_gettext("Rules for senders"), lazy_gettext("Rule for a sender")
    add_title, edit_title = lazy_gettext("New rule for a sender"), lazy_gettext("Edit rule for a sender")
    method_permission_name = {"enable": "edit", "disable": "edit"}
    list_columns = ["sender", "effect", "is_active", "taught_by", "created_at", "note"]
    export_columns = [*list_columns, "message"]
    order_columns = ["sender", "effect", "is_active", "created_at"]
    base_order = ("sender", "asc")
    search_columns = ["sender", "effect", "is_active", "note", "created_at"]
    show_columns = ["sender", "effect", "is_active", "note", "taught_by", "created_at", "message"]
    add_columns = ["sender", "effect", "note"]
    edit_columns = [*add_columns, "is_active"]
    wide_columns = ("sender", "note")
    label_columns = {
        "sender": lazy_gettext("Address or domain"),
        "effect": lazy_gettext("Effect"),
        "is_active": lazy_gettext("Switched on"),
        "taught_by": lazy_gettext("Taught by"),
        "created_at": lazy_gettext("Taught on"),
        "note": lazy_gettext("Note"),
        "message": lazy_gettext("Taught from the message"),
    }
    description_columns = {
        "sender": lazy_gettext("eve@shop.example, or shop.example for everybody there"),
        "effect": lazy_gettext("No rule makes a sender a colleague: only proof does"),
    }
    empty_text = lazy_gettext("No rule yet. The page of an incoming message teaches one with a click.")
    add_label = lazy_gettext("New rule for a sender")

    @action("enable", lazy_gettext("Switch on"), None, "play-circle")
    def enable(self, items: Any) -> Any:
        return self._each(items, lambda rule: sender_rules.switch(rule, is_active=True, actor=current_actor()), Action.WRITE)

    @action("disable", lazy_gettext("Switch off"), None, "pause-circle")
    def disable(self, items: Any) -> Any:
        return self._each(items, lambda rule: sender_rules.switch(rule, is_active=False, actor=current_actor()), Action.WRITE)


def link_to(rule_id: Any) -> dict[str, str] | None:
    """The page of the rule, if it is still there and the reader may go there."""
    rule = db.session.get(SenderRule, rule_id) if isinstance(rule_id, int) else None
    return {"url": url_for("SenderRuleView.show", pk=rule.id), "text": gettext("See the rule")} if rule else None


def head_acts() -> list[dict[str, Any]]:
    if not is_allowed(current_actor(), Action.WRITE, SenderRule):
        return []
    return [{"label": gettext("Rules for senders"), "url": url_for("SenderRuleView.list"), "icon": "funnel", "method": "get"}]


def acts_on(message: IncomingMessage, create: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What the page of ``message`` offers to teach; ``create`` is its button for an opportunity, whose questions are the same."""
    acts = []
    for rule in queries.taught_from(message):
        if is_allowed(current_actor(), Action.DELETE, rule):
            text = gettext("Undo the rule for %(sender)s", sender=rule.sender)
            acts.append({"label": text, "icon": "arrow-counterclockwise", "url": url_for("IncomingMessageView.unteach", pk=message.id),
                         "fields": [{"name": "rule", "type": "hidden", "value": rule.id}]})
    if not can_teach(message):
        return acts
    if create is not None:
        acts.append({**create, "label": gettext("This was a real prospect"), "icon": "person", "is_main": False,
                     "url": url_for("IncomingMessageView.prospect", pk=message.id)})
    if is_allowed(current_actor(), Action.WRITE, SenderRule):
        acts.append({"label": gettext("Block the sender"), "icon": "slash-circle", "method": "get", "is_line": False,
                     "url": url_for("IncomingMessageView.block", pk=message.id)})
    return acts


def choices_of_block(message: IncomingMessage) -> list[dict[str, Any]]:
    """The sender, then the domain: how much each rule would have touched, or why there can be none."""
    address = message.sender_address
    return [_choice(address, ""), _choice(address.rpartition("@")[2], "y")]


def _choice(sender: str, is_domain: str) -> dict[str, Any]:
    try:
        sender_rules.check_sender(sender)
    except DomainError as refusal:
        return {"sender": sender, "refusal": say(refusal)}
    count, filed = queries.touched(sender)
    words = ngettext("%(num)s message of the last 90 days came from there", "%(num)s messages of the last 90 days came from there", count)
    kept = ngettext("%(num)s of them is in history", "%(num)s of them are in history", filed) if filed else gettext("none of them is in history")
    return {"sender": sender, "is_domain": is_domain, "touched": f"{words}, {kept}.", "warns": bool(filed), "effect": Effect.BLOCK.value}
