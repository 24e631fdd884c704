"""Incoming messages as pages show them: a line, an outcome, its buttons, the health of the mailboxes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import format_decimal as number_in_words
from flask_babel import gettext, ngettext, to_user_timezone

from app.domain.labels import label
from app.domain.messages import ARRANGED, CHOOSE, LET_THROUGH, NO_ADDRESS, ONLY_A_NAME, REASONS, State
from app.inbound.mime.limits import SENTENCES
from app.inbound.mime.mail import Mail
from app.models import Delivery, IncomingMessage, Mailbox, WebForm
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import messages as queries
from app.queries.users import is_address_of
from app.support import clock
from app.views import message_acts
from app.views.days import format_date
from app.views.formats import SHAPES, moment, size, weekday


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def filled(sentence: str, params: Mapping[str, Any]) -> str:
    """The msgid ``sentence`` in the reader's language; a value that was not kept becomes an ellipsis."""
    if "day" in params:  # kept as written for machines
        params = {**params, "day": format_date(date.fromisoformat(params["day"]), "long")}
    return str(gettext(sentence)) % _Gaps(params) if params or "%(" in sentence else str(gettext(sentence))


def reason(message: IncomingMessage) -> str:
    """Why ``message`` is where it is."""
    sentence, params = REASONS.get(message.reason or ""), _told(message)
    if not sentence:
        return str(gettext("It waits to be filed."))
    said = filled(sentence, params)
    if message.reason == "contact_unsure":
        return f"{said} {_whom_to_choose(message)}"
    if "meeting" in params:
        said = f"{said} {filled(ARRANGED, params)}"
    return f"{said} {filled(LET_THROUGH, params)}" if "rule" in params and message.reason != "blocked" else said


def _whom_to_choose(message: IncomingMessage) -> str:
    """What a person can do about a forward: choose among people, or find the address of a name, or of nobody."""
    people = [each for each in (message.candidates or {}).get("people") or [] if isinstance(each, dict)]
    if any(each.get("address") for each in people):
        return str(gettext(CHOOSE))
    name = next((each["name"] for each in people if each.get("name")), None)
    return filled(ONLY_A_NAME, {"name": name}) if name else str(gettext(NO_ADDRESS))


def _told(message: IncomingMessage) -> dict[str, Any]:
    """What the reason speaks of, without the name of a record that the reader may not see: whose mail it was may see the message still."""
    params = dict(message.reason_params or {})
    is_elsewhere = message.opportunity_id is not None and message.opportunity is None
    if is_elsewhere or (message.engagement_id is not None and message.engagement is None):
        params.pop("opportunity", None)
    if message.contact_id is not None and message.contact is None:
        params.pop("contact", None)
        params = params if message.opportunity_id or message.engagement_id else {name: value for name, value in params.items() if name != "opportunity"}
    return params


def warnings(message: IncomingMessage) -> str | None:
    """What was left out or could not be read."""
    kept = [one if isinstance(one, dict) else {"code": one} for one in message.warnings or []]
    known = [filled(SENTENCES[one["code"]], one.get("params") or {}) for one in kept if one.get("code") in SENTENCES]
    return " ".join(dict.fromkeys(known)) or None


def state_of(state: State) -> dict[str, str]:
    return {"kind": SHAPES[f"State.{state.value}"], "text": gettext(label(state))}


# ---- the list


def start_of(days: int) -> datetime | None:
    """The beginning of the first of the last ``days`` days of the reader, today included; None (0 days): ever since."""
    if not days:
        return None
    local = to_user_timezone(clock.now())
    return (local - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)


def period_line(days: int) -> str:
    start = start_of(days)
    if start is None:
        return str(gettext("Since the beginning"))
    first, last = weekday(start), weekday(to_user_timezone(clock.now()))
    if days == 1:
        return str(gettext("Today, %(day)s", day=last))
    return str(gettext("Last %(count)s days, %(first)s to %(last)s", count=days, first=first, last=last))


def periods(days: int, chosen: str, offered: Sequence[int]) -> list[dict[str, Any]]:
    names = {0: gettext("All"), 1: gettext("Today")}
    return [
        {
            "label": names.get(each) or ngettext("%(num)s day", "%(num)s days", each),
            "is_current": each == days,
            "url": list_url(each, chosen),
        }
        for each in offered
    ]


