"""Between colleagues: suggestions while one types an @, notes seen, and the page of what was asked and told."""

from typing import Any

from flask import jsonify, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import ColumnElement

from app.domain.labels import label
from app.models import Informed, Task, TimelineEntry
from app.operations.telling import note_seen
from app.permissions.actor import current_actor
from app.queries import colleagues
from app.queries.people import known_people, known_teams, people_called, teams_by_name
from app.support.text import fold, shorten
from app.views.asked import url_if
from app.views.base import session_get
from app.views.formats import SHAPES, moment
from app.views.record_page import is_late

MOST = 8
SAID = 240  # characters of a note in the list


def unseen() -> ColumnElement[int]:
    """The number beside the menu entry."""
    return colleagues.unseen()


class MentionView(BaseView):
    route_base = "/mentions"
    class_permission_name = "Me"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """People, and teams but for ``people=1``, in whose name a word begins with ``q``, or holds it: what is put into the text, and what says who it is."""
        typed = request.args.get("q", "").strip()[:60]
        people = people_called(typed, *known_people(), limit=MOST)
        names = [str(each) for each in people]
        found = [{"id": each.id, "text": str(each), "name": each.username if names.count(str(each)) > 1 else str(each)} for each in people]
        if not request.args.get("people"):
            teams = [each for each in teams_by_name(*known_teams()) if fold(typed) in fold(each.name)][:MOST]
            found += [{"id": 0, "text": gettext("%(name)s (team)", name=each.name), "name": each.name} for each in teams]
        return jsonify(found[:MOST])

    @expose("/seen/<pk>", methods=["POST"])
    @has_access
    @permission_name("list")
    def seen(self, pk: Any) -> Any:
        """I have seen the note; asked by the page itself where it shows, and by a button."""
        entry = session_get(TimelineEntry, pk)
        note_seen(entry, actor=current_actor())
        return redirect(_place(entry) or url_for("ColleaguesView.list"))


class ColleaguesView(BaseView):
    route_base = "/colleagues"
    class_permission_name = "Me"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        self.update_redirect()
        return self.render_template(
            "colleagues.html", title=gettext("With colleagues"), asked=[_task(each) for each in colleagues.asked_by(current_user.id)],
            told=[_told(each) for each in colleagues.told_to(current_user.id)],
        )


def _task(task: Task) -> dict[str, Any]:
    about = task.opportunity or task.contact or task.account
    when = moment(task.done_at) if task.done_at else moment(task.due_at) if task.due_at else ""
    return {
        "title": task.title, "url": url_for("TaskView.show", pk=task.id), "who": str(task.assignee or task.team or gettext("nobody yet")),
        "about": str(about) if about else "", "when": when, "is_late": not task.done_at and is_late(task),
        "state": {"kind": SHAPES[f"TaskStatus.{task.status.value}"], "text": gettext(label(task.status))},
    }


def _told(each: Informed) -> dict[str, Any]:
    entry = each.entry
    about = entry.opportunity or entry.engagement or entry.contact or entry.account
    return {
        "who": str(entry.author or gettext("Kurier")), "about": str(about or ""), "text": shorten(entry.body, SAID), "url": _place(entry),
        "at": entry.occurred_at, "is_new": each.seen_at is None, "seen_url": url_for("MentionView.seen", pk=entry.id) if each.seen_at is None else None,
    }


def _place(entry: TimelineEntry) -> str | None:
    """Where the note stands."""
    about = entry.opportunity or entry.engagement or entry.contact or entry.account
    return url_if(f"{type(about).__name__}View.show", pk=about.id, _anchor=f"e{entry.id}") if about is not None else None
