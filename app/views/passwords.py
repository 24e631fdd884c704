"""One's own new password: the present one is asked for, the rule stands beside the field."""

from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.security.views import ResetMyPasswordView
from flask_babel import lazy_gettext
from flask_login import current_user
from werkzeug.security import check_password_hash
from wtforms import BooleanField, PasswordField
from wtforms.validators import DataRequired, EqualTo

from app.domain.errors import DomainError
from app.extensions import db
from app.models import User
from app.operations import users
from app.permissions.actor import current_actor
from app.signin.attempts import ACCOUNT, TooManyAttempts, account_key, attempts
from app.views.base import say
from app.views.sitting import sitting_id
from app.views.users import password_rule
from app.views.widgets import NativeForm


class NewPassword(DynamicForm):
    present = PasswordField(lazy_gettext("Present password"), validators=[DataRequired()], widget=BS3PasswordFieldWidget(),
                            render_kw={"autocomplete": "current-password"})
    password = PasswordField(lazy_gettext("New password"), validators=[DataRequired()], widget=BS3PasswordFieldWidget(),
                             description=password_rule(), render_kw={"autocomplete": "new-password"})
    conf_password = PasswordField(
        lazy_gettext("New password once more"), widget=BS3PasswordFieldWidget(), render_kw={"autocomplete": "new-password"},
        validators=[EqualTo("password", message=lazy_gettext("The two passwords differ."))],
    )
    tokens = BooleanField(
        lazy_gettext("Revoke my tokens for programs too"), default=True,
        description=lazy_gettext("Whoever knows your password may have made one. Programs that use yours need a new one afterwards."),
    )


class ResetMine(NativeForm, ResetMyPasswordView):
    """FAB's address and permission; the name is a permission key."""

    form = NewPassword
    form_columns = ("present", "password", "conf_password", "tokens")  # FAB would remember those of the first request, its token with them
    form_title = lazy_gettext("Change my password")
    message = lazy_gettext("Your password is changed. Everywhere else you are signed out.")

    def form_post(self, form: Any) -> Any:
        me = db.session.get_one(User, current_user.id)
        if not self._knows(me, form):
            return self._again(form)
        try:
            users.change_password(me, form.password.data, but=sitting_id(), keeps_tokens=not form.tokens.data, actor=current_actor())
        except DomainError as refusal:
            form.password.errors = [say(refusal)]
            return self._again(form)
        flash(self.message, "success")
        return redirect(url_for("MeView.list"))

    def _knows(self, me: User, form: Any) -> bool:
        """Whether the present password is right: a screen left alone must not become an account taken over."""
        key = account_key("", me.id)
        try:
            attempts().begin(key, ACCOUNT)
        except TooManyAttempts as refusal:
            form.present.errors = [say(refusal)]
            return False
        if not check_password_hash(me.password, form.present.data):
            form.present.errors = [lazy_gettext("This is not your present password.")]
            return False
        attempts().forget(key)
        return True

    def _again(self, form: Any) -> Any:
        return self.render_template(
            self.form_template, title=self.form_title, widgets=self._get_edit_widget(form=form), appbuilder=self.appbuilder
        )


ResetMine.__name__ = "ResetMyPasswordView"
