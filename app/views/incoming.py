"""Incoming mail: what became of every message, and the buttons for those that wait for a person."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, abort, flash, redirect, request, send_file, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, lazy_gettext, ngettext

from app.domain.messages import State
from app.extensions import store
from app.inbound import decisions, teaching
from app.inbound.mime.html import to_text
from app.inbound.mime.read import read
from app.inbound.web_form import usable_address
from app.models import Contact, Delivery, Engagement, IncomingMessage, Mailbox, Opportunity, SenderRule
from app.operations import records, unfetched
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import lookups
from app.queries import messages as queries
from app.queries.sender_rules import taught_from
from app.views import mailbox_health, message_acts
from app.views import message_lines as lines
from app.views import sender_rules as rule_pages
from app.views.asked import way_back
from app.views.base import attempt, session_get
from app.views.proposals import found_in_message

PAGE = 25
FEW = 8
PERIODS = (1, 7, 30, 90, 0)
SHOWN_RAW = 200_000


class IncomingMessageView(BaseView):
    """Rows are narrowed by the acting person; what is not theirs is 404."""

    route_base = "/incomingmail"
    default_view = "list"
    class_permission_name = "IncomingMessage"
    title = lazy_gettext("Incoming mail")

    # ---- reading

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        mailbox = _asked_mailbox()
        usual = 0 if mailbox else 7
        days = request.args.get("days", usual, type=int)
        days = days if days in PERIODS else usual
        chosen = request.args.get("state", "")
        states = (
            {"": queries.DONE, "to_decide": queries.TO_DECIDE}.get(chosen)
            or tuple(s for s in State if s.value == chosen)
            or abort(404)
        )
        number = max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
        since = None if chosen == "to_decide" else lines.start_of(days)
        of = mailbox.id if mailbox else None
        found = queries.page(states, since=since, first=(number - 1) * PAGE, size=PAGE, mailbox_id=of)
        is_first = not chosen and number == 1
        decide = queries.page(queries.TO_DECIDE, since=None, first=0, size=FEW, mailbox_id=of) if is_first else None
        waiting = queries.counts(mailbox_id=of)
        shown = lines.page_lines(found)
        is_deciding = set(states) <= set(queries.TO_DECIDE)
        to_decide = lines.page_lines(decide) if decide else []
        return self.render_template(
            "incoming_mail.html",
            title=lines.list_title(waiting),
            heading=gettext("Incoming mail of %(mailbox)s", mailbox=mailbox.name) if mailbox else self.title,
            period_line=lines.period_line(days),
            all_mail_url=url_for(".list") if mailbox else None,
            periods=lines.periods(days, chosen, PERIODS),
            head_acts=[*rule_pages.head_acts(), *mailbox_health.head_acts()],
            mailboxes=mailbox_health.health(),
            counts=lines.addition(queries.counts(lines.start_of(days), of), days, chosen),
            to_decide=shown if is_deciding else to_decide,
            to_decide_line=lines.waiting_line(waiting),
            done=[] if is_deciding else shown,
            pager=lines.pager(found, number, PAGE),
            all_url=url_for("IncomingMessageView.list", state="to_decide", mailbox=of) if decide and decide.total > FEW else None,
            all_label=ngettext("See the %(num)s message to decide", "See all %(num)s messages to decide", decide.total) if decide else "",
        )

    @expose("/show/<int:pk>")
    @has_access
    @permission_name("show")
    def show(self, pk: int) -> Any:
        message = session_get(IncomingMessage, pk)
        raw = _raw(message.raw_sha256)
        mail = read(raw)
        entry = message.entry
        asked = request.args.get("q", "").strip()
        return self.render_template(
            "incoming_message.html",
            title=message.subject,
            crumbs=[(self.title, url_for(".list")), (message.subject or gettext("(no subject)"), None)],
            **lines.outcome(message),
            facts=lines.facts(message, mail),
            note=lines.warnings(message),
            text=entry.body if entry else mail.text or (to_text(mail.html) if mail.html else ""),
            quoted=entry.quoted if entry else "",
            files=lines.files(mail, "IncomingMessageView.file", pk),
            deliveries=[lines.delivery_row(each) for each in message.deliveries],
            raw=_source(raw),
            raw_is_cut=len(raw) > SHOWN_RAW,
            original_url=url_for(".raw", pk=pk),
            rule_link=rule_pages.link_to((message.reason_params or {}).get("rule_id")),
            search=self._search(message, asked),
            found=found_in_message(message),
        )

    def _search(self, message: IncomingMessage, asked: str) -> dict[str, Any] | None:
        """What the message may be attached to: the likely ones, or what was asked for."""
        if not is_allowed(current_actor(), Action.WRITE, message):
            return None
        found: Sequence[Any]
        if asked:
            found = [*lookups.matching(Opportunity, asked), *lookups.matching(Contact, asked)]
        else:
            found = queries.candidates(message.candidates)
            contact = message.contact or queries.contact_with(message.sender_address)
            if contact is not None:
                near: Sequence[Any] = (*queries.opportunities_of(contact), contact)
                found = [*found, *(item for item in near if item not in found)]
        if message.entry_id is not None:  # what is filed moves between opportunities only
            found = [item for item in found if isinstance(item, Opportunity)]
        return message_acts.attachable(message, found, asked)

    @expose("/raw/<int:pk>")
    @has_access
    @permission_name("show")
    def raw(self, pk: int) -> Response:
        message = session_get(IncomingMessage, pk)
        return _download(_raw(message.raw_sha256), f"message-{pk}.eml", "message/rfc822")

    @expose("/file/<int:pk>/<int:number>")
    @has_access
    @permission_name("show")
    def file(self, pk: int, number: int) -> Response:
        return _file(session_get(IncomingMessage, pk).raw_sha256, number)

    # ---- deciding: each calls one operation

    @expose("/replay/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def replay(self, pk: int) -> Any:
        message = _theirs(IncomingMessage, pk)
        return self._decide(
            message,
            lambda: decisions.replay(message, actor=current_actor()),
            gettext("The message was filed once more: see what became of it."),
        )

    @expose("/ignore/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def ignore(self, pk: int) -> Any:
        message = _theirs(IncomingMessage, pk)
        return self._decide(
            message, lambda: decisions.ignore(message, actor=current_actor()), gettext("The message was set aside.")
        )

    @expose("/attach/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def attach(self, pk: int) -> Any:
        message = _theirs(IncomingMessage, pk)
        for name, model in (("opportunity", Opportunity), ("engagement", Engagement)):
            if key := request.form.get(name, type=int):
                place = session_get(model, key)
                return self._decide(
                    message,
                    partial(decisions.attach_to, message, place, actor=current_actor()),
                    gettext("Added to the history of “%(name)s”.", name=place),
                )
        contact = session_get(Contact, request.form.get("contact", 0, type=int) or 0)
        return self._decide(
            message,
            lambda: decisions.attach_to_contact(message, contact, actor=current_actor()),
            gettext("Added to the history of “%(name)s”.", name=contact),
        )

    @expose("/create/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def create(self, pk: int) -> Any:
        message = _theirs(IncomingMessage, pk)
        typed = {name: request.form.get(name, "").strip() for name in ("name", "address")}
        if typed["address"] and usable_address(typed["address"]) is None:
            flash(gettext("Type the e-mail address in full, such as name@firm.example."), "danger")
            return redirect(self._same(pk))
        values = typed if typed["address"] else None
        return self._decide(
            message,
            lambda: decisions.create_opportunity(message, contact_values=values, actor=current_actor()),
            gettext("The opportunity was made."),
        )

    @expose("/confirm/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def confirm(self, pk: int) -> Any:
        """The customer of a forward that was not certain."""
        message = _theirs(IncomingMessage, pk)
        return self._decide(
            message,
            lambda: decisions.confirm_contact(message, request.form.get("address", ""), actor=current_actor()),
            gettext("The contact is confirmed and the message filed."),
        )

    # ---- teaching from a message

    @expose("/prospect/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def prospect(self, pk: int) -> Any:
        """An opportunity at once, and its sender is let through from now on."""
        message = _theirs(IncomingMessage, pk)
        typed = {name: request.form.get(name, "").strip() for name in ("name", "address")}
        return self._decide(
            message,
            lambda: teaching.real_prospect(
                message, contact_values=typed if usable_address(typed["address"]) else None, actor=current_actor()
            ),
            gettext("The opportunity was made. Mail of %(sender)s is let through from now on.", sender=message.sender_address),
        )

    @expose("/block/<int:pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def block(self, pk: int) -> Any:
        """The question with what it would have touched, and its answer."""
        message = _theirs(IncomingMessage, pk)
        if not is_allowed(current_actor(), Action.WRITE, SenderRule):
            flash(gettext("Only managers and administrators block senders."), "danger")
            return redirect(url_for(".show", pk=pk))
        if request.method == "POST":
            is_domain, note = bool(request.form.get("is_domain")), request.form.get("note", "").strip()[:400]
            return self._decide(
                message,
                lambda: teaching.block(message, is_domain=is_domain, note=note, actor=current_actor()),
                gettext("Blocked from now on."),
            )
        shown = message.subject or gettext("(no subject)")
        return self.render_template(
            "block_sender.html",
            title=gettext("Block the sender"),
            crumbs=[(self.title, url_for(".list")), (shown, url_for(".show", pk=pk)), (gettext("Block the sender"), None)],
            choices=rule_pages.choices_of_block(message),
            url=url_for(".block", pk=pk),
            back_url=url_for(".show", pk=pk),
        )

    @expose("/unteach/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def unteach(self, pk: int) -> Any:
        """Remove a rule that was taught from this message; what became of the message stays."""
        message = _theirs(IncomingMessage, pk)
        chosen = request.form.get("rule", type=int)
        rule = next((each for each in taught_from(message) if each.id == chosen), None)
        if rule is None:
            flash(gettext("The rule is gone already."), "success")
            return redirect(url_for(".show", pk=pk))
        return self._decide(message, lambda: records.delete(rule, actor=current_actor()), gettext("The rule is removed."))

    def _decide(self, message: IncomingMessage, operation: Any, done: str) -> Any:
        pk = message.id
        return redirect(way_back(url_for(".show", pk=pk)) if attempt(operation, done) else self._same(pk))

    def _same(self, pk: int) -> str:
        """The page that asked, with this message once more."""
        return url_for("TodayView.list", item=f"m{pk}") if request.form.get("back") == "today" else url_for(".show", pk=pk)

    # ---- deliveries that are no message yet

    @expose("/delivery/<int:pk>")
    @has_access
    @permission_name("show")
    def delivery(self, pk: int) -> Any:
        delivery = session_get(Delivery, pk)
        if delivery.message_id is not None:
            return redirect(url_for(".show", pk=delivery.message_id))
        raw = _raw(delivery.raw_sha256)
        mail = read(raw)
        return self.render_template(
            "incoming_message.html",
            title=mail.subject,
            crumbs=[(self.title, url_for(".list")), (mail.subject or gettext("(no subject)"), None)],
            **lines.delivery_outcome(delivery),
            facts=lines.mail_facts(mail),
            text=mail.text or (to_text(mail.html) if mail.html else ""),
            files=[],
            deliveries=[lines.delivery_row(delivery)],
            raw=_source(raw),
            raw_is_cut=len(raw) > SHOWN_RAW,
            original_url=url_for(".delivery_raw", pk=pk),
        )

    @expose("/delivery/<int:pk>/raw")
    @has_access
    @permission_name("show")
    def delivery_raw(self, pk: int) -> Response:
        return _download(_raw(session_get(Delivery, pk).raw_sha256), f"delivery-{pk}.eml", "message/rfc822")

    @expose("/delivery/<int:pk>/replay", methods=["POST"])
    @has_access
    @permission_name("edit")
    def delivery_replay(self, pk: int) -> Any:
        delivery = _theirs(Delivery, pk)
        if delivery.message_id is None:
            decisions.replay_delivery(delivery, actor=current_actor())
            done = (
                gettext("The message was filed once more: see what became of it.")
                if delivery.raw_sha256
                else gettext("The mail server is asked for it again; that takes less than a minute.")
            )
            flash(done, "success")
        return redirect(url_for(".delivery", pk=pk))

    @expose("/delivery/<int:pk>/ignore", methods=["POST"])
    @has_access
    @permission_name("edit")
    def delivery_ignore(self, pk: int) -> Any:
        delivery = _theirs(Delivery, pk)
        unfetched.set_aside(delivery, actor=current_actor())
        return redirect(url_for(".delivery", pk=pk))


def _theirs(model: type[Any], pk: int) -> Any:
    """The record if the acting person may change it: 404 for one that they may not see, 403 for one that they may only read."""
    item = session_get(model, pk)
    if not is_allowed(current_actor(), Action.WRITE, item):
        abort(403)
    return item


def _asked_mailbox() -> Mailbox | None:
    """The mailbox whose mail is asked for; 404 for one that the reader may not know."""
    if "mailbox" not in request.args:
        return None
    if not is_allowed(current_actor(), Action.READ, Mailbox):
        abort(404)
    found: Mailbox = session_get(Mailbox, request.args["mailbox"])
    return found


def _raw(sha256: str) -> bytes:
    try:
        return store().get(sha256)
    except KeyError:
        return b""


def _source(raw: bytes) -> str:
    """The beginning of ``raw`` as text that a page can show."""
    return raw[:SHOWN_RAW].decode("utf-8", "replace").replace("\x00", "\ufffd")


def _download(content: bytes, name: str, content_type: str = "application/octet-stream") -> Response:
    response = send_file(BytesIO(content), content_type, as_attachment=True, download_name=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _file(sha256: str, number: int) -> Response:
    parts = read(_raw(sha256)).attachments
    if number >= len(parts):
        abort(404)
    return _download(parts[number].content, parts[number].name or f"file-{number}")
