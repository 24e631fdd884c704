"""The audit, to read: searched by person, action, record and day; taken away by administrators."""

from typing import Any, ClassVar

from flask_appbuilder.fieldwidgets import Select2Widget
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField

from app.domain.audit import ACTIONS, TYPES
from app.models import AuditLine
from app.models.base import record_types
from app.permissions.actor import Actor, current_actor
from app.permissions.decide import PROTECTED, is_shown, may_quote
from app.support.text import fold
from app.views.base import CrmView, OperationInterface
from app.views.conditions import columns_asked
from app.views.widgets import FilterWidget

OF_ALL = ("records", "type")  # of a change of many: how many of what; the rest is a value of theirs
PLACED = {"write_note": ("subject",), "move_entry": ("place",), "book_meeting": ("subject",)}  # lines that name the record to which the history belongs
PLACES = ("Account", "Contact", "Engagement", "Opportunity")
QUOTED = ("line",)  # words of a mail in which the value stands, which goes with the value


class _Filters(FilterWidget):
    codes = ("action", "subject_type")


def _choices(words: dict[str, str]) -> Any:
    """The codes by their words, in the order of the reader's language."""

    def choices() -> list[tuple[str, str]]:
        return [("", ""), *sorted(((code, gettext(word)) for code, word in words.items()), key=lambda each: fold(each[1]))]

    return choices


def in_pieces(values: dict[str, Any]) -> str:
    """What a record was, as "name: value" pieces."""
    return " · ".join(f"{name}: {value}" for name, value in (values or {}).items())


def told(line: Any, column: str) -> Any:
    """What the reader may know of a line: it names and quotes no record that they may not read, and no hidden field."""
    value, actor = getattr(line, column, None), current_actor()
    if column not in ("subject_name", "before", "after") or actor.sees_all:
        return value
    if not may_quote(actor, line.subject_type):
        return "" if column == "subject_name" else {}
    return value if column == "subject_name" else _told_values(line, value or {}, actor)


def _told_values(line: Any, values: dict[str, Any], actor: Actor) -> dict[str, Any]:
    if line.action == "export":
        return values if _may_hear(actor, str(values.get("records"))) else {name: each for name, each in values.items() if name != "filter"}
    if line.action == "bulk_change":
        return {name: each for name, each in values.items() if name in OF_ALL or _may_know(actor, str(values.get("type")), name)}
    if line.action in PLACED and not all(may_quote(actor, name) for name in PLACES):
        return {name: each for name, each in values.items() if name not in PLACED[line.action]}
    model = record_types().get(line.subject_type)
    left = {name: each for name, each in values.items() if model is None or is_shown(actor, model, name)}
    return left if left.keys() == values.keys() else {name: each for name, each in left.items() if name not in QUOTED}


def _may_know(actor: Actor, record_type: str, name: str) -> bool:
    model = record_types().get(record_type)
    return model is not None and may_quote(actor, record_type) and is_shown(actor, model, name)


def _may_hear(actor: Actor, record_type: str) -> bool:
    """Whether values of such records may be told, as a filter holds them."""
    return may_quote(actor, record_type) and not actor.rules(record_type)


class _Named(BaseFilter):
    """Leaves the lines whose record the reader may hear named: asking for a name must not tell it."""

    name = "named"

    def apply(self, query: Any, value: Any) -> Any:
        silent = [name for name in PROTECTED if not may_quote(current_actor(), name)]
        return query.filter(AuditLine.subject_type.not_in(silent))


class _Lines(OperationInterface):
    @staticmethod
    def _get_attr_value(item: Any, col: str) -> Any:
        return told(item, col)


class AuditView(CrmView):
    datamodel = _Lines(AuditLine)
    base_permissions = ["can_list", "can_show", "can_export"]
    list_title, show_title = lazy_gettext("Audit"), lazy_gettext("Audit line")
    list_columns = ["at", "actor_name", "action", "subject_type", "subject_name"]
    export_columns = ["at", "actor_name", "action", "subject_type", "subject_id", "subject_name", "before", "after"]
    order_columns = ["at", "actor_name", "action", "subject_type"]
    base_order = ("at", "desc")
    search_columns = ["at", "actor_name", "action", "subject_type", "subject_name", "subject_id"]
    search_widget = _Filters
    search_form_extra_fields: ClassVar[dict[str, Any]] = {
        "action": SelectField(lazy_gettext("Action"), choices=_choices(ACTIONS), widget=Select2Widget(), validate_choice=False),
        "subject_type": SelectField(lazy_gettext("Type of record"), choices=_choices(TYPES), widget=Select2Widget(), validate_choice=False),
    }
    empty_text = lazy_gettext("No line of the audit fits.")
    show_columns = ["at", "actor_name", "action", "subject_type", "subject_id", "subject_name", "before", "after"]
    label_columns = {
        "at": lazy_gettext("When"), "actor_name": lazy_gettext("Who"), "action": lazy_gettext("Action"),
        "subject_type": lazy_gettext("Type of record"), "subject_id": lazy_gettext("Number"), "subject_name": lazy_gettext("Record"),
        "before": lazy_gettext("Before"), "after": lazy_gettext("After"),
    }

    formatters_columns: ClassVar[dict[str, Any]] = {
        "action": lambda code: gettext(ACTIONS.get(code, code)), "subject_type": lambda code: gettext(TYPES.get(code, code)),
        "before": in_pieces, "after": in_pieces,
    }

    def _without_archived(self, filters: Any) -> Any:
        return self._without_unheard(filters) if "subject_name" in columns_asked(filters) else filters

    def _without_unheard(self, filters: Any) -> Any:
        return filters.get_joined_filters(self.datamodel.get_filters().add_filter_list([["id", _Named, None]]))

    def cell(self, item: Any, column: str) -> Any:
        value = told(item, column)
        shown = self.formatters_columns.get(column)
        return shown(value) if shown else value
