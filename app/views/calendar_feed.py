"""My calendar address: made, renewed and revoked on its page; read by calendar programs."""

from typing import Any

from flask import Response, abort, flash, redirect, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext

from app.domain.errors import DomainError
from app.extensions import db
from app.operations import calendar_feeds
from app.outbound.calendars import calendar_of
from app.outbound.words import address
from app.permissions.actor import SYSTEM, acting, current_actor
from app.permissions.decide import actor_of
from app.queries import calendars
from app.support import clock
from app.views.base import drawn, say
from app.views.sitting import me, require_fresh


class CalendarFeedView(BaseView):
    route_base = "/calendar"
    class_permission_name = "Me"
    default_view = "show"

    @expose("/")
    @has_access
    @permission_name("list")
    def show(self) -> Any:
        return _draw()

    @expose("/renew", methods=["POST"])
    @has_access
    @permission_name("list")
    def renew(self) -> Any:
        """A new address; it stands in this answer and nowhere else."""
        try:
            require_fresh()
            secret = calendar_feeds.renew_feed(me(), actor=current_actor())
        except DomainError as refusal:
            return _draw(refusal)
        return _draw(made=address("CalendarFeedView.feed", given=secret))

    @expose("/revoke", methods=["POST"])
    @has_access
    @permission_name("list")
    def revoke(self) -> Any:
        """The address opens nothing any more."""
        calendar_feeds.revoke_feed(me(), actor=current_actor())
        flash(gettext("The address is revoked. Calendars that use it get nothing any more."), "success")
        return redirect(url_for("CalendarFeedView.show"))

    @expose("/<given>.ics")
    def feed(self, given: str) -> Response:
        """The calendar of whoever the address belongs to, with their rights of this moment; 404 for any other address."""
        with acting(SYSTEM):
            found = calendars.feed_behind(given) or abort(404)
            user = found.user
            reader = actor_of(user, db.session())
        if not reader.held.scopes and not reader.sees_all:
            abort(404)
        with acting(reader) as actor:
            content = calendar_of(user, calendars.days_of(actor, clock.now()))
        calendar_feeds.note_read(found, actor=SYSTEM)
        return Response(content, content_type="text/calendar; charset=utf-8", headers={
            "Cache-Control": "private, max-age=300", "Content-Disposition": 'inline; filename="kurier.ics"', "X-Robots-Tag": "noindex",
        })


def _draw(refusal: DomainError | None = None, made: str = "") -> Response:
    feed = calendars.feed_of(me())
    return drawn(
        "calendar_feed.html", is_refused=refusal is not None, title=gettext("My calendar address"),
        error=say(refusal) if refusal else "", made=made, feed=feed,
    )
