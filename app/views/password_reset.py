"""Forgotten passwords: a mail is asked for, and its link leads to a new one. Nobody learns here which names are known."""

from typing import Any

from flask import Response, abort, current_app, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo

from app.domain.errors import DomainError
from app.operations import password_resets
from app.permissions.actor import SYSTEM
from app.queries.password_resets import is_anybody_helped
from app.signin.attempts import RESET, RESET_NETWORK, TooManyAttempts, account_key, attempts, network_key, reset_key
from app.support.text import storable
from app.views.base import say
from app.views.sitting import network
from app.views.users import password_rule


class Forgotten(FlaskForm):
    name = StringField(lazy_gettext("User name or email address"), [DataRequired(lazy_gettext("Type the name or the address that you sign in with."))])


class Chosen(FlaskForm):
    password = PasswordField(lazy_gettext("New password"), [DataRequired()], description=password_rule())
    again = PasswordField(
        lazy_gettext("New password once more"), [EqualTo("password", message=lazy_gettext("The two passwords differ."))]
    )


def is_possible() -> bool:
    """Whether a mail can help: the firm sends mail, and somebody signs in with a password of ours."""
    return bool(current_app.config["SETTINGS"].smtp_host) and is_anybody_helped()


class PasswordResetView(BaseView):
    """No session is needed. Looking changes nothing, so programs that follow the links of mails use none up."""

    route_base = "/password"
    default_view = "ask"

    @expose("/forgotten", methods=["GET", "POST"])
    def ask(self) -> Any:
        if not is_possible():
            abort(404)
        form = Forgotten()
        if not form.validate_on_submit():
            return self._page("forgotten.html", form=form, is_sent="sent" in request.args)
        try:
            _ask(storable(form.name.data or "").strip()[:254])
        except TooManyAttempts as refusal:
            flash(say(refusal), "danger")
            answer = self._page("forgotten.html", 429, form=form)
            answer.headers["Retry-After"] = str(refusal.seconds)
            return answer
        return redirect(url_for("PasswordResetView.ask", sent=1))

    @expose("/new/<given>", methods=["GET", "POST"])
    def choose(self, given: str) -> Any:
        form = Chosen()
        try:
            password_resets.opened(given)
            if not form.validate_on_submit():
                return self._page("new_password.html", form=form)
            user = password_resets.choose(given, form.password.data or "", network(), actor=SYSTEM)
        except DomainError as refusal:
            if refusal.code == "reset_void":
                return self._page("new_password.html", 410, over=say(refusal), again_url=url_for("PasswordResetView.ask") if is_possible() else "")
            form.password.errors = [say(refusal)]
            return self._page("new_password.html", 409, form=form)
        attempts().forget(account_key("", user.id))
        flash(gettext("Your password is changed. Sign in with it."), "success")
        return redirect(url_for("AuthDBView.login"))

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        page = make_response(self.render_template(f"appbuilder/general/security/{template}", **values), status)
        page.headers["X-Robots-Tag"] = "noindex"
        return page


def _ask(name: str) -> None:
    """The same for every name: looked for, counted, written down; only a job knows more."""
    attempts().begin(reset_key(network_key(request.remote_addr)), RESET_NETWORK)
    user = password_resets.user_called(name)
    try:
        attempts().begin(reset_key(account_key(name, user.id if user else None)), RESET)
    except TooManyAttempts:
        user = None
    password_resets.ask(user, network(), actor=SYSTEM)
