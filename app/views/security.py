"""FAB's own SecurityManager: the one write that is left to it, the count of sign-ins, gets the transaction that SQLite needs."""

from typing import Any

from flask import has_request_context, request
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_babel import lazy_gettext

from app.extensions import db
from app.models import Role, User
from app.models.engine import begin_writing
from app.operations import users
from app.permissions.actor import SYSTEM
from app.signin.attempts import ACCOUNT, NETWORK, account_key, attempts, network_key
from app.views import sitting
from app.views.api.bearer import is_api
from app.views.base import CrmView, OperationInterface
from app.views.formats import role
from app.views.passwords import ResetMine
from app.views.sign_in import KurierAuthView
from app.views.users import UserDBModelView


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


class KurierSecurityManager(SecurityManager):
    """Signing in is FAB's; users and passwords are written by ``operations/users``, roles by ``operations/setup``."""

    userdbmodelview = UserDBModelView
    authdbview = KurierAuthView
    resetmypasswordview = ResetMine

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

    def load_user(self, pk: Any) -> Any:
        """The user of the cookie, while the session that it names goes on; at once nobody when it, or the account, has ended."""
        return None if is_api() else sitting.user_of_cookie(int(pk))

    def auth_user_db(self, username: Any, password: Any) -> Any:
        """FAB's check of the password, behind the counts of account and network. Raises ``TooManyAttempts``: every door meets it."""
        name = (username or "").strip()
        known = self.find_user(username=name) or self.find_user(email=name.lower()) if name else None
        account, network = account_key(name, known.id if known else None), network_key(request.remote_addr)
        attempts().begin(network, NETWORK)
        is_last = attempts().begin(account, ACCOUNT)
        user = super().auth_user_db(known.username if known else name, password)
        if user:
            attempts().forget(account)
            attempts().give_back(network)
        elif is_last and known:
            users.note_locked(self.get_user_by_id(known.id), _network(), actor=SYSTEM)
        return user

    def _writing(self) -> None:
        if not db.session().info.get("atomic"):
            begin_writing(db.session())

    def update_user_auth_stat(self, user: Any, success: bool = True) -> None:
        key = user.id
        if not success:
            users.note_refused_sign_in(user, _network(), actor=SYSTEM)
        self._writing()
        super().update_user_auth_stat(self.get_user_by_id(key), success)



def _network() -> str:
    return network_key(request.remote_addr).removeprefix("net:") if has_request_context() else ""