def list_url(days: int, state: str = "", mailbox_id: Any = None) -> str:
    """The list of one period and state, of the mailbox that is asked for, or of ``mailbox_id``."""
    mailbox = mailbox_id or request.args.get("mailbox") or None
    return url_for("IncomingMessageView.list", days=days, state=state or None, mailbox=mailbox)


def waiting_line(counted: Mapping[State, int]) -> str:
    held, failed = counted[State.HELD], counted[State.FAILED]
    words = [ngettext("%(num)s held", "%(num)s held", held)] if held else []
    words += [ngettext("%(num)s failed", "%(num)s failed", failed)] if failed else []
    return ", ".join(words)


def list_title(counted: Mapping[State, int]) -> str:
    waiting = waiting_line(counted)
    return str(gettext("Incoming mail: %(waiting)s", waiting=waiting) if waiting else gettext("Incoming mail"))


def addition(counted: Mapping[State, int], days: int, chosen: str | None, mailbox_id: int | None = None) -> list[dict[str, Any]]:
    """The total and what it is made of; states that are empty but usual stay, so that the sum can be read."""
    words = {
        State.RECEIVED: gettext("in progress"),
        State.ATTACHED: ngettext("added to history", "added to history", counted[State.ATTACHED]),
        State.CREATED: ngettext("opportunity created", "opportunities created", counted[State.CREATED]),
        State.HELD: ngettext("held", "held", counted[State.HELD]),
        State.IGNORED: ngettext("ignored", "ignored", counted[State.IGNORED]),
        State.FAILED: gettext("failed"),
    }
    total = {
        "label": ngettext("received", "received", sum(counted.values())),
        "count": sum(counted.values()),
        "url": list_url(days, mailbox_id=mailbox_id),
        "is_current": chosen == "",
    }
    return [
        total,
        *(
            {
                "label": words[state],
                "count": counted[state],
                "url": list_url(days, state.value, mailbox_id),
                "is_current": chosen == state.value,
            }
            for state in words
        ),
    ]


def pager(found: queries.Page, number: int, per_page: int) -> dict[str, Any] | None:
    if found.total <= per_page and number == 1:
        return None
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key in ("days", "state", "mailbox")}
    first, last = (number - 1) * per_page + 1, (number - 1) * per_page + len(found.deliveries) + len(found.messages)
    text = gettext(
        "%(first)s to %(last)s of %(total)s",
        first=number_in_words(first),
        last=number_in_words(last),
        total=number_in_words(found.total),
    )
    return {
        "text": text if last >= first else gettext("Nothing on this page."),
        "previous_url": url_for("IncomingMessageView.list", **{**kept, "page": number - 1}) if number > 1 else None,
        "next_url": url_for("IncomingMessageView.list", **{**kept, "page": number + 1}) if last < found.total else None,
    }


def message_line(message: IncomingMessage) -> dict[str, Any]:
    return {
        "url": url_for("IncomingMessageView.show", pk=message.id),
        "sender": message.sender_name or message.sender_address or gettext("unknown sender"),
        "address": message.sender_address if message.sender_name else "",
        "subject": message.subject,
        "at": message.received_at,
        "state": state_of(message.state),
        "reason": reason(message),
        "link": link(message),
        "acts": message_acts.acts_on(message, is_list=True),
    }


def delivery_line(delivery: Delivery) -> dict[str, Any]:
    outcome = delivery_outcome(delivery)
    return {
        "url": url_for("IncomingMessageView.delivery", pk=delivery.id),
        "sender": str(delivery.mailbox or delivery.web_form),
        "address": "",
        "subject": gettext("A message that is not read yet")
        if delivery.raw_sha256
        else gettext("A message that the server did not give"),
        "at": delivery.received_at,
        **outcome,
    }


# ---- one message


def page_lines(found: queries.Page) -> list[dict[str, Any]]:
    """First what never became a message."""
    return [*map(delivery_line, found.deliveries), *map(message_line, found.messages)]


def link(message: IncomingMessage) -> dict[str, str] | None:
    """Where the message lies, if the reader may go there."""
    if message.opportunity is not None:
        return {
            "url": url_for("OpportunityView.show", pk=message.opportunity_id),
            "text": gettext("Open %(name)s", name=message.opportunity),
        }
    if message.engagement is not None:
        return {
            "url": url_for("EngagementView.show", pk=message.engagement_id),
            "text": gettext("Open %(name)s", name=message.engagement),
        }
    if message.contact is not None:
        return {
            "url": url_for("ContactView.show", pk=message.contact_id),
            "text": gettext("Open %(name)s", name=message.contact),
        }
    return None


