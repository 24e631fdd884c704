"""FAB's own SecurityManager: the one write that is left to it, the count of sign-ins, gets the transaction that SQLite needs."""

from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.views import AuthDBView, ResetMyPasswordView
from flask_babel import lazy_gettext
from flask_login import current_user

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Role, User
from app.models.engine import begin_writing
from app.operations import users
from app.permissions.actor import SYSTEM, current_actor
from app.views.base import CrmView, OperationInterface, say
from app.views.formats import role
from app.views.users import UserDBModelView
from app.views.widgets import NativeForm


class KurierAuthView(AuthDBView):
    title = lazy_gettext("Sign in")


KurierAuthView.__name__ = "AuthDBView"  # view names are permission keys


class RoleView(CrmView):
    """To read: what a role may do is said by ``permissions/rights``, and written by ``flask crm setup``."""

    datamodel = OperationInterface(Role)
    route_base = "/roles"
    base_permissions = ["can_list", "can_show"]
    can_archive = False
    list_title, show_title = lazy_gettext("Roles"), lazy_gettext("Role")
    list_columns = order_columns = search_columns = ["name"]
    base_order = ("name", "asc")
    show_columns = ["name", "permissions"]
    formatters_columns = {"name": role}
    label_columns = {"name": lazy_gettext("Name"), "permissions": lazy_gettext("Permissions")}


class _ResetMine(NativeForm, ResetMyPasswordView):
    def form_post(self, form: Any) -> Any:
        try:
            users.change_password(db.session.get(User, current_user.id), form.password.data, actor=current_actor())
        except DomainError as refusal:
            form.password.errors = [say(refusal)]
            return self.render_template(
                self.form_template, title=self.form_title, widgets=self._get_edit_widget(form=form), appbuilder=self.appbuilder
            )
        flash(self.message, "success")
        return redirect(url_for("MeView.list"))


_ResetMine.__name__ = "ResetMyPasswordView"


class KurierSecurityManager(SecurityManager):
    """Signing in is FAB's; users and passwords are written by ``operations/users``, roles by ``operations/setup``."""

    userdbmodelview = UserDBModelView
    authdbview = KurierAuthView
    resetmypasswordview = _ResetMine

    def register_views(self) -> None:
        """Sign-in, passwords, users and roles. FAB's API, groups, charts and self-service form have no door here."""
        add = self.appbuilder
        self.auth_view = self.authdbview()
        for view in (self.auth_view, self.resetmypasswordview()):
            add.add_view_no_menu(view)
        if self.is_auth_limited:  # only now has the view a blueprint
            self.limiter.limit(self.auth_rate_limit, methods=["POST"])(self.auth_view.blueprint)
        self.userdbmodelview.datamodel = OperationInterface(User)  # FAB has put its own there
        security = lazy_gettext("Security")
        self.user_view = add.add_view(
            self.userdbmodelview, "List Users", label=lazy_gettext("Users"), icon="person", category="Security", category_icon="fa-cogs",
            category_label=security,
        )
        add.add_view(
            RoleView, "List Roles", label=lazy_gettext("Roles"), icon="person-gear", category="Security", category_icon="fa-cogs",
        )

    def _writing(self) -> None:
        if not db.session().info.get("atomic"):
            begin_writing(db.session())

    def update_user_auth_stat(self, user: Any, success: bool = True) -> None:
        key = user.id
        if not success:
            users.note_refused_sign_in(user, actor=SYSTEM)
        self._writing()
        super().update_user_auth_stat(self.get_user_by_id(key), success)

