"""What happened lately: of everybody in sight, of a team or of a person, by kind, the newest first."""

from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, ngettext
from flask_login import current_user

from app.domain.timeline import Kind
from app.domain.workdays import local_day, start_of
from app.permissions.actor import current_actor
from app.queries import activity
from app.queries.action_types import type_of, types_on_offer
from app.queries.activity import Feed
from app.queries.people import known_teams, teams_by_name
from app.support import clock
from app.support.dates import months_from
from app.views import history
from app.views.action_types import asked_kind, value_of, words_of
from app.views.base import key
from app.views.people_choice import filter_field

ARGUMENTS = ("person", "team", "kind")


class ActivityView(BaseView):
    route_base = "/activity"
    class_permission_name = "TimelineEntry"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """Within the rights of the reader: whoever is asked for, nothing of others' records shows."""
        self.update_redirect()
        older_than, newest = request.args.get("older", type=key), activity.newest_key()
        feed = _asked()
        kept: dict[str, Any] = {name: request.args[name] for name in ARGUMENTS if request.args.get(name)}
        if request.args.get("counted") == "1":
            return self._counted(feed, kept)
        found = activity.lately(feed, older_than=older_than)
        older = url_for("ActivityView.list", **kept, older=found.older_than) if found.older_than else None
        return self.render_template(
            "activity.html", title=gettext("Activity"), history=history.periods(found, subject=None), older_url=older,
            fields=_fields(feed), clear_url=url_for("ActivityView.list") if kept else None,
            live_url=None if older_than else url_for("ActivityView.news", **kept), newest=newest,
            counted_url=url_for("ActivityView.list", **kept, counted=1),
        )

    def _counted(self, feed: Feed, kept: dict[str, Any]) -> Any:
        """How often people did each kind of thing this month and the last; a kind of the firm's own is a line of its own."""
        zone = current_user.time_zone
        month = local_day(clock.now(), zone).replace(day=1)
        numbers = activity.counted(feed, start_of(month, zone), start_of(months_from(month, -1), zone))
        kept.pop("kind", None)
        lines = [(type_of(own) or kind if own else kind, now, before) for (kind, own), (now, before) in numbers.items()]
        rows = sorted((words_of(what), url_for("ActivityView.list", **kept, kind=value_of(what)), now, before) for what, now, before in lines)
        fields = [each for each in _fields(feed) if each["name"] != "kind"]
        return self.render_template(
            "activity_counted.html", title=gettext("Activity by kind"), rows=rows, fields=fields, back_url=url_for("ActivityView.list", **kept),
        )

    @expose("/news")
    @has_access
    @permission_name("list")
    def news(self) -> Any:
        """What was written down since the entry ``after``, for the page that shows the rest; no content where there is nothing."""
        after, newest = request.args.get("after", type=key), activity.newest_key()
        if after is None or newest <= after:
            return Response(status=204)
        found = activity.news(_asked(), after)
        count = len(found.entries)
        html = render_template("activity_news.html", history=history.periods(found, subject=None)) if count else ""
        return jsonify(newest=newest, html=html, text=ngettext("%(num)s new event", "%(num)s new events", count) if count else "")


def _asked() -> Feed:
    """Of the person, the team and the kind that the address names."""
    return Feed(request.args.get("person", type=key), request.args.get("team", type=key), asked_kind(request.args.get("kind")))


def _fields(feed: Feed) -> list[dict[str, Any]]:
    everyone = ("", gettext("all"))
    fields = [
        filter_field("person", gettext("Person"), "OpportunityView", "owner", feed.person_id),
        {"name": "kind", "label": gettext("Kind"), "type": "select", "value": value_of(feed.kind) if feed.kind else "",
         "options": [everyone, *((value_of(each), words_of(each)) for each in (*Kind, *types_on_offer()))]},
    ]
    if current_actor().has_teams:
        teams = [(str(each.id), each.name) for each in teams_by_name(*known_teams())]
        fields.insert(1, {"name": "team", "label": gettext("Team"), "type": "select", "value": str(feed.team_id or ""), "options": [everyone, *teams]})
    return fields
