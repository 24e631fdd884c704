"""The pages of signing in: the password, then the code of whoever has a second factor."""

import hashlib
from typing import Any

from flask import flash, make_response, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import lazy_gettext
from flask_login import current_user, logout_user
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from app.domain.errors import DomainError
from app.extensions import db
from app.models import User
from app.operations import second_factor, sign_in, users
from app.permissions.actor import SYSTEM, current_actor
from app.queries.identities import offered
from app.queries.passkeys import has_passkey
from app.queries.sessions import factor_of
from app.signin import passkeys
from app.signin.attempts import FACTOR, NETWORK, TooManyAttempts, attempts, factor_key, network_key
from app.support import clock
from app.views import viewing
from app.views.base import say
from app.views.password_reset import is_possible
from app.views.sitting import enter, network, sitting_id

PENDING, PATIENCE = "half_signed_in", 600  # seconds between the password and the code


class CodeForm(FlaskForm):
    code = StringField(lazy_gettext("Code of your app, or a recovery code"), validators=[DataRequired()])


class KurierAuthView(AuthDBView):
    title = lazy_gettext("Sign in")

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> Any:
        if current_user.is_authenticated:
            return redirect(self._get_safe_next_url())
        form = LoginForm_db()
        if not form.validate_on_submit():
            return self._draw("appbuilder/general/security/login_db.html", form)
        try:
            user = self.appbuilder.sm.auth_user_db(form.username.data, form.password.data)
        except TooManyAttempts as refusal:
            return self._draw("appbuilder/general/security/login_db.html", form, refusal)
        target = get_safe_redirect(request.args.get("next", ""))
        if not user:
            flash(str(self.invalid_login_message), "warning")
            return redirect(self.appbuilder.get_url_for_login_with(target))
        return go_on(user, "password", target)

    @expose("/login/second/", methods=["GET", "POST"])
    @no_cache
    def second(self) -> Any:
        """The code. It asks nothing about a browser that has not given a right password within the last minutes."""
        user = half_signed_in()
        if user is None:
            session.pop(PENDING, None)
            return redirect(url_for("AuthDBView.login"))
        form = CodeForm()
        if not form.validate_on_submit():
            return self._draw("appbuilder/general/security/login_second.html", form)
        try:
            how = prove(user, form.code.data or "")
        except TooManyAttempts as refusal:
            return self._draw("appbuilder/general/security/login_second.html", form, refusal)
        except DomainError as refusal:
            form.code.errors = [say(refusal)]
            return self._draw("appbuilder/general/security/login_second.html", form)
        target = session[PENDING]["next"]
        enter(user, how)
        return redirect(target)

    @expose("/logout/")
    def logout(self) -> Any:
        here = sitting_id()
        if current_user.is_authenticated and here:
            actor = viewing.viewer() or current_actor()
            viewing.stop()
            sign_in.note_signed_out(db.session.get_one(User, actor.id), here, actor=actor)
        logout_user()
        session.clear()
        return redirect(self.appbuilder.get_url_for_index)

    def _draw(self, template: str, form: Any, refusal: TooManyAttempts | None = None) -> Any:
        if refusal:
            flash(say(refusal), "danger")
        answer = make_response(self.render_template(template, title=self.title, form=form, appbuilder=self.appbuilder, **_other_ways()))
        if refusal:
            answer.status_code, answer.headers["Retry-After"] = 429, str(refusal.seconds)
        return answer


def go_on(user: User, how: str, target: str) -> Any:
    """``user`` is who they say, by ``how``: in they come, or on to the second factor that they have."""
    if not second_factor.has_factor(user):
        enter(user, how)
        return redirect(target)
    session.clear()
    session[PENDING] = {"user": user.id, "at": int(clock.now().timestamp()), "next": target, "stamp": _stamp(user)}
    session["locale"] = str(user.language.value)
    return redirect(url_for("AuthDBView.second"))


KurierAuthView.__name__ = "AuthDBView"  # view names are permission keys


def _other_ways() -> dict[str, Any]:
    """Passkeys, and providers to sign in at, with the way back to the page that was asked for."""
    target = request.args.get("next", "") or None
    half = half_signed_in()
    return {"forgotten_url": url_for("PasswordResetView.ask") if is_possible() else "",
            "passkey_url": url_for("PasskeySignInView.prove", next=target) if passkeys.is_possible() else "", "has_app": has_app(half),
            "has_passkey": half is not None and has_passkey(half.id),
            "providers": [(one.name, url_for("OidcView.begin", pk=one.id, next=target)) for one in offered()]}  # fmt: skip


def has_app(user: User | None) -> bool:
    """Whether the codes of an app are what ``user`` is asked for."""
    factor = factor_of(user) if user else None
    return factor is not None and factor.confirmed_at is not None


def half_signed_in() -> User | None:
    """Who gave the right password in this browser just now, and still has that one."""
    pending = session.get(PENDING) or {}
    if not pending or clock.now().timestamp() - pending["at"] > PATIENCE:
        return None
    user = db.session.get(User, pending["user"])
    return user if user and user.active and _stamp(user) == pending["stamp"] else None


def prove(user: User, code: str) -> str:
    """How ``code`` is right: "code" or "recovery code". Raises ``DomainError`` when it is wrong or the attempts are used up."""
    key, net = factor_key(user.id), network_key(request.remote_addr)
    attempts().begin(net, NETWORK)
    is_last = attempts().begin(key, FACTOR)
    how = second_factor.passes(user, code, actor=SYSTEM)
    if how:
        attempts().forget(key)
        attempts().give_back(net)
        return how
    if is_last:
        users.note_locked(user, network(), actor=SYSTEM)
    raise DomainError("wrong_code", second_factor.NOT_RIGHT)


def _stamp(user: User) -> str:
    """Changes with the password; says nothing of it, as a browser can read what it carries."""
    return hashlib.sha256(f"half:{user.password}".encode()).hexdigest()[:16]
