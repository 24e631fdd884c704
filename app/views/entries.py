"""One line of history that finds its place later."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext

from app.extensions import db
from app.models import Engagement, TimelineEntry
from app.operations.timeline import move_to_engagement
from app.permissions.actor import current_actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.views.base import attempt, key, session_get


class EntryView(BaseView):
    route_base = "/entryview"
    class_permission_name = "TimelineEntry"
    default_view = "move"

    @expose("/move/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def move(self, pk: Any) -> Any:
        """From the person alone to the engagement that the form names."""
        entry = session_get(TimelineEntry, pk)
        require(current_actor(), Action.WRITE, entry)
        chosen = request.form.get("engagement", type=key)
        engagement = db.session.get(Engagement, chosen) if chosen else None
        if engagement is None:
            flash(gettext("Choose an engagement from the list."), "danger")
        else:
            said = gettext("Added to the history of “%(name)s”.", name=engagement)
            attempt(lambda: move_to_engagement(entry, engagement, actor=current_actor()), said)
        return redirect(url_for("ContactView.show", pk=entry.contact_id) if entry.contact_id else url_for("TodayView.list"))
