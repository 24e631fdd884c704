"""History as pages show it: in periods, each automatic line in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext, to_user_timezone

from app.domain.action_types import Known
from app.domain.bounces import CAUSES, Cause
from app.domain.labels import label
from app.domain.messages import REASONS
from app.domain.timeline import FACTS, Kind, Origin
from app.inbound.mime.limits import SENTENCES
from app.models import Contact, Engagement, IncomingMessage, TimelineEntry
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries.action_types import type_of
from app.queries.engagements import writable
from app.queries.timeline import History
from app.support import clock
from app.views import appointments, message_lines
from app.views.action_types import icon_of, named, value_of
from app.views.asked import url_if
from app.views.days import format_date
from app.views.formats import moment
from app.views.told import told_of


def fact(entry: TimelineEntry, steps: dict[int, Any]) -> str:
    """What an automatic ``entry`` says, in the reader's language; steps by their present names."""
    params = dict(entry.params)
    for name in ("before", "after"):
        step = steps.get(params.get(f"{name}_id", 0))
        if step is not None:
            params[name] = step.label
    for name in ("until", "earlier", "later"):
        if name in params:
            params[name] = moment(datetime.fromisoformat(params[name]))
    if "day" in params:
        params["day"] = format_date(date.fromisoformat(params["day"]), "long")
    if entry.code in ("address_invalid", "address_doubtful"):
        params["cause"] = gettext(CAUSES[Cause(params.get("cause", Cause.NO_MAILBOX))])
    if "address" in params and not is_shown(current_actor(), Contact, "addresses"):
        params["address"] = str(entry.contact or "…")
    sentence = FACTS.get(entry.code or "")
    if not sentence:
        return entry.body
    words = gettext(sentence, **params)
    return str(gettext("%(label)s: %(text)s", label=words, text=entry.body) if entry.body else words)


def reason(message: IncomingMessage) -> str | None:
    """Why ``message`` is where it is, in the reader's language."""
    return message_lines.reason(message) if message.reason in REASONS else None


def periods(history: History, *, subject: Any, write_url: str | None = None, places: Sequence[Engagement] = ()) -> list[dict[str, Any]]:
    """The entries under "Today", "Yesterday" and the names of the months; without a ``subject`` they are of several records.

    ``places``: engagements of the person, where what was said to that person alone may move to.
    """
    alone = {entry.id for entry in history.entries if places and _is_alone(entry)}
    offered = [(each.id, str(each)) for each in writable(places)] if alone else []
    groups = groupby(history.entries, key=lambda entry: _period(entry.occurred_at))
    return [{"title": title, "entries": [_with_acts(_entry(e, history, subject), e, write_url, offered if e.id in alone else []) for e in found]}
            for title, found in groups]


def _is_alone(entry: TimelineEntry) -> bool:
    """Said by the reader, to a person and nothing else."""
    is_placed = entry.opportunity_id or entry.engagement_id or entry.message_id
    return entry.contact_id is not None and not is_placed and entry.origin is Origin.MANUAL and entry.author_id == current_actor().id


def _with_acts(shown: dict[str, Any], entry: TimelineEntry, write_url: str | None, offered: list[tuple[int, str]]) -> dict[str, Any]:
    """With the way to answer a message that came in, and with the engagements that a note may move to."""
    if offered:
        shown["acts"] = [{
            "label": gettext("Move to an engagement"), "url": url_for("EntryView.move", pk=entry.id), "icon": "folder2-open", "is_line": False,
            "fields": [{"name": "engagement", "label": gettext("Engagement"), "type": "select", "options": offered}],
        }]
    if write_url and entry.kind is Kind.EMAIL_IN:
        shown["acts"] = [{"label": gettext("Answer"), "url": f"{write_url}?answer={entry.id}", "icon": "reply", "method": "get"}]
    return shown


def _period(at: datetime) -> str:
    day, today = to_user_timezone(at).date(), to_user_timezone(clock.now()).date()
    if day == today:
        return str(gettext("Today"))
    if (today - day).days == 1:
        return str(gettext("Yesterday"))
    name = str(format_date(day, "LLLL" if day.year == today.year else "LLLL y"))
    return name[:1].upper() + name[1:]


def _about_alone(entry: TimelineEntry) -> dict[str, Any]:
    """Where lines of many records stand together: the person, else the company, that one is about."""
    view, item = ("ContactView", entry.contact) if entry.contact is not None else ("AccountView", entry.account)
    return {} if item is None else {"about": {"text": str(item), "url": url_for(f"{view}.show", pk=item.id)}}


