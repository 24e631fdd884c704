"""Follow-up processes: what an administrator lays down, and what a closed opportunity shows and offers."""

from typing import Any

from flask import url_for
from flask_appbuilder.fieldwidgets import Select2Widget
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField

from app.domain.follow_ups import AFTER
from app.domain.labels import label
from app.domain.opportunities import Status
from app.models import FollowUp, FollowUpLine, Opportunity
from app.operations import follow_ups  # noqa: F401  its rules
from app.queries.follow_ups import processes_for
from app.views.base import CrmView, OperationInterface
from app.views.here import may_hang

_LABELS = {
    "label": lazy_gettext("Name"), "label_en": lazy_gettext("Name in English"), "label_fr": lazy_gettext("Name in French"),
    "label_pl": lazy_gettext("Name in Polish"), "position": lazy_gettext("Order"),
}
_STATUS = SelectField(
    lazy_gettext("Follows an opportunity that is"), choices=lambda: [(each.value, gettext(label(each))) for each in AFTER], coerce=Status,
    widget=Select2Widget(),
)


class FollowUpView(CrmView):
    datamodel = OperationInterface(FollowUp)
    list_title, show_title = lazy_gettext("Follow-up processes"), lazy_gettext("Follow-up process")
    add_title, edit_title = lazy_gettext("New follow-up process"), lazy_gettext("Edit follow-up process")
    list_columns = ["label", "status", "pipeline", "lines", "position"]
    order_columns = ["position"]
    base_order = ("position", "asc")
    search_columns = ["label_en", "label_fr", "label_pl"]
    show_columns = ["label_en", "label_fr", "label_pl", "status", "pipeline", "lines", "position"]
    add_columns = edit_columns = ["label_en", "label_fr", "label_pl", "status", "pipeline", "position"]
    add_form_extra_fields = edit_form_extra_fields = {"status": _STATUS}
    label_columns = {
        **_LABELS, "status": lazy_gettext("Follows an opportunity that is"), "pipeline": lazy_gettext("Pipeline"), "lines": lazy_gettext("Tasks"),
    }
    description_columns = {"pipeline": lazy_gettext("Empty: in all of them")}
    empty_text = lazy_gettext("No process yet. One lays down what is done once an opportunity is closed, task by task.")
    add_label = lazy_gettext("New follow-up process")


class FollowUpLineView(CrmView):
    datamodel = OperationInterface(FollowUpLine)
    list_title, show_title = lazy_gettext("Tasks of processes"), lazy_gettext("Task of a process")
    add_title, edit_title = lazy_gettext("New task of a process"), lazy_gettext("Edit task of a process")
    list_columns = ["label", "follow_up", "position", "days", "doer", "user"]
    order_columns = ["position", "days"]
    base_order = ("position", "asc")
    search_columns = ["follow_up", "doer"]
    show_columns = add_columns = edit_columns = ["follow_up", "label_en", "label_fr", "label_pl", "position", "days", "doer", "user"]
    label_columns = {
        **_LABELS, "follow_up": lazy_gettext("Follow-up process"), "days": lazy_gettext("Days after the start"), "doer": lazy_gettext("Who does it"),
        "user": lazy_gettext("Person"),
    }
    description_columns = {
        "days": lazy_gettext("The task opens when the one before it is done, and is due on this day or at once"),
        "user": lazy_gettext("Where one named person does it"),
    }
    empty_text = lazy_gettext("No task yet.")
    add_label = lazy_gettext("New task of a process")


def follow_up(item: Opportunity, *, may_write: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The buttons and the side box of a closed opportunity."""
    if item.is_open or not may_hang("follow_up", item):
        return [], []
    offered, run = processes_for(item)
    if run is not None:
        process = run.follow_up
        at = next((number for number, line in enumerate(process.lines, 1) if line.id == run.line_id), 0)
        step = process.lines[at - 1].label if at else gettext("nothing any more")
        pairs = [(gettext("Process"), process.label), (gettext("Task %(number)s of %(all)s", number=at, all=len(process.lines)), step)]
        end = {"label": gettext("Stop the follow-up"), "url": url_for("OpportunityView.stop_follow_up", pk=item.id), "icon": "slash-circle",
               "is_line": False, "confirm": gettext("Stop the follow-up? Its open task is cancelled.")}
        return [end] if may_write else [], [{"title": gettext("Follow-up"), "pairs": pairs}]
    if not (offered and may_write):
        return [], []
    choice = {"name": "process", "label": gettext("Process"), "type": "select", "options": [(str(each.id), each.label) for each in offered]}
    begin = {"label": gettext("Follow up"), "url": url_for("OpportunityView.start_follow_up", pk=item.id), "icon": "list-check", "fields": [choice],
             "submit": gettext("Start the follow-up")}
    return [begin], []
