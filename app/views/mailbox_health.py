"""How the mailboxes do, for those who may know."""

import json
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.models import Mailbox
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import messages as queries
from app.support import clock
from app.views.formats import ago, moment
from app.views.mailbox_page import self_test_trouble
from app.views.message_lines import filled

SILENT_AFTER = timedelta(minutes=15)


def head_acts() -> list[dict[str, Any]]:
    if not is_allowed(current_actor(), Action.WRITE, Mailbox):
        return []
    return [{"label": gettext("Mailboxes"), "url": url_for("MailboxView.list"), "icon": "gear", "method": "get"}]


def health() -> list[dict[str, Any]] | None:
    """How each mailbox does; None for those who may not know."""
    if not is_allowed(current_actor(), Action.READ, Mailbox):
        return None
    may_edit = is_allowed(current_actor(), Action.WRITE, Mailbox)
    return [_health(each, may_edit) for each in queries.mailboxes()]


def _health(mailbox: Mailbox, may_edit: bool) -> dict[str, Any]:
    tone, text, detail = _condition(mailbox)
    acts = []
    if tone == "bad" and may_edit and mailbox.failing_since is not None:
        acts = [{"label": gettext("Check its settings"), "url": url_for("MailboxView.edit", pk=mailbox.id), "method": "get"}]
    elif may_edit:
        acts = [{"label": gettext("Open"), "url": url_for("MailboxView.show", pk=mailbox.id), "method": "get"}]
    return {"name": mailbox.name, "tone": tone, "text": text, "detail": detail, "acts": acts}


def trouble(mailbox: Mailbox) -> str | None:
    """What stops the reading of ``mailbox``, as a sentence."""
    if not mailbox.last_error:
        return None
    return filled(mailbox.last_error, json.loads(mailbox.last_error_params or "{}"))


def _condition(mailbox: Mailbox) -> tuple[str, str, str]:
    if not mailbox.is_active:
        return "off", gettext("Switched off: it is not read."), ""
    success = mailbox.last_success_at
    if mailbox.failing_since is not None:
        text = gettext(
            "Failing since %(moment)s: %(error)s", moment=moment(mailbox.failing_since), error=trouble(mailbox) or "?"
        )
        last = (
            gettext("Last success %(moment)s.", moment=moment(success))
            if success
            else gettext("It has never been read so far.")
        )
        lost = gettext("Nothing is lost: reading goes on where it stopped.")
        return "bad", text, f"{last} {lost}"
    if success is None:
        return "warn", gettext("It has not been read yet. The first reading starts from now."), ""
    came = (
        gettext("last message %(moment)s", moment=moment(mailbox.last_message_at))
        if mailbox.last_message_at
        else gettext("no message yet")
    )
    read = gettext("Read %(ago)s", ago=ago(success))
    text = f"{read} · {came}"
    if clock.now() - success > SILENT_AFTER:
        return "warn", text, gettext("Nobody reads it at the moment. Is the program that polls running?")
    if missing := self_test_trouble(mailbox):
        return "bad", missing, text
    return "good", text, ""
