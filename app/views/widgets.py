"""Native controls in place of FAB's Bootstrap 3, Select2 and date-picker widgets."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext
from markupsafe import Markup
from wtforms import widgets
from wtforms.fields.core import Field, UnboundField

from app.views.formats import present

BLANK = "__None"


class Native:
    """One HTML control with our class; ``name`` may be replaced, as the search form does."""

    def __init__(self, inner: Any, css: str = "form-control", **attributes: Any) -> None:
        self.inner, self.css, self.attributes = inner, css, attributes

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        name = kwargs.pop("name_", None) or kwargs.pop("name", None) or field.name
        kwargs = {**self.attributes, **kwargs, "class": self.css}
        own, field.name = field.name, name
        try:
            return Markup(self.inner(field, **kwargs))
        finally:
            field.name = own


class Choice(widgets.Select):
    """One of many; the blank choice has words in place of FAB's "__None"."""

    @classmethod
    def render_option(cls, choice: Any, **kwargs: Any) -> Markup:
        if not choice.label and choice.value in (BLANK, ""):
            choice = choice._replace(label=gettext("– none –"))
        return Markup(super().render_option(choice, **kwargs))


class CheckList:
    """Several of many as check boxes: nobody needs to know about holding the Ctrl key."""

    is_group = True

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        name = kwargs.pop("name_", None) or kwargs.pop("name", None) or field.name
        at = kwargs.pop("id", field.id)
        boxes = Markup("").join(
            Markup('<label class="k-tick"><input class="form-check-input" type="checkbox" name="{}" value="{}"{}> {}</label>').format(
                name, value, Markup(" checked") if is_chosen else "", label
            )
            for value, label, is_chosen, *_rest in field.iter_choices()
        )
        boxes = boxes or Markup('<p class="k-2nd">{}</p>').format(gettext("Nothing to choose from."))
        described = Markup(' aria-describedby="{}"').format(kwargs["aria-describedby"]) if "aria-describedby" in kwargs else ""
        return Markup('<div class="k-ticks" role="group" id="{}" tabindex="-1" aria-labelledby="{}-label"{}>{}</div>').format(
            at, at, described, boxes
        )


def _native_for(widget: Any, kind: type[Field]) -> Any:
    """The native control for a stock widget of FAB or WTForms; None keeps what there is."""
    name = type(widget).__name__ if widget is not None else kind.__name__
    match name:
        case "BS3TextFieldWidget" | "StringField":
            return Native(widgets.TextInput())
        case "IntegerField":
            return Native(widgets.NumberInput(step=1))
        case "DecimalField" | "FloatField":
            return Native(widgets.TextInput(), inputmode="decimal")
        case "BS3TextAreaFieldWidget" | "TextAreaField":
            return Native(widgets.TextArea(), rows=4)
        case "BS3PasswordFieldWidget" | "PasswordField":
            return Native(widgets.PasswordInput(), autocomplete="new-password")
        case "Select2Widget" | "SelectField":
            return Native(Choice(), "form-select")
        case "Select2ManyWidget" | "SelectMultipleField":
            return CheckList()
        case "DatePickerWidget" | "DateField":
            return Native(widgets.DateInput())
        case "DateTimePickerWidget" | "DateTimeField":
            return Native(widgets.DateTimeLocalInput())
        case "BooleanField":
            return Native(widgets.CheckboxInput(), "form-check-input")
    return None


def make_native(form: type[Any] | None) -> None:
    """Give every field of the form class ``form`` its native control, in place."""
    for name in dir(form) if form else ():
        field = getattr(form, name)
        if not isinstance(field, UnboundField):
            continue
        if control := _native_for(field.kwargs.get("widget"), field.field_class):
            field.kwargs["widget"] = control
        if field.field_class.__name__ == "DateTimeField":
            field.kwargs["format"] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]


class NativeWidgets:
    """Mix into any FAB view: native controls, and what our templates need to know of the view.

    A view may say more with plain attributes: ``empty_text`` (a sentence), ``add_label``, ``export_url``
    (a method), ``list_tabs`` (a method giving (label, url, is_current)), ``column_classes`` ({column: css}),
    ``wide_columns`` (form fields over the whole width), ``count_cap`` (counts above it read "more than …"),
    ``row_title`` (a method that names a record in the heading of its page).
    """

    count_cap = 10_000

    def _init_forms(self) -> None:
        super()._init_forms()  # type: ignore[misc]
        for name in ("add_form", "edit_form", "search_form", "form"):
            make_native(getattr(self, name, None))

    def _get_list_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_list_widget(*args, **kwargs)  # type: ignore[misc]
        found["list"].template_args.update(view=self, present=present)
        return found

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_show_widget(pk, item, *args, **kwargs)  # type: ignore[misc]
        found["show"].template_args.update(view=self, item=item, present=present)
        return found

    def _get_add_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_add_widget(*args, **kwargs)  # type: ignore[misc]
        found["add"].template_args.update(view=self)
        return found

    def _get_edit_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_edit_widget(*args, **kwargs)  # type: ignore[misc]
        found["edit"].template_args.update(view=self)
        return found

    def _get_search_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_search_widget(*args, **kwargs)  # type: ignore[misc]
        arguments = found["search"].template_args
        arguments.update(view=self, chosen=chosen_filters(self, arguments["form"]))
        return found


def chosen_filters(view: Any, form: Any) -> dict[str, dict[str, Any]]:
    """The filters in the address, by column: {index, operator, text, remove_url}; fills ``form`` with them."""
    offered = view._filters.get_search_filters()
    chosen: dict[str, dict[str, Any]] = {}
    for key, value in request.args.items():
        index, _, column = key.removeprefix("_flt_").partition("_")
        if not key.startswith("_flt_") or column not in offered or column not in form or not index.isdigit():
            continue
        if int(index) >= len(offered[column]):
            continue
        rest = {k: v for k, v in request.args.items(multi=True) if k != key and not k.startswith("page_")}
        chosen[column] = {
            "index": int(index),
            "operator": offered[column][int(index)].name,
            "text": _shown(form[column], value),
            "remove_url": url_for(request.endpoint or "", **{**(request.view_args or {}), **rest}),
        }
    return chosen


def _shown(field: Any, value: str) -> str:
    """``value`` as a person reads it; the field is filled with it on the way."""
    try:
        field.process_formdata([value])
    except ValueError:
        return value
    field.raw_data = [value]
    if hasattr(field, "iter_choices"):
        return next((str(choice[1]) for choice in field.iter_choices() if str(choice[0]) == value), value)
    return str(present(field.data))
