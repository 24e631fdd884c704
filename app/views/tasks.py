"""Tasks."""

from typing import Any

from flask import redirect, url_for
from flask_appbuilder import action, expose, has_access
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from app.domain.tasks import OPEN
from app.models import Task
from app.operations import tasks
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.views import formats
from app.views.asked import way_back
from app.views.base import CrmView, OperationInterface
from app.views.holding import Holding

LATE = Markup('<span class="k-late">{}{}</span>')


class TaskView(Holding, CrmView):
    datamodel = OperationInterface(Task)
    method_permission_name = {"finish": "edit", "done": "edit"}
    list_title, show_title = lazy_gettext("Tasks"), lazy_gettext("Task")
    add_title, edit_title = lazy_gettext("New task"), lazy_gettext("Edit task")
    list_columns = ["title", "due_at", "status", "assignee", "opportunity", "account"]
    export_columns = ["title", "due_at", "remind_at", "status", "assignee", "team", "author", "opportunity", "contact", "account",
                      "done_at", "description"]
    order_columns = ["title", "due_at", "status"]
    base_order = ("due_at", "asc")
    search_columns = ["title", "status", "due_at", "assignee", "author", "opportunity", "account"]
    show_columns = ["title", "description", "due_at", "remind_at", "status", "assignee", "team", "author", "opportunity", "contact",
                    "account", "done_at"]
    add_columns = ["title", "description", "due_at", "remind_at", "assignee", "team", "opportunity", "contact", "account"]
    edit_columns = [*add_columns, "status"]
    label_columns = {
        "title": lazy_gettext("Task (what)"), "description": lazy_gettext("Description"), "due_at": lazy_gettext("Due"),
        "remind_at": lazy_gettext("Reminder"), "status": lazy_gettext("Status"), "assignee": lazy_gettext("Who does it"), "team": lazy_gettext("Team"),
        "author": lazy_gettext("Asked by"), "opportunity": lazy_gettext("Opportunity"), "contact": lazy_gettext("Contact"),
        "account": lazy_gettext("Account"), "done_at": lazy_gettext("Done on"),
    }
    empty_text = lazy_gettext("No task.")
    add_label = lazy_gettext("New task")

    def _get_list_widget(self, *args: Any, **kwargs: Any) -> Any:
        """A day that is over says so while the task is open."""
        found = super()._get_list_widget(*args, **kwargs)
        rows = [dict(row) for row in found["list"].template_args["value_columns"]]
        for row in rows:
            if row.get("due_at") is not None and row.get("status") in OPEN and formats.is_over(row["due_at"]):
                row["due_at"] = LATE.format(formats.icon("exclamation-circle-fill"), formats.moment(row["due_at"]))
        found["list"].template_args["value_columns"] = rows
        return found

    @action("finish", lazy_gettext("Mark as done"), None, "check2-circle")
    def finish(self, items: Any) -> Any:
        return self._each(items, lambda item: tasks.finish(item, actor=current_actor()), Action.WRITE)

    @expose("/done/<pk>", methods=["POST"])
    @has_access
    def done(self, pk: Any) -> Any:
        """Finish one task, then go back to the page that shows it."""
        item = self.found(pk, Action.WRITE)
        self.perform(lambda: tasks.finish(item, actor=current_actor()), gettext("Done: %(task)s", task=item))
        return redirect(way_back(url_for("TaskView.show", pk=item.id)))
