"""FAB's own SecurityManager: what opens is asked of ``permissions``.

The one write that is left to it, the count of sign-ins, gets the transaction that SQLite needs.
"""

from functools import cached_property
from typing import Any

from flask import has_request_context, request
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_babel import lazy_gettext

from app.extensions import db
from app.models import User
from app.models.engine import begin_writing
from app.operations import users
from app.operations.setup import layout_of
from app.permissions.actor import SYSTEM, current_actor
from app.permissions.pages import entries, opens, powers
from app.signin.attempts import ACCOUNT, NETWORK, account_key, attempts, network_key
from app.views import sitting
from app.views.access import AccessView
from app.views.api.bearer import is_api
from app.views.base import OperationInterface
from app.views.passwords import ResetMine
from app.views.profiles import ProfileView, RoleView
from app.views.sign_in import KurierAuthView
from app.views.teams import PrivilegeView, TeamView
from app.views.users import UserDBModelView

OF_TEAMS = {"Teams", "Special privileges"}  # menu entries that a firm without teams has no use for
OF_COLLECTORS = {"My results"}  # whoever steers has the state of orders


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
        area = {"category": "Security", "category_icon": "fa-cogs", "category_label": lazy_gettext("People and rights")}
        self.user_view = add.add_view(
            self.userdbmodelview, "List Users", label=lazy_gettext("Users"), icon="person", **area
        )
        for page, name, label, icon in (
            (TeamView, "Teams", lazy_gettext("Teams"), "diagram-3"),
            (RoleView, "List Roles", lazy_gettext("Roles"), "person-gear"),
            (ProfileView, "Profiles", lazy_gettext("Permission profiles"), "ui-checks"),
            (PrivilegeView, "Special privileges", lazy_gettext("Special privileges"), "key"),
            (AccessView, "Access", lazy_gettext("Access of a person"), "person"),
        ):
            add.add_view(page, name, label=label, icon=icon, **area)

    def _has_view_access(self, user: Any, permission_name: str, view_name: str) -> bool:
        actor = current_actor()
        return actor.sees_all or actor.id is not None and opens(powers(actor), permission_name, view_name)

    def _get_user_permission_view_menus(self, user: Any, permission_name: str, view_menus_name: list[str]) -> set[str]:
        actor = current_actor()
        if actor.sees_all:
            return set(view_menus_name) - OF_COLLECTORS - (set() if actor.has_teams else OF_TEAMS)
        if actor.id is None:
            return set()
        menu, areas = self._layout
        return entries(powers(actor), menu, areas) & set(view_menus_name)

    @cached_property
    def _layout(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        return layout_of(self.appbuilder)

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
