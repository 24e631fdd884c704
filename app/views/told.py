"""Who was told of a line of history, whom it asks to act, and the form that asks."""

from datetime import datetime
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from app.domain.errors import DomainError
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.models import Task, TimelineEntry, User
from app.operations.telling import Asked
from app.queries.timeline import History
from app.support.i18n import N_
from app.views import asked
from app.views.base import is_key
from app.views.formats import moment


def told_of(entry: TimelineEntry, history: History) -> dict[str, Any]:
    """What stands under a note."""
    people, task = entry.params.get("informed") or [], history.instructions.get(entry.id)
    is_new = any(key == current_user.id and at is None for key, _, at in people)
    return {
        "informed": gettext("Informed: %(names)s", names=", ".join(_seen(name, at) for _, name, at in people)) if people else "",
        "left_out": left_out_words(entry), "asked": _asked(task) if task else None,
        "seen_url": url_for("MentionView.seen", pk=entry.id) if is_new else None,
    }


def _seen(name: str, at: str | None) -> str:
    if at is None:
        return str(gettext("%(name)s (not seen yet)", name=name))
    return str(gettext("%(name)s (seen %(moment)s)", name=name, moment=moment(datetime.fromisoformat(at))))


def left_out_words(entry: TimelineEntry) -> str:
    """Who was named and not told."""
    names = entry.params.get("left_out") or []
    if not names:
        return ""
    return str(ngettext("%(names)s may not see this and was not informed.", "%(names)s may not see this and were not informed.", len(names),
                        names=", ".join(names)))


def _asked(task: Task) -> dict[str, str]:
    if task.status is TaskStatus.DONE and task.done_at:
        words = gettext("%(name)s did it %(moment)s.", name=task.assignee or task.team, moment=moment(task.done_at))
    elif task.status is TaskStatus.CANCELLED:
        words = gettext("Asked of %(name)s, cancelled since.", name=task.assignee or task.team)
    elif task.due_at:
        words = gettext("Asked of %(name)s by %(moment)s.", name=task.assignee or task.team, moment=moment(task.due_at))
    else:
        words = gettext("Asked of %(name)s.", name=task.assignee or task.team)
    return {"text": words, "url": url_for("TaskView.show", pk=task.id)}


def say_left_out(entry: TimelineEntry) -> None:
    """On the next page: who was not told."""
    if words := left_out_words(entry):
        flash(words, "warning")


def asked_of() -> Asked | None:
    """Whom the form asks to act, and by when."""
    text = request.form.get("ask", "")
    if not text:
        return None
    user = db.session.get(User, int(text)) if is_key(text) else None
    if user is None:
        raise DomainError("nobody_asked", N_("Choose a person from the list."))
    return Asked(user, asked.moment("ask_by"))


def ask_fields(typed: dict[str, str]) -> dict[str, Any]:
    """The small part of the form that makes a task of a note."""
    key = typed.get("ask", "")
    user = db.session.get(User, int(key)) if is_key(key) else None
    return {
        "url": url_for("MentionView.list", people=1), "value": user.id if user else "", "shown": str(user or ""), "by": typed.get("ask_by", ""),
        "is_open": bool(user),
    }
