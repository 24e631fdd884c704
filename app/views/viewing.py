"""View as: an administrator sees the pages as somebody else sees them. Nothing can be changed, and what is that person's alone stays shut."""

from dataclasses import replace
from typing import Any

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.domain.errors import Forbidden
from app.extensions import db
from app.models import User
from app.operations import viewing
from app.permissions.actor import Actor, Level
from app.permissions.decide import actor_of
from app.support.i18n import N_

KEY = "view_as"
ONLY_READ = N_("You are looking with the eyes of somebody else: nothing can be changed. Stop looking first.")
CLOSED = N_("Settings, sessions, tokens and passwords are nobody else’s to see, not even while you look with their eyes.")
NO_FILES = N_("You are looking with the eyes of somebody else: pages can be read, files and exports stay here. Stop looking first, then fetch them yourself.")
READING = ("GET", "HEAD", "OPTIONS")
WAYS_OUT = ("ViewAsView.stop", "AuthDBView.logout")
SHUT = ("AuthDBView.", "ResetMyPasswordView.", "OidcView.", "PasskeySignInView.", "ProviderSignInView.")
OWN = "Me"  # the permission of the pages about oneself: settings, sessions, second factor, tokens, passkeys


def viewer() -> Actor | None:
    """The administrator who looks with the eyes of ``current_user`` in this request; None where everybody is who they are."""
    found: Actor | None = g.get("viewer")
    return found


def eyes_of(user: User) -> User:
    """Whose pages ``user``, who is signed in, is shown: their own, or those of whom they look as."""
    wanted = session.get(KEY)
    if not wanted:
        return user
    actor, other = actor_of(user, db.session()), db.session.get(User, wanted)
    if other is not None and actor.level is Level.ADMINISTRATOR and actor_of(other, db.session()).id is not None:
        g.viewer = actor
        return other
    session.pop(KEY)
    if other is not None:
        viewing.end_view(other, actor=actor)
    return user


def looking(actor: Actor) -> Actor:
    """``actor`` as the operations are to know them: nothing is written for somebody who only looks."""
    return replace(actor, is_looking=True) if viewer() else actor


def begin(user: User, *, actor: Actor) -> None:
    """From the next request on."""
    viewing.begin_view(user, actor=actor)
    session[KEY] = user.id


def stop() -> User | None:
    """From the next request on everybody is who they are again; returns whose eyes they were."""
    actor, user = viewer(), db.session.get(User, session.pop(KEY, 0))
    if actor is None or user is None:
        return None
    viewing.end_view(user, actor=actor)
    return user


def _only_look() -> None:
    endpoint = request.endpoint or ""
    if viewer() is None or endpoint in WAYS_OUT or endpoint.endswith("static"):
        return
    if request.method not in READING:
        raise Forbidden(ONLY_READ)
    view = next((each for each in current_app.appbuilder.baseviews if each.endpoint == endpoint.partition(".")[0]), None)  # type: ignore[attr-defined]
    if endpoint.startswith(SHUT) or getattr(view, "class_permission_name", "") == OWN:
        raise Forbidden(CLOSED)


def looked_as() -> str:
    """For the banner of every page: the name of the person; empty where everybody is who they are."""
    return str(current_user) if viewer() else ""


class ViewAsView(BaseView):
    route_base = "/view-as"
    class_permission_name = "ViewAs"
    default_view = "stop"

    @expose("/stop", methods=["POST"])
    def stop(self) -> Any:
        """Open to whoever looks, whatever the person may whose eyes they are."""
        user = stop()
        if user is None:
            return redirect(self.appbuilder.get_url_for_index)
        flash(gettext("You see with your own eyes again."), "success")
        return redirect(url_for("UserDBModelView.show", pk=user.id))


def register(app: Flask) -> None:
    """Arm ``app``'s requests; called once it is known who acts."""
    app.before_request(_only_look)
    app.jinja_env.globals["looked_as"] = looked_as
