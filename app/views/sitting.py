"""The session of a request: begun anew at each sign-in, asked for at each request, noted as used every few minutes."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, flash, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user

from app.domain.devices import device_of
from app.domain.errors import DomainError
from app.extensions import db
from app.models import User
from app.operations import sign_in
from app.permissions.actor import current_actor
from app.permissions.decide import actor_of
from app.queries import sessions
from app.signin.attempts import network_key
from app.support import clock
from app.support.i18n import N_
from app.views import viewing

KEY = "sid"
TOUCHED_EVERY = timedelta(minutes=5)
SILENT_AFTER = timedelta(minutes=15)  # most jobs of the clock begin each minute, and one may take five
# What opens for somebody who has to set up a second factor first.
FIRST = ("SecondFactorView.", "ShellView.", "PasskeyView.", "AuthDBView.", "LocaleView.", "static", "bootstrap.static", "appbuilder.static")


def me() -> User:
    """Whoever is signed in, as the session of the database has them."""
    return db.session.get_one(User, current_user.id)


def network() -> str:
    """Where the request comes from, as sessions and the audit name it."""
    return network_key(request.remote_addr).removeprefix("net:")


def user_of_cookie(user_id: int) -> User | None:
    """For the loader of users: None signs the browser out."""
    found = sessions.user_of(user_id, session.get(KEY, ""))
    g.sitting = found[1] if found else None
    return viewing.eyes_of(found[0]) if found else None


def sitting_id() -> int | None:
    """The number of the session of this request."""
    here = g.get("sitting")
    return here.id if here else None


def rights_version() -> int | None:
    """The number of the last change of rights, as the statement that found the session read it."""
    here = g.get("sitting")
    return here.rights_version if here else None


def directory_version() -> int | None:
    """The number of the last change of what mail is compared with, read in the same way."""
    here = g.get("sitting")
    return here.directory_version if here else None


def silent_since() -> datetime | None:
    """For an administrator: since when no job of the clock has begun, once that is long; None where one never did."""
    here = g.get("sitting")
    if here is None or here.ticked_at is None or clock.now() - here.ticked_at < SILENT_AFTER or not current_actor().sees_all:
        return None
    ticked_at: datetime = here.ticked_at
    return ticked_at


def require_fresh() -> None:
    """Raise unless this session began a moment ago: a screen left alone must not become an account taken over."""
    if not sessions.is_fresh(sitting_id()):
        raise DomainError("not_fresh", N_("Sign out and in again first: this is done within ten minutes of signing in, so that it is surely you."))


def enter(user: User, how: str, *, has_factor: bool = False) -> None:
    """Sign ``user`` in: what the browser carried before is thrown away, so that nobody can have planted it."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    device = device_of(request.user_agent.string)
    session[KEY] = sign_in.begin_session(user, device, network(), how, has_factor=has_factor, actor=actor_of(user, db.session()))
    login_user(user, remember=False)


def _finish_set_up() -> Any:
    here = g.get("sitting")
    if current_user.is_authenticated and here and here.must_set_up and not (request.endpoint or "").startswith(FIRST):
        flash(gettext("Your administrator asks for a second factor. Set it up, then everything opens."), "warning")
        return redirect(url_for("SecondFactorView.show"))
    return None


def _touch(response: Any) -> Any:
    here = g.get("sitting")
    if here and clock.now() - here.last_seen_at > TOUCHED_EVERY:
        sign_in.touch_session(here.id, actor=current_actor())
    return response


def register(app: Flask) -> None:
    """Arm ``app``'s requests."""
    app.before_request(_finish_set_up)
    app.after_request(_touch)
    app.jinja_env.globals["silent_since"] = silent_since
