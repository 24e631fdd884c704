"""What a link of a morning email leads to: one deed, asked first, done once. Whoever opens it need not be signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Response, current_app, make_response, render_template, request
from flask_appbuilder import BaseView, expose
from flask_babel import force_locale, gettext

from app.domain.deeds import Deed, MailLink, moment_of, read_link
from app.domain.errors import Forbidden, Refusal
from app.domain.labels import LABELS
from app.extensions import csrf, db
from app.models import Alert, Firm, Opportunity, Task, User
from app.operations import mail_links
from app.operations.assigning import people_on_offer
from app.operations.deeds import Given, Item
from app.operations.remedies import least_loaded
from app.outbound.answers import sentence_of
from app.outbound.summary_words import deed_of, record_address
from app.outbound.words import Words, address
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import actor_of, is_allowed
from app.permissions.rights import Action
from app.support.i18n import N_
from app.views import asked
from app.views.acts import final_amount, rival, tomorrow_morning
from app.views.base import key, say
from app.views.public import without_cookie

OVER = frozenset({"link_used", "link_expired", "link_outdated", "link_void", "forbidden"})  # asking again is of no use
VOID = N_("This link is not one of ours, or a part of it is missing. Open Kurier and find the record there.")


@dataclass(frozen=True)
class Opened:
    """A link with its person, and its record where that person may see it."""

    given: str
    link: MailLink
    user: User
    actor: Actor
    item: Item | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.user.time_zone)


class MailLinkView(BaseView):
    """No session and no cookie: the link says whose it is. Looking changes nothing, so programs that follow links do no harm."""

    route_base = "/a"
    default_view = "show"

    @expose("/<given>", methods=["GET"])
    def show(self, given: str) -> Response:
        with _opened(given) as opened:
            if opened is None:
                return _nothing()
            try:
                if opened.item is None:
                    raise Forbidden
                mail_links.check_link(opened.link, opened.item)
            except Refusal as refusal:
                return _refused(opened, refusal)
            return _page(opened, form=_form(opened, opened.item))

    @expose("/<given>", methods=["POST"])
    @csrf.exempt
    def act(self, given: str) -> Response:
        with _opened(given) as opened:
            if opened is None:
                return _nothing()
            about, chosen = _about(opened), _given(opened)
            try:
                mail_links.use(opened.link, chosen, actor=opened.actor)
            except Refusal as refusal:
                return _refused(opened, refusal)
            return _page(opened, done=_told(opened, chosen), about=about)


@contextmanager
def _opened(given: str) -> Iterator[Opened | None]:
    """Within it, the person of the link acts, in their language; None for a link that is not ours, or of somebody who left."""
    link = read_link(given, current_app.config["SECRET_KEY"])
    with acting(SYSTEM):
        user = db.session.get(User, link.user_id) if link else None
    if link is None or user is None or not user.active:
        yield None
        return
    with acting(actor_of(user, db.session())) as actor, force_locale(user.language.value):
        item = db.session.get(mail_links.MODELS[link.subject], link.id)
        is_theirs = item is not None and is_allowed(actor, Action.READ, item)
        yield Opened(given, link, user, actor, cast(Item, item) if is_theirs else None)


# ---- what was chosen


def _given(opened: Opened) -> Given:
    form = request.form
    to = next((each for each in people_on_offer(opened.actor, _given_model(opened.item)) if each.id == form.get("to", type=key)), None)
    return Given(
        until=asked.moment("until", opened.zone), text=form.get("text", ""), competitor=form.get("competitor", ""),
        amount=asked.amount("amount"), to=to,
    )


def _told(opened: Opened, given: Given) -> str:
    """What came of it: until when, to whom."""
    deed, kind = opened.link.deed, opened.link.subject
    detail = given.until.isoformat() if deed is Deed.STANDBY and given.until else str(given.to or "") if deed is Deed.ASSIGN else ""
    sentence = sentence_of(deed, kind, detail, Words(opened.user.time_zone))
    return str(gettext("%(what)s. It is in the history, with your name.", what=sentence))


def _form(opened: Opened, item: Item, refusal: Refusal | None = None) -> dict[str, Any]:
    deed = opened.link.deed
    fields = _fields(opened, item)
    for field in fields:
        field["value"] = request.form.get(field["name"], field.get("value", ""))
    return {"fields": fields, "submit": deed_of(opened.link), "error": say(refusal) if refusal else "", "deed": deed.value}


def _fields(opened: Opened, item: Item) -> list[dict[str, Any]]:
    text = {"name": "text", "is_required": True}
    match opened.link.deed:
        case Deed.STANDBY:
            at = moment_of(opened.link.hint) if opened.link.hint else tomorrow_morning(opened.zone)
            label = gettext("New day") if isinstance(item, Task) else gettext("Remind me on")
            return [{"name": "until", "label": label, "type": "datetime-local", "value": asked.local(at, opened.zone), "is_required": True}]
        case Deed.NOTE | Deed.CALL:
            return [{**text, "label": gettext("What happened?"), "type": "textarea"}]
        case Deed.ASSIGN:
            return [_people(opened, item)]
        case Deed.WON:
            deal = _deal(item)
            amount = Decimal(opened.link.hint).scaleb(-2) if opened.link.hint else None
            return final_amount(deal, amount, opened.actor) if deal else []
        case Deed.LOST:
            reason, deal = {**text, "label": gettext("Reason"), "type": "text"}, _deal(item)
            return [reason, *(rival(deal, opened.actor) if deal else ())]
        case Deed.CANCELLED:
            return [{**text, "label": gettext("Reason"), "type": "text"}]
        case _:
            return []


def _people(opened: Opened, item: Item) -> dict[str, Any]:
    """Whom it can be given to; with the fewest open opportunities first in line."""
    deal, people = _deal(item), people_on_offer(opened.actor, _given_model(item))
    first = least_loaded(deal, opened.actor) if deal else None
    return {"name": "to", "label": gettext("To whom"), "type": "select", "is_required": True, "value": str(first.id) if first else "",
            "options": [(str(each.id), str(each)) for each in people]}


def _given_model(item: Item | None) -> type[Any]:
    """What is given by the link: the record, or what its alert is about."""
    about = item.subject if isinstance(item, Alert) else item
    return type(about) if about is not None else Opportunity


def _deal(item: Item | None) -> Opportunity | None:
    if isinstance(item, Opportunity):
        return item
    return item.opportunity if item is not None else None


# ---- what is shown


def _about(opened: Opened) -> dict[str, Any]:
    """The record, for somebody who may see it."""
    item = opened.item
    if item is None:
        return {}
    deal = _deal(item)
    names: list[Any] = [gettext(LABELS[f"Rule.{item.rule.value}"])] if isinstance(item, Alert) else []
    is_title = deal is item or (isinstance(item, Alert) and deal is item.subject)
    names += [None if is_title else deal, deal.account if deal else None]
    title = str(item.subject or "") if isinstance(item, Alert) else item.title
    url = record_address(opened.link.subject, item.id)
    return {"title": title, "subtitle": " · ".join(str(each) for each in names if each), "url": url}


def _refused(opened: Opened, refusal: Refusal) -> Response:
    if refusal.code not in OVER and opened.item is not None:
        return _page(opened, 409, form=_form(opened, opened.item, refusal))
    used = mail_links.used_at(opened.link) if refusal.code == "link_used" else None
    sentence = gettext("This link was used: %(moment)s. It works once.", moment=Words(opened.user.time_zone).moment(used)) if used else say(refusal)
    status = {"link_void": 404, "forbidden": 403, "link_outdated": 409}.get(refusal.code, 410)
    return _page(opened, status, over=sentence)


def _nothing() -> Response:
    language = request.accept_languages.best_match(["fr", "pl", "en"]) or "en"
    with force_locale(language):
        return _drawn(404, language, title=gettext("This link does not work"), over=gettext(VOID), today_url=address("TodayView.list"))


def _page(opened: Opened, status: int = 200, **shown: Any) -> Response:
    shown.setdefault("about", _about(opened))
    title = gettext("This link does not work any more") if shown.get("over") else deed_of(opened.link)
    return _drawn(status, opened.user.language.value, title=title, who=str(opened.user), today_url=address("TodayView.list"), **shown)


def _drawn(status: int, language: str, **shown: Any) -> Response:
    with acting(SYSTEM):
        firm = db.session.get(Firm, 1)
    page = make_response(render_template("public/mail_link.html", language=language, organisation=firm.name if firm else "", **shown), status)
    page.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["X-Robots-Tag"] = "noindex"
    return cast(Response, without_cookie(page))
