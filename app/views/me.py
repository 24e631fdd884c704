"""My own page: my CRM address, my language and time zone, my morning summary."""

from datetime import time
from typing import Any
from zoneinfo import available_timezones

from flask import Response, flash, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, to_user_timezone
from flask_login import current_user

from app.domain.errors import DomainError
from app.domain.labels import LABELS, label
from app.domain.languages import Language
from app.models import SummarySubscription, UserSession
from app.models.summaries import Edition
from app.operations import records, second_factor, sign_in, users
from app.permissions.actor import Level, current_actor
from app.queries.people import knows_the_house
from app.queries.sessions import sessions_of
from app.queries.users import addresses_of, subscriptions_of
from app.support.dates import is_zone
from app.support.i18n import N_
from app.views.asked import Refused, url_if
from app.views.base import drawn, is_key, key, say
from app.views.days import format_date
from app.views.formats import moment
from app.views.sitting import me, sitting_id
from app.views.start import choices as start_choices


class MeView(BaseView):
    route_base = "/me"
    class_permission_name = "Me"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Response:
        self.update_redirect()
        return _draw()

    @expose("/address", methods=["POST"])
    @has_access
    @permission_name("list")
    def address(self) -> Any:
        """A new secret address; the old one still works for two weeks."""
        return _settle("address", lambda: users.renew_secret_address(me(), actor=current_actor()),
                       gettext("You have a new address. The old one still works for %(days)s days.", days=users.GRACE_DAYS))

    @expose("/habits", methods=["POST"])
    @has_access
    @permission_name("list")
    def habits(self) -> Any:
        """Language and time zone."""

        def change() -> None:
            language, zone = request.form.get("language", ""), request.form.get("time_zone", "").strip()
            if not is_zone(zone):
                raise DomainError("no_zone", N_("There is no such time zone. Write one like Europe/Warsaw."))
            users.set_habits(me(), Language(language) if language in set(Language) else me().language, zone, actor=current_actor())
            session["locale"] = str(me().language.value)

        return _settle("habits", change, "")

    @expose("/start", methods=["POST"])
    @has_access
    @permission_name("list")
    def start(self) -> Any:
        """The page that I begin with."""
        wanted = request.form.get("start_page", "")

        def change() -> None:
            if wanted not in dict(start_choices()):
                raise DomainError("no_start", N_("Choose a page of the list."))
            users.set_start(me(), wanted, actor=current_actor())

        return _settle("start", change, gettext("You begin there from now on."))

    @expose("/summary", methods=["POST"])
    @has_access
    @permission_name("list")
    def summary(self) -> Any:
        """One edition of the morning summary: whether, and at what hour."""

        def change() -> None:
            edition = next((e for e in editions() if e.value == request.form.get("edition")), Edition.MINE)
            values = {"send_at": _hour(request.form.get("send_at", "")), "is_active": request.form.get("is_active") == "y"}
            known = subscriptions_of(me()).get(edition)
            if known is None:
                records.create(SummarySubscription, {**values, "user_id": current_user.id, "edition": edition}, actor=current_actor())
            else:
                records.update(known, values, actor=current_actor())

        return _settle("summary", change, gettext("Saved."))


    @expose("/sessions", methods=["POST"])
    @has_access
    @permission_name("list")
    def sessions(self) -> Any:
        """Sign out one browser of mine, or all but this one."""
        wanted = request.form.get("session", "")

        def change() -> None:
            if wanted == "others":
                sign_in.end_sessions(me(), but=sitting_id(), actor=current_actor())
            else:
                sign_in.end_session(me(), key(wanted) if is_key(wanted) else 0, actor=current_actor())

        return _settle("sessions", change, gettext("Signed out there."))


def editions() -> list[Edition]:
    """The editions that the acting person may have."""
    manages = current_actor().level in (Level.TEAM_MANAGER, Level.ADMINISTRATOR)
    return [Edition.MINE, Edition.TEAM] if manages else [Edition.MINE]


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise DomainError("bad_hour", N_("This is no hour. Write it like 7:30.")) from error


def _settle(name: str, operation: Any, done: str) -> Any:
    try:
        operation()
    except DomainError as refusal:
        return _draw(Refused(name, say(refusal), request.form.to_dict()))
    if done:
        flash(done, "success")
    return redirect(url_for("MeView.list"))


def _draw(refused: Refused | None = None) -> Response:
    user = me()
    typed = refused.values if refused and refused.act == "habits" else {}
    current, old = addresses_of(user)
    return drawn(
        "me.html", is_refused=refused is not None, title=gettext("My settings"),
        address=current.address if current else None,
        since=format_date(to_user_timezone(current.created_at), "long") if current else "", received=current.received if current else 0,
        old=[(one.address, format_date(to_user_timezone(one.valid_until), "long")) for one in old if one.valid_until],
        languages=[(one.value, LABELS[f"Language.{one.value}"]) for one in Language],
        language=typed.get("language", user.language.value), time_zone=typed.get("time_zone", user.time_zone),
        zones=sorted(z for z in available_timezones() if z.startswith(("Europe/", "Atlantic/", "America/", "Indian/", "Pacific/"))),
        starts=start_choices(), start_page=user.start_page,
        editions=[_edition(e, refused) for e in editions()], refused=refused,
        sessions=[_session(one) for one in sessions_of(user)], has_factor=second_factor.has_factor(user),
        deputies_url=url_for("WorkView.person", person=user.id) if knows_the_house() else None,
        work_url=url_for("WorkView.list") if len(editions()) > 1 else None,
        factor_url=url_for("SecondFactorView.show"), tokens_url=url_for("ApiTokenView.show"),
        calendar_url=url_for("CalendarFeedView.show"), passkeys_url=url_for("PasskeyView.show"),
        password_url=url_if("ResetMyPasswordView.this_form_get"),
    )


def _session(one: UserSession) -> dict[str, Any]:
    return {
        "id": one.id, "is_here": one.id == sitting_id(), "device": one.device or gettext("Unknown device"), "network": one.network,
        "since": moment(one.created_at), "seen": moment(one.last_seen_at),
    }


def _edition(edition: Edition, refused: Refused | None) -> dict[str, Any]:
    known = subscriptions_of(me()).get(edition)
    typed = refused.values if refused and refused.act == "summary" and refused.values.get("edition") == edition.value else None
    return {
        "value": edition.value, "label": gettext(label(edition)),
        "send_at": typed.get("send_at", "") if typed else f"{(known.send_at if known else time(7, 30)):%H:%M}",
        "is_active": typed.get("is_active") == "y" if typed else bool(known and known.is_active),
    }