def outcome(message: IncomingMessage) -> dict[str, Any]:
    return {
        "state": state_of(message.state),
        "reason": reason(message),
        "link": link(message),
        "acts": [*message_acts.acts_on(message, is_list=False), *message_acts.teach_form(message)],
    }


def _people(people: Sequence[Any]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in people)


def mail_facts(mail: Mail) -> list[tuple[str, Any]]:
    found = [
        (gettext("From"), _people([mail.author]) if mail.author else ""),
        (gettext("To"), _people(mail.to)),
        (gettext("Cc"), _people(mail.cc)),
        (gettext("Delivered to"), ", ".join(mail.envelope)),
        (gettext("Written on"), moment(mail.date) if mail.date and mail.date.tzinfo else ""),
        (gettext("Size"), size(mail.size)),
        (gettext("Message-ID"), mail.message_id or ""),
    ]
    return [(name, value) for name, value in found if value]


def facts(message: IncomingMessage, mail: Mail) -> list[tuple[str, Any]]:
    proof = gettext("proved") if message.is_authenticated else gettext("not proved")
    mine = [(gettext("Sender’s identity"), proof)]
    if message.is_authenticated and message.acting_user is not None and is_address_of(message.sender_address, message.acting_user):
        mine.append((gettext("Sent or forwarded by"), str(message.acting_user)))
    return [*mail_facts(mail), (gettext("Received on"), moment(message.received_at)), *mine]


def files(mail: Mail, endpoint: str, pk: int) -> list[dict[str, Any]]:
    return [
        {
            "name": part.name or gettext("file %(number)s", number=number + 1),
            "size": part.size,
            "url": url_for(endpoint, pk=pk, number=number),
        }
        for number, part in enumerate(mail.attachments)
        if not part.is_inline
    ]


# ---- deliveries


def _source_name(delivery: Delivery) -> str:
    source: Mailbox | WebForm | None = delivery.mailbox or delivery.web_form
    return str(source) if source else ""


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "source": _source_name(delivery),
        "at": delivery.received_at,
        "state": state_of(delivery.state),
        "attempts": delivery.attempts + (delivery.state not in (State.RECEIVED, State.FAILED)),
        "error": _trouble(delivery),
    }


def _trouble(delivery: Delivery) -> str | None:
    if not delivery.error:
        return None
    if not delivery.raw_sha256:
        return delivery.error
    if current_actor().sees_all:
        return gettext(
            "%(error)s (reference %(reference)s)", error=delivery.error, reference=delivery.error_reference or "?"
        )
    return gettext("An error (reference %(reference)s)", reference=delivery.error_reference or "?")


def _delivery_act(delivery: Delivery, name: str, text: str, icon: str) -> dict[str, Any]:
    return {"label": text, "url": url_for(f"IncomingMessageView.{name}", pk=delivery.id), "icon": icon, "fields": []}


def delivery_outcome(delivery: Delivery) -> dict[str, Any]:
    params = {"reference": delivery.error_reference or "?", "attempts": delivery.attempts, "answer": delivery.error or "?"}
    acts = []
    if is_allowed(current_actor(), Action.WRITE, Delivery):
        acts.append(_delivery_act(delivery, "delivery_replay", gettext("Replay"), "arrow-repeat"))
        if not delivery.raw_sha256 and delivery.state is State.FAILED:
            acts.append(_delivery_act(delivery, "delivery_ignore", gettext("Ignore"), "slash-circle"))
    return {
        "state": state_of(delivery.state),
        "reason": _delivery_reason(delivery, params),
        "acts": acts,
    }


def _delivery_reason(delivery: Delivery, params: dict[str, Any]) -> str:
    if not delivery.raw_sha256:
        if delivery.state is State.RECEIVED:
            return str(gettext("The mail server is asked for it again."))
        return filled(REASONS["unfetched" if delivery.state is State.FAILED else "gone"], params)
    code = "gave_up" if delivery.state is State.FAILED else "error" if delivery.error else None
    return filled(REASONS[code], params) if code else str(gettext("It waits to be filed."))
