"""The page of a mailbox: what came through it, and what goes on there. For those who see all mail."""

import json
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import format_decimal, format_timedelta, gettext, ngettext

from app.domain.labels import label
from app.domain.messages import State
from app.domain.runs import RunState
from app.models import Backfill, Mailbox, Replay, SelfTest
from app.operations.self_tests import PATIENCE
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import mailboxes as queries
from app.support import clock
from app.views import message_lines as lines
from app.views.asked import zone
from app.views.days import format_date
from app.views.formats import moment
from app.views.mailbox_work import replay_fields

SHAPES = {RunState.RUNNING: "doing", RunState.DONE: "ok", RunState.STOPPED: "off", RunState.FAILED: "wrong"}


def page(mailbox: Mailbox) -> dict[str, Any]:
    """What ``mailbox.html`` draws besides the settings; empty for those who do not see all mail."""
    if not current_actor().sees_all:
        return {}
    tally = queries.tally_of(mailbox)
    may_write = is_allowed(current_actor(), Action.WRITE, mailbox)
    return {
        "counts": lines.addition(tally.states, 0, None, mailbox.id),
        "deliveries": ngettext("in %(num)s delivery", "in %(num)s deliveries", tally.deliveries),
        "self_tests": [_self_test(each) for each in queries.self_tests_of(mailbox)],
        "backfill": _backfill(queries.latest_backfill(mailbox)),
        "replay": _replay(queries.latest_replay(mailbox)),
        "work": _acts(mailbox) if may_write else {},
    }


def _acts(mailbox: Mailbox) -> dict[str, dict[str, Any]]:
    """The button of each section: it begins the work, or stops it while it runs."""
    today = clock.now().astimezone(zone()).date()
    since = {"name": "since", "label": gettext("Mail since"), "type": "date", "value": (today - timedelta(days=30)).isoformat(), "is_required": True}
    found = {
        "self_test": _act(mailbox, "selftest", gettext("Send a self-test"), "send"),
        "backfill": _act(mailbox, "backfill", gettext("Read old mail"), "clock-history", since, submit=gettext("Count first")),
        "replay": _act(
            mailbox, "replay", gettext("Replay a range"), "arrow-repeat", *replay_fields(queries.reasons_of(mailbox), today),
            submit=gettext("Count first"),
        ),
    }  # fmt: skip
    for name, latest in (("backfill", queries.latest_backfill(mailbox)), ("replay", queries.latest_replay(mailbox))):
        if latest is not None and latest.state is RunState.RUNNING:
            found[name] = _act(mailbox, f"{name}_stop", gettext("Stop"), "stop-circle")
    return found


def _act(mailbox: Mailbox, name: str, text: str, icon: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"label": text, "url": url_for(f"MailboxView.{name}", pk=mailbox.id), "icon": icon, "fields": list(fields), **more}


def _run(run: Backfill | Replay, what: str) -> dict[str, Any]:
    return {
        "state": {"kind": SHAPES[run.state], "text": gettext(label(run.state))}, "what": what, "done": run.done, "total": run.total,
        "progress": gettext("%(done)s of %(total)s messages", done=format_decimal(run.done), total=format_decimal(run.total)),
        "at": gettext("asked for %(moment)s", moment=moment(run.created_at)),
    }  # fmt: skip


def _backfill(run: Backfill | None) -> dict[str, Any] | None:
    if run is None:
        return None
    error = lines.filled(run.error, json.loads(run.error_params or "{}")) if run.error else None
    return {**_run(run, gettext("Mail since %(day)s", day=format_date(run.since))), "error": error}


def _replay(run: Replay | None) -> dict[str, Any] | None:
    if run is None:
        return None
    states = ", ".join(str(gettext(label(State(each)))) for each in run.states)
    last = run.until.astimezone(zone()).date() - timedelta(days=1)
    first = run.since.astimezone(zone()).date()
    return _run(run, gettext("%(states)s, %(first)s to %(last)s", states=states, first=format_date(first), last=format_date(last)))


def self_test_trouble(mailbox: Mailbox) -> str | None:
    """What is wrong by the last self-test, if it is missing."""
    last = next(iter(queries.self_tests_of(mailbox, 1)), None)
    is_missing = last is not None and last.back_at is None and clock.now() - last.asked_at > PATIENCE
    return gettext("The last self-test did not come back.") if is_missing else None


def _self_test(test: SelfTest) -> dict[str, Any]:
    sent = gettext("Sent %(moment)s to %(address)s", moment=moment(test.asked_at), address=test.address)
    if test.back_at is not None:
        took = format_timedelta(test.back_at - test.asked_at, threshold=1.5)
        seen = (
            gettext("The server says for whom it was in: %(headers)s.", headers=", ".join(test.headers))
            if test.headers
            else gettext("The server does not say for whom it was: a blind copy is recognised by its sender alone.")
        )
        tone = ("ok", gettext("Came back after %(time)s", time=took))
        return {"state": {"kind": tone[0], "text": tone[1]}, "sent": sent, "detail": seen}
    error = test.outgoing.error if test.outgoing else None
    detail = gettext("The mail server did not take it: %(answer)s", answer=error) if error else ""
    if clock.now() - test.asked_at <= PATIENCE:
        return {"state": {"kind": "doing", "text": gettext("On its way")}, "sent": sent, "detail": detail}
    return {"state": {"kind": "wrong", "text": gettext("Did not come back")}, "sent": sent, "detail": detail}
