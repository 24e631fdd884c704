"""Native controls in place of FAB's Bootstrap 3, Select2 and date-picker widgets."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from flask_appbuilder.validators import Unique
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape
from wtforms import widgets
from wtforms.fields.core import Field, UnboundField

BLANK = "__None"


class Native:
    """One HTML control with our class; ``name`` replaces that of the field, as the search form does."""

    def __init__(self, inner: Any, css: str = "form-control", **attributes: Any) -> None:
        self.inner, self.css, self.attributes = inner, css, attributes

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        name = kwargs.pop("name", field.name)
        kwargs = {**self.attributes, **kwargs, "class": self.css}
        own, field.name = field.name, name
        try:
            return Markup(self.inner(field, **kwargs))
        finally:
            field.name = own


class Choice(widgets.Select):
    """One of many; the blank choice has words in place of FAB's "__None"."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """``blank`` adds a blank choice with these words where the field has none. The options are drawn here: the library takes ten times as long."""
        blank = kwargs.pop("blank", None)
        flags = {name: value for name in self.validation_attrs if (value := getattr(field.flags, name, None)) is not None}
        options = [_option(each) for each in field.iter_choices()]
        if blank is not None and not any(f'value="{BLANK}"' in each for each in options[:1]):
            options.insert(0, _option(("", blank, not any(" selected" in each.split(">", 1)[0] for each in options))))
        return Markup(f"<select {widgets.html_params(**{'id': field.id, **flags, **kwargs}, name=field.name)}>{''.join(options)}</select>")


def _option(choice: Sequence[Any]) -> str:
    """(value, words, whether it is chosen) as HTML; the lists of forms have no attributes of their own."""
    value, words, is_chosen, *_ = choice
    words = gettext("none") if not words and value in (BLANK, "") else words or value
    return f'<option{" selected" if is_chosen else ""} value="{escape(value)}">{escape(words)}</option>'


class CheckList:
    """Several of many as check boxes: nobody needs to know about holding the Ctrl key."""

    is_group = True

    def __init__(self, empty: Any = "", endpoint: str = "", link: Any = "") -> None:
        """``empty`` stands there while there is nothing to tick; ``endpoint`` and ``link`` are where that is made."""
        self.empty, self.endpoint, self.link = empty, endpoint, link

    BOX = Markup(
        '<label class="k-tick"><input class="form-check-input" type="checkbox" name="{}" value="{}"{}> {}</label>'
    )
    LIST = Markup('<div class="k-ticks" role="group" id="{0}" tabindex="-1" aria-labelledby="{0}-label"{1}>{2}</div>')

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        boxes = Markup("").join(
            self.BOX.format(field.name, value, Markup(" checked") if is_chosen else "", label)
            for value, label, is_chosen, *_rest in field.iter_choices()
        )
        way = Markup(' <a href="{}">{}</a>').format(url_for(self.endpoint), self.link) if self.endpoint else ""
        boxes = boxes or Markup('<p class="k-2nd">{}{}</p>').format(self.empty or gettext("Nothing to choose from."), way)
        described = kwargs.get("aria-describedby")
        attribute = Markup(' aria-describedby="{}"').format(described) if described else ""
        return self.LIST.format(kwargs.get("id", field.id), attribute, boxes)


class OneForSearch:
    """In a search, several of many and yes/no become one choice that may stay open."""

    YES = Markup(
        '<select class="form-select" id="{}" name="{}">'
        '<option value="">{}</option><option value="y"{}>{}</option></select>'
    )

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        if hasattr(field, "iter_choices"):
            return Native(Choice(), "form-select")(field, **kwargs)
        chosen = Markup(" selected") if field.raw_data else ""
        return self.YES.format(kwargs["id"], kwargs["name"], kwargs["blank"], chosen, gettext("Yes"))


def asks_blank(widget: Any) -> bool:
    """Whether the control of a search field is a choice, which needs words for "any"."""
    return isinstance(widget, OneForSearch) or isinstance(getattr(widget, "inner", None), Choice)


def make_native(form: type[Any] | None, is_search: bool = False) -> None:
    """Give every field of the form class ``form`` its native control; a search asks for one value a field."""
    for name in dir(form) if form else ():
        field = getattr(form, name)
        if not isinstance(field, UnboundField):
            continue
        kind = field.field_class.__name__
        control = _native_for(field.kwargs.get("widget"), kind)
        if is_search and (isinstance(control, CheckList) or kind == "BooleanField"):
            control = OneForSearch()
        if control:
            field.kwargs["widget"] = control
        for validator in field.kwargs.get("validators") or ():
            if isinstance(validator, Unique):  # FAB's own words reach no catalogue
                validator.message = lazy_gettext("There is one like this already.")
        if is_search:  # nothing is asked for until it is chosen
            field.kwargs.update(default=None, validators=[])
            if kind == "QuerySelectField":
                field.kwargs["allow_blank"] = False
        if kind == "DateTimeField":
            field.kwargs["format"] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]


# The control of a kind of field, whatever widget FAB gave it …
BY_KIND: dict[str, Callable[[], Any]] = {
    "BooleanField": lambda: Native(widgets.CheckboxInput(), "form-check-input"),
    "IntegerField": lambda: Native(widgets.NumberInput(step=1)),
    "DecimalField": lambda: Native(widgets.TextInput(), inputmode="decimal"),
    "FloatField": lambda: Native(widgets.TextInput(), inputmode="decimal"),
}
# … and that of a stock widget of FAB, or of a kind of field without one.
BY_WIDGET: dict[str, Callable[[], Any]] = {
    "BS3TextFieldWidget": lambda: Native(widgets.TextInput()),
    "BS3TextAreaFieldWidget": lambda: Native(widgets.TextArea(), rows=4),
    "BS3PasswordFieldWidget": lambda: Native(widgets.PasswordInput(), autocomplete="new-password"),
    "Select2Widget": lambda: Native(Choice(), "form-select"),
    "Select2ManyWidget": CheckList,
    "DatePickerWidget": lambda: Native(widgets.DateInput()),
    "DateTimePickerWidget": lambda: Native(widgets.DateTimeLocalInput()),
}
STOCK = {
    "StringField": "BS3TextFieldWidget",
    "TextAreaField": "BS3TextAreaFieldWidget",
    "PasswordField": "BS3PasswordFieldWidget",
    "SelectField": "Select2Widget",
    "EnumField": "Select2Widget",
    "QuerySelectField": "Select2Widget",
    "SelectMultipleField": "Select2ManyWidget",
    "QuerySelectMultipleField": "Select2ManyWidget",
    "DateField": "DatePickerWidget",
    "DateTimeField": "DateTimePickerWidget",
}


def _native_for(widget: Any, kind: str) -> Any:
    """The native control for this widget or kind of field; None keeps what there is."""
    name = type(widget).__name__ if widget is not None else STOCK.get(kind, "")
    make = BY_KIND.get(kind) or BY_WIDGET.get(name)
    return make() if make else None
