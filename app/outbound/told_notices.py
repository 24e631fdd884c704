"""Mail to colleagues whom a note names, and to whoever asked for what is done now. Called inside a transaction: it only queues."""

from typing import Any

from flask_babel import force_locale, gettext

from app.domain.events import ColleagueInformed, TaskDone
from app.extensions import db
from app.models import Contact, Engagement, Opportunity, Task, TimelineEntry, User
from app.operations.outbox import record_address
from app.outbound.notices import language_of, notice
from app.support.text import shorten

LONGEST = 600  # characters of a note in a mail


def informed(event: ColleagueInformed) -> None:
    """The note, who wrote it, and the way to it."""
    entry, user = db.session.get_one(TimelineEntry, event.entry_id), db.session.get_one(User, event.user_id)
    about: Any = entry.opportunity or entry.engagement or entry.contact or entry.account
    if about is None or not user.active:
        return
    with force_locale(language_of(user)):
        title = gettext("%(name)s mentions you in “%(title)s”", name=entry.author, title=about)
    page = f"/{type(about).__name__.lower()}view/show/{about.id}#e{entry.id}"
    reply_to, said = None, [shorten(entry.body, LONGEST)]
    if isinstance(about, Opportunity | Engagement | Contact):
        reply_to = record_address(about)
        with force_locale(language_of(user)):
            said.append(gettext("Your answer to this e-mail joins the history."))
    notice(f"informed:{entry.id}:{user.id}", "notice:informed", user, title, said, "", "", page, about=about, reply_to=reply_to)


def done(event: TaskDone) -> None:
    """To whoever asked, unless they did it themselves."""
    task = db.session.get_one(Task, event.task_id)
    author = task.author
    if author is None or not author.active or author.id in (event.by_id, task.assignee_id):
        return
    by = db.session.get(User, event.by_id or 0) or task.assignee
    with force_locale(language_of(author)):
        title = gettext("Done: “%(task)s”", task=task.title)
        sentence = gettext("%(name)s did what you asked for.", name=by or "Kurier")
    assert task.done_at is not None
    notice(f"done:{task.id}:{task.done_at:%Y%m%dT%H%M%S%f}", "notice:task_done", author, title, [sentence], "", "", f"/taskview/show/{task.id}", about=task)
