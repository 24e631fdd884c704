"""FAB's own SecurityManager: its writes are listed here and given the transaction that SQLite needs."""

from typing import Any

from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.views import AuthDBView, ResetMyPasswordView, ResetPasswordView, RoleModelView, UserInfoEditView
from flask_babel import lazy_gettext

from app.extensions import db
from app.models.engine import begin_writing
from app.views.users import UserDBModelView
from app.views.widgets import NativeForm, NativeWidgets


class KurierAuthView(AuthDBView):
    title = lazy_gettext("Sign in")


KurierAuthView.__name__ = "AuthDBView"  # view names are permission keys


class _Role(NativeWidgets, RoleModelView):
    pass


class _ResetMine(NativeForm, ResetMyPasswordView):
    pass


class _Reset(NativeForm, ResetPasswordView):
    pass


class _InfoEdit(NativeForm, UserInfoEditView):
    pass


_Role.__name__, _ResetMine.__name__, _Reset.__name__, _InfoEdit.__name__ = (
    "RoleModelView", "ResetMyPasswordView", "ResetPasswordView", "UserInfoEditView"
)


class KurierSecurityManager(SecurityManager):
    """Log-ins, password changes and the roles' permissions are FAB's; users are written by ``operations/users``."""

    userdbmodelview = UserDBModelView
    authdbview = KurierAuthView
    rolemodelview = _Role
    resetmypasswordview = _ResetMine
    resetpasswordview = _Reset
    userinfoeditview = _InfoEdit

    def _writing(self) -> None:
        if not db.session().info.get("atomic"):
            begin_writing(db.session())

    def update_user_auth_stat(self, user: Any, success: bool = True) -> None:
        key = user.id
        self._writing()
        super().update_user_auth_stat(self.get_user_by_id(key), success)

    def reset_password(self, userid: Any, password: str) -> None:
        self._writing()
        super().reset_password(userid, password)

    def update_user(self, user: Any) -> Any:
        return super().update_user(user)
