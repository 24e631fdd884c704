"""What an administrator has done with a mailbox: a self-test, old mail read, a range replayed. Each is counted before it begins."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext

from app.domain.errors import DomainError
from app.domain.messages import REASONS, State
from app.inbound import backfill
from app.models import Mailbox
from app.operations import backfills, replays, self_tests
from app.operations.replays import REPLAYABLE, Range
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.support.dates import typed_day
from app.support.i18n import N_
from app.views.asked import zone
from app.views.base import say
from app.views.days import format_date
from app.views.message_lines import filled


def _day(name: str) -> date:
    try:
        return typed_day(request.form.get(name, ""))
    except ValueError:
        raise DomainError("no_day", N_("Choose a day.")) from None


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def asked_range() -> Range:
    """The range of the posted form; its last day is in it."""
    states = tuple(each for each in State if each.value in request.form.get("states", "").split())
    reason = request.form.get("reason") or None
    return Range(_moment(_day("since")), _moment(_day("until") + timedelta(days=1)), states, reason if reason in REASONS else None)


class MailboxWork:
    """Mix in before ``CrmView``."""

    @expose("/selftest/<pk>", methods=["POST"])
    @has_access
    def selftest(self, pk: Any) -> Any:
        return self._work(
            pk, lambda item: self_tests.begin_self_test(item, actor=current_actor()), gettext("The self-test is on its way. Look again in a minute.")
        )

    @expose("/backfill/<pk>", methods=["POST"])
    @has_access
    def backfill(self, pk: Any) -> Any:
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        if "confirmed" in request.form:
            return self._work(pk, lambda item: backfill.begin(item, _day("since"), actor=current_actor()), gettext("Old mail is being read."))
        try:
            since = _day("since")
            _, count = backfill.count_old(item, since)
        except DomainError as refusal:
            return self._back(item, refusal)
        sentence = ngettext(
            "%(num)s message since %(day)s lies before the live mail.", "%(num)s messages since %(day)s lie before the live mail.",
            count, day=format_date(since),
        )  # fmt: skip
        notes = [
            gettext("Each makes the usual journey: contacts, history and opportunities come out of it. Known messages are not filed twice."),
            gettext("New mail goes first, old mail stays where it lies, and nobody is written to because of it."),
        ]
        return self._confirm(item, gettext("Read old mail"), [sentence, *notes], "backfill", count)

    @expose("/backfill_stop/<pk>", methods=["POST"])
    @has_access
    def backfill_stop(self, pk: Any) -> Any:
        return self._work(pk, lambda item: backfills.stop_backfill(item, actor=current_actor()), gettext("Old mail is no longer read."))

    @expose("/replay/<pk>", methods=["POST"])
    @has_access
    def replay(self, pk: Any) -> Any:
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        if "confirmed" in request.form:
            return self._work(pk, lambda item: replays.start_replay(item, asked_range(), actor=current_actor()), gettext("The replay has begun."))
        try:
            count = replays.count_range(item, asked_range())
        except DomainError as refusal:
            return self._back(item, refusal)
        sentence = ngettext("%(num)s message fits.", "%(num)s messages fit.", count)
        note = gettext("Each makes its journey again by today’s rules, once. What is in history already is not touched.")
        return self._confirm(item, gettext("Replay"), [sentence, note], "replay", count)

    @expose("/replay_stop/<pk>", methods=["POST"])
    @has_access
    def replay_stop(self, pk: Any) -> Any:
        return self._work(pk, lambda item: replays.stop_replay(item, actor=current_actor()), gettext("The replay is stopped."))

    def _work(self, pk: Any, operation: Callable[[Mailbox], object], done: str) -> Any:
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        self.perform(lambda: operation(item), done)  # type: ignore[attr-defined]
        return redirect(url_for(".show", pk=item.id))

    def _back(self, item: Mailbox, refusal: DomainError) -> Any:
        flash(say(refusal), "danger")
        return redirect(url_for(".show", pk=item.id))

    def _confirm(self, item: Mailbox, title: str, sentences: list[str], name: str, count: int) -> Any:
        """The count, and the button that begins; everything that was typed travels along."""
        typed = [{"name": key, "type": "hidden", "value": value} for key, value in request.form.items() if key not in ("csrf_token", "confirmed")]
        act = {
            "label": ngettext("Begin with %(num)s message", "Begin with %(num)s messages", count), "url": url_for(f".{name}", pk=item.id),
            "fields": [*typed, {"name": "confirmed", "type": "hidden", "value": "1"}], "is_main": True,
        }  # fmt: skip
        back = {"label": gettext("Cancel"), "url": url_for(".show", pk=item.id), "method": "get", "is_line": False}
        return self.render_template(  # type: ignore[attr-defined]
            "mailbox_confirm.html", title=title, sentences=sentences, acts=[act, back] if count else [back],
            crumbs=[(self.list_title, url_for(".list")), (item.name, url_for(".show", pk=item.id)), (title, None)],  # type: ignore[attr-defined]
        )


def replay_fields(reasons: list[str], today: date) -> list[dict[str, Any]]:
    """What a replay asks: from, to, in which state, for which reason."""
    names = {State.HELD: gettext("Held"), State.FAILED: gettext("Failed"), State.IGNORED: gettext("Ignored")}
    both = gettext("Held and failed")
    words = [(code, filled(REASONS[code], {})) for code in reasons if code in REASONS]
    return [
        {"name": "since", "label": gettext("From, that day included"), "type": "date", "value": (today - timedelta(days=6)).isoformat(), "is_required": True},
        {"name": "until", "label": gettext("Until, that day included"), "type": "date", "value": today.isoformat(), "is_required": True},
        {"name": "states", "label": gettext("State"), "type": "select", "value": "held failed",
         "options": [("held failed", both), *((each.value, names[each]) for each in REPLAYABLE)]},
        {"name": "reason", "label": gettext("Reason"), "type": "select", "value": "", "options": [("", gettext("Any reason")), *words]},
    ]  # fmt: skip