def _entry(entry: TimelineEntry, history: History, subject: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": entry.id,
        "kind": entry.kind.value, "icon": icon_of(entry.action_type_id), "at": entry.occurred_at, "is_automatic": entry.kind is Kind.SYSTEM,
    }
    if entry.engagement is not None and entry.engagement is not subject:
        shown["about"] = {"text": str(entry.engagement), "url": url_for("EngagementView.show", pk=entry.engagement_id)}
    if entry.opportunity is not None and entry.opportunity is not subject:
        shown["about"] = {"text": str(entry.opportunity), "url": url_for("OpportunityView.show", pk=entry.opportunity_id)}
    elif subject is None and "about" not in shown:
        shown.update(_about_alone(entry))
    if entry.kind is Kind.SYSTEM and entry.origin is Origin.AUTOMATIC:
        told = fact(entry, history.steps)
        by = subject is None and entry.author is not None  # among other people's: who did it
        return {**shown, "text": gettext("%(label)s: %(text)s", label=entry.author, text=told) if by else told}
    message = history.messages.get(entry.message_id or 0)
    fields: dict[str, str] = (entry.params.get("fields") or {}) if entry.kind is Kind.FORM else {}
    shown.update(
        fields=list(fields.items()),
        is_told=bool(fields) and entry.body.strip() in ("", *(str(value).strip() for value in fields.values())),
        who=_who(entry, message), what=f"· {_what(entry)}", subject=entry.subject, body=entry.body, remark=entry.note,
        remark_by=str(entry.author or ""), quoted=entry.quoted, files=[_file(a) for a in entry.attachments],
    )
    if appointment := history.appointments.get(entry.id):
        shown["appointment"] = appointments.shown(appointment)
        if entry.id in history.changeable and (entry.opportunity_id or entry.contact_id):
            shown["edit_url"] = url_for("AppointmentView.edit", pk=entry.id)
        if appointment.is_all_day:
            shown["at_text"] = appointments.when(appointment)
    shown.update(told_of(entry, history))
    if message is not None:
        shown.update(why=reason(message), note=_warnings(message.warnings), original_url=url_if("IncomingMessageView.raw", pk=message.id))
        page = url_if("IncomingMessageView.show", pk=message.id)
        if page:
            shown["move"] = {"label": gettext("Move to another opportunity"), "url": page, "method": "get"}
    return shown


def _who(entry: TimelineEntry, message: IncomingMessage | None) -> str:
    if entry.kind in (Kind.EMAIL_IN, Kind.FORM):
        if entry.contact is not None:
            return str(entry.contact)
        if message is not None:
            return message.sender_name or message.sender_address
    if entry.kind is Kind.MEETING and entry.author is None and entry.contact is not None:
        return str(entry.contact)
    return str(entry.author or gettext("Kurier"))


def _what(entry: TimelineEntry) -> str:
    if entry.kind is Kind.EMAIL_OUT and entry.contact is not None:
        return str(gettext("Message to %(name)s", name=entry.contact))
    own = type_of(entry.action_type_id)
    return named(own) if own else str(gettext(label(entry.kind)))


def _file(attachment: Any) -> dict[str, Any]:
    return {"name": attachment.name, "size": attachment.size, "url": url_for("AttachmentView.download", pk=attachment.id)}


def _warnings(warnings: Iterable[Any]) -> str | None:
    """Each warning is a code, or a code with the values of its sentence."""
    sentences = []
    for one in warnings:
        code, params = (one.get("code", ""), one.get("params", {})) if isinstance(one, dict) else (str(one), {})
        if code in SENTENCES:
            sentences.append(str(gettext(SENTENCES[code], **params)))
    return " ".join(dict.fromkeys(sentences)) or None


def kinds(history: History, current: Kind | Known | None, path: str) -> list[dict[str, Any]]:
    """The filter of the history on the page at ``path``: all, then each kind that occurs."""
    every = {"label": gettext("All kinds"), "url": path, "count": sum(history.counts.values()), "is_current": current is None}
    return [every, *(
        {"label": gettext(label(kind)), "url": f"{path}?kind={kind.value}", "count": history.counts[kind], "is_current": kind is current}
        for kind in Kind if history.counts.get(kind)
    ), *(
        {"label": named(own), "url": f"{path}?kind={value_of(own)}", "count": number, "is_current": own == current}
        for key, number in history.type_counts.items() if (own := type_of(key))
    )]
