"""The page of the morning summary, its preview, and the way out of it."""

from datetime import date
from functools import partial
from typing import Any

from flask import abort, render_template, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import force_locale, gettext
from flask_login import current_user
from sqlalchemy import select

from app.domain.summaries import Mine, Summary, Team, restored, without
from app.domain.workdays import local_day
from app.extensions import csrf, db
from app.models import Contact, Firm, Opportunity, SummarySubscription, User
from app.models.summaries import Edition
from app.operations.summaries import stop_summary
from app.outbound import summary as outbound
from app.outbound.compose import compose
from app.outbound.summary_words import EDITIONS, reading
from app.outbound.words import Part, Reading, Words
from app.permissions.actor import SYSTEM, acting, current_actor
from app.permissions.decide import actor_of, is_shown
from app.queries import summary as queries
from app.support import clock

KINDS: dict[Edition, type[Summary]] = {Edition.MINE: Mine, Edition.TEAM: Team}


class SummaryView(BaseView):
    """Everyone's own: there is no address for the summary of another person."""

    route_base = "/summary"
    class_permission_name = "Summary"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """As it stands now."""
        edition, today = _edition(), _today()
        return self._draw(queries.of(current_user, edition, today), edition, "")

    @expose("/<day>")
    @has_access
    @permission_name("list")
    def day(self, day: str) -> Any:
        """As it was sent on that day; for a day without a sending, what can still be said of it."""
        edition, chosen = _edition(), _day(day)
        subscription = queries.subscription_of(current_user, edition)
        sending = queries.sending_of(subscription.id, chosen) if subscription else None
        if sending is None:
            return self._draw(queries.of(current_user, edition, chosen), edition, "")
        words = Words(current_user.time_zone)
        sent_line = gettext("As it was sent: %(moment)s.", moment=words.moment(sending.created_at))
        return self._draw(restored(KINDS[edition], without(sending.figures, _untold())) if sending.figures else None, edition, sent_line, chosen)

    def _draw(self, summary: Summary | None, edition: Edition, sent_line: str, day: date | None = None) -> Any:
        self.update_redirect()
        read = reading(summary, name=current_user.first_name, zone=current_user.time_zone) if summary else None
        shown_day = Words(current_user.time_zone).day(summary.day if summary else day or _today())
        here: Any = partial(url_for, str(request.endpoint), **(request.view_args or {}))
        editions = [
            {"label": gettext(EDITIONS[each]), "url": here(edition=each.value), "is_current": each is edition}
            for each in _editions(current_user)
        ]
        return self.render_template(
            "summary.html", title=gettext("Summary"), day_line=shown_day, lead=read.lead if read else "", editions=editions,
            sections=[_numbers(read, edition), *map(_section, read.parts)] if read and read.lead else [],
            settings_url=url_for("MeView.list"), sent_line=sent_line,
        )

    @expose("/preview")
    @has_access
    @permission_name("list")
    def preview(self) -> Any:
        """The e-mail as it would go out now, in the language of the screen."""
        edition = _edition()
        subscription = queries.subscription_of(current_user, edition)
        if subscription is None:
            abort(404)
        summary = queries.of(current_user, edition, _today())
        mail = compose("summary", _locale(), **outbound.facts(summary, subscription, stop="#"))
        headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"}
        if request.args.get("text"):
            return mail.text, {"Content-Type": "text/plain; charset=utf-8"}
        return mail.html, headers

    @expose("/stop/<given>", methods=["GET", "POST"])
    @csrf.exempt
    def stop(self, given: str) -> Any:
        """Switch one edition off without signing in: asked first, or at once by a mail program (RFC 8058)."""
        reference = outbound.stopped_by(given)
        with acting(SYSTEM):
            query = select(SummarySubscription).where(SummarySubscription.public_ref == reference)
            subscription = db.session.scalars(query).one_or_none() if reference else None
            if subscription is None:
                abort(404)
            language, is_done = subscription.user.language.value, request.method == "POST"
            if is_done:
                stop_summary(subscription, actor=SYSTEM)
            firm = db.session.get(Firm, 1)
            with force_locale(language):
                return render_template(
                    "public/summary_stopped.html", language=language, organisation=firm.name if firm else "", is_done=is_done,
                    edition=gettext(EDITIONS[subscription.edition]),
                )


def _today() -> date:
    return local_day(clock.now(), current_user.time_zone)


def _day(text: str) -> date:
    """The day that an address names; 404 for what is no day, or has not begun."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    if day.year < 2000 or day > _today():
        abort(404)
    return day


def _editions(user: User) -> list[Edition]:
    actor = actor_of(user, db.session())
    return [Edition.MINE, Edition.TEAM] if actor.managed_team_ids or actor.sees_all else [Edition.MINE]


def _edition() -> Edition:
    wanted = request.args.get("edition", Edition.MINE.value)
    if wanted not in {each.value for each in _editions(current_user)}:
        abort(404)
    return Edition(wanted)


def _locale() -> str:
    from flask_babel import get_locale

    return str(get_locale() or "en")


def _untold() -> frozenset[str]:
    """What the reader may not know of the records that a summary speaks of."""
    actor = current_actor()
    fields = {"money": (Opportunity, "amount"), "phone": (Contact, "phones")}
    return frozenset(name for name, (model, column) in fields.items() if not is_shown(actor, model, column))


def _numbers(read: Reading, edition: Edition) -> dict[str, Any]:
    columns = [{"label": gettext("Figure"), "is_number": False}, {"label": gettext("Count"), "is_number": True},
               {"label": gettext("Amount"), "is_number": True}]
    is_mailed = queries.subscription_of(current_user, edition) is not None
    rows = [[number.label, str(number.count), number.money] for number in read.numbers]
    if "money" in _untold():
        columns, rows = columns[:2], [row[:2] for row in rows]
    return {"key": "numbers", "title": gettext("In short"), "columns": columns, "link": gettext("See the e-mail of today"),
            "url": url_for("SummaryView.preview", edition=edition.value) if is_mailed else None,
            "rows": rows}


def _section(part: Part) -> dict[str, Any]:
    """``part`` as the template of the page draws it."""
    section: dict[str, Any] = {"key": part.key, "title": part.title, "text": ". ".join(filter(None, [part.aside, part.text]))}
    if part.table:
        columns = [{"label": label, "is_number": bool(index)} for index, label in enumerate(part.table.columns)]
        table = {**section, "columns": columns, "rows": part.table.rows, "total": part.table.total}
        return {**table, "url": part.url, "link": part.link} if part.url else table
    labels = [gettext("What"), gettext("About")]
    rows = [[{"text": row.title, "url": row.url}, " · ".join(row.details)] for row in part.rows]
    if any(row.phone for row in part.rows):
        labels.append(gettext("Phone"))
        for cells, row in zip(rows, part.rows, strict=True):
            cells.append({"text": row.phone, "url": row.tel} if row.tel else row.phone)
    if any(row.late for row in part.rows):
        labels.append(gettext("Late"))
        for cells, row in zip(rows, part.rows, strict=True):
            cells.append({"text": row.late, "is_late": True})
    section |= {"columns": [{"label": label, "is_number": False} for label in labels], "rows": rows}
    return {**section, "url": part.url, "link": part.link} if part.url else section
