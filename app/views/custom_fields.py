"""Where an administrator adds fields of the firm's own."""

from typing import Any

from flask_appbuilder.fieldwidgets import BS3TextAreaFieldWidget, Select2Widget
from flask_babel import get_locale, gettext, lazy_gettext
from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, Optional

from app.domain.custom_fields import DECIDING, FieldKind
from app.domain.errors import DomainError
from app.domain.labels import label
from app.extensions import db
from app.models import CustomChoice, CustomField
from app.models.custom_fields import KEY_TABLES
from app.operations import field_definitions
from app.permissions.actor import current_actor
from app.queries.custom_fields import fields_of_any
from app.support.i18n import N_
from app.views.base import CrmView, OperationInterface
from app.views.controls import CheckList
from app.views.rights_words import NOUNS

_LANGUAGES = {
    "label": lazy_gettext("Name"), "label_en": lazy_gettext("Name in English"), "label_fr": lazy_gettext("Name in French"),
    "label_pl": lazy_gettext("Name in Polish"),
}


def _record_types() -> list[tuple[str, str]]:
    return [(name, str(NOUNS[name])) for name in KEY_TABLES]


def _deciding() -> list[tuple[str, str]]:
    """Each value of each field that can decide about others, as "12:3" and in words."""
    language, found = str(get_locale() or "en"), []
    for field in fields_of_any():
        if field.kind not in DECIDING or field.depends_on:
            continue
        yes_no = [("1", gettext("Yes")), ("0", gettext("No"))]
        values = yes_no if field.kind is FieldKind.YES_NO else [(str(each.id), each.label_in(language)) for each in field.choices if not each.is_archived]
        found += [(f"{field.id}:{key}", gettext("%(field)s: %(value)s", field=field.label_in(language), value=words)) for key, words in values]
    return found


def _types_words(names: list[str]) -> str:
    return ", ".join(str(NOUNS[name]) for name in names or () if name in NOUNS)


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, gettext(label(kind))) for kind in FieldKind]


_FORM = {
    "record_types": SelectMultipleField(lazy_gettext("In which records"), [DataRequired(lazy_gettext("Choose at least one of the list."))],
                                        choices=_record_types, widget=CheckList()),
    "choice_lines": TextAreaField(
        lazy_gettext("Values of the list"), [Optional()], widget=BS3TextAreaFieldWidget(),
        description=lazy_gettext("For a list: one value a line, in this order, as English | French | Polish. A line that you take away is archived: "
                                 "records keep it, nobody can choose it any more"),
    ),
    "asked_for": SelectMultipleField(
        lazy_gettext("Only asked for with"), [Optional()], choices=_deciding, widget=CheckList(),
        description=lazy_gettext("Values of one other field. Nothing chosen: always asked for"),
    ),
}
_KIND = {"kind": SelectField(lazy_gettext("Kind"), [DataRequired()], choices=_kinds, widget=Select2Widget(),
                             description=lazy_gettext("Cannot be changed later, because of the values"))}


class CustomFieldView(CrmView):
    datamodel = OperationInterface(CustomField)
    list_title, show_title = lazy_gettext("Custom fields"), lazy_gettext("Custom field")
    add_title, edit_title = lazy_gettext("New field"), lazy_gettext("Edit field")
    list_columns = ["label", "kind", "record_types", "is_required", "position", "code"]
    order_columns = ["position", "code"]
    base_order = ("position", "asc")
    search_columns = ["label_en", "label_fr", "label_pl", "kind", "code"]
    show_columns = ["label_en", "label_fr", "label_pl", "kind", "record_types", "code", "help_en", "help_fr", "help_pl", "is_required",
                    "is_searched", "currency", "position", "depends_on", "choices"]
    edit_columns = ["label_en", "label_fr", "label_pl", "record_types", "help_en", "help_fr", "help_pl", "is_required", "is_searched",
                    "choice_lines", "currency", "asked_for", "position"]
    add_columns = [*edit_columns[:3], "kind", *edit_columns[3:]]
    add_form_extra_fields, edit_form_extra_fields = {**_FORM, **_KIND}, _FORM
    label_columns = {
        **_LANGUAGES, "kind": lazy_gettext("Kind"), "record_types": lazy_gettext("In which records"), "code": lazy_gettext("Name for programs"),
        "help_en": lazy_gettext("Help in English"), "help_fr": lazy_gettext("Help in French"), "help_pl": lazy_gettext("Help in Polish"),
        "is_required": lazy_gettext("Required"), "is_searched": lazy_gettext("Found by the search everywhere"),
        "currency": lazy_gettext("Currency"), "position": lazy_gettext("Order"), "depends_on": lazy_gettext("Depends on"),
        "choices": lazy_gettext("Values of the list"),
    }
    description_columns = {
        "label_fr": lazy_gettext("Left empty: as in English"), "label_pl": lazy_gettext("Left empty: as in English"),
        "is_required": lazy_gettext("Asked of people who fill in the form; records that are there already open without it"),
        "is_searched": lazy_gettext("For texts and whole numbers"),
        "currency": lazy_gettext("Of an amount of money, in three letters; left empty: that of the firm"),
        "position": lazy_gettext("Fields with a smaller number come first"),
    }
    formatters_columns = {
        "record_types": _types_words, "code": lambda code: f"x_{code}",
        "choices": lambda choices: ", ".join(str(each) for each in choices if each.archived_at is None),
    }
    empty_text = lazy_gettext("No field of your own yet. A new one is at once in lists, forms, filters, exports and the API.")
    add_label = lazy_gettext("New field")

    def prefill_form(self, form: Any, pk: Any) -> None:
        item = self.found(pk)
        form.choice_lines.data = field_definitions.lines_of(item)
        form.asked_for.data = [f"{item.depends_on_id}:{key}" for key in item.depends_values]

    def create_record(self, values: dict[str, Any]) -> Any:
        lines = values.pop("choice_lines")
        return field_definitions.make_field({**_known(values), "kind": FieldKind(values["kind"])}, lines, actor=current_actor())

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        lines = changes.pop("choice_lines")
        field_definitions.change_field(item, _known(changes), lines, seen_version=seen_version, actor=current_actor())


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """The values of the form as the definition has them."""
    asked = [each.partition(":") for each in values.pop("asked_for") or ()]
    fields = {key for key, _, _ in asked}
    if len(fields) > 1:
        raise DomainError("two_fields", N_("A field depends on the values of one other field, not of several."))
    other = db.session.get(CustomField, int(fields.pop())) if fields else None
    return {**values, "position": values["position"] or 0, "depends_on": other, "depends_values": [key for _, _, key in asked]}


class CustomChoiceView(CrmView):
    """The values of all lists: renamed here, where a changed line of the list would be another value."""

    datamodel = OperationInterface(CustomChoice)
    base_permissions = ["can_list", "can_show", "can_edit"]
    list_title, show_title, edit_title = lazy_gettext("Values of lists"), lazy_gettext("Value of a list"), lazy_gettext("Edit the value")
    list_columns = ["label", "field", "position"]
    order_columns = ["position"]
    search_columns = ["field", "label_en", "label_fr", "label_pl"]
    show_columns = ["field", "label_en", "label_fr", "label_pl", "position"]
    edit_columns = ["label_en", "label_fr", "label_pl", "position"]
    label_columns = {**_LANGUAGES, "field": lazy_gettext("Custom field"), "position": lazy_gettext("Order")}
