"""Fields of the firm's own on the screens that FAB draws: columns, labels, values and filters, by the definitions of this very moment."""

from datetime import datetime, time
from typing import Any

from babel.numbers import format_decimal
from flask import g, has_request_context
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import get_locale
from markupsafe import Markup

from app.domain.custom_fields import CHOSEN, DECIDING, NUMBERS, PREFIX, WORDS, Field, FieldKind, key
from app.queries.custom_fields import names_of, narrowed, own_field, own_fields
from app.support.dates import typed_day, typed_moment
from app.support.text import shorten
from app.views.formats import money, paragraphs

LINKS = {FieldKind.MAIL: "mailto:", FieldKind.PHONE: "tel:", FieldKind.LINK: ""}
SHORT = 80  # characters of a long text in a list
EVERY = {"export_columns", "show_columns", "search_columns", "add_columns", "edit_columns"}  # lists of columns that have all of them


def fields_for(view: Any) -> list[Field]:
    """The fields of the type of record of ``view``; none while the program starts."""
    return own_fields(view.datamodel.obj.__name__) if has_request_context() else []


def columns_for(view: Any, name: str) -> list[str]:
    """What the list of columns called ``name`` has besides the view's own."""
    if name not in EVERY and name != "order_columns":
        return []
    return [field.name for field in fields_for(view) if name in EVERY or field.is_sorted]


def label_of(field: Field) -> str:
    """What the reader's language calls it; money with its currency."""
    label = field.label_in(str(get_locale() or "en"))
    return f"{label} ({field.currency})" if field.currency else label


class Labels:
    """The words of a view for its columns, those of the firm's own fields among them."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.kept = f"_all_{name}"

    def __set__(self, view: Any, value: Any) -> None:
        view.__dict__[self.kept] = value

    def __get__(self, view: Any, owner: type) -> Any:
        if view is None:
            return getattr(owner, self.kept, None)
        labels = getattr(view, self.kept, None)
        fields = fields_for(view)
        return {**(labels or {}), **{field.name: label_of(field) for field in fields}} if fields else labels


# ---- values as a screen and a workbook show them


def choice_label(field: Field, chosen: Any) -> str:
    found = field.choice(chosen)
    return found.label_in(str(get_locale() or "en")) if found else ""


def person_name(person: int) -> str:
    """The name of a colleague; names are asked for once in a request."""
    names = g.setdefault("own_people", {})
    if person not in names:
        names.update({person: "", **names_of({person})})
    return str(names[person])


def know_people(items: list[Any], columns: Any) -> None:
    """Ask at once for all colleagues that a page of ``items`` names."""
    fields = [field for each in columns if (field := own_field(each)) and field.kind is FieldKind.PERSON]
    asked = {item.custom.get(field.name) for item in items for field in fields} - {None}
    know_them(asked)


def know_them(people: set[Any]) -> None:
    """Ask at once for the names of these colleagues."""
    if people:
        g.setdefault("own_people", {}).update(names_of(people))


def plain_value(field: Field, value: Any) -> Any:
    """``value`` in words where a program would keep a key; numbers, days and moments stay what they are."""
    if value is None:
        return None
    if field.kind is FieldKind.CHOICE:
        return choice_label(field, value)
    if field.kind is FieldKind.CHOICES:
        return ", ".join(choice_label(field, each.id) for each in field.choices if each.id in value)
    return person_name(value) if field.kind is FieldKind.PERSON else value


def shown_value(field: Field, value: Any, *, is_whole: bool = False) -> Any:
    """``value`` for a cell of a list, or with ``is_whole`` for the page of its record."""
    if value is None:
        return None
    if field.kind is FieldKind.LONG_TEXT:
        return paragraphs(value) if is_whole else shorten(value, SHORT)
    if field.kind is FieldKind.MONEY:
        return money(value, field.currency)
    if field.kind is FieldKind.DECIMAL:
        return format_decimal(value, locale=get_locale() or "en", decimal_quantization=False)
    if field.kind in LINKS:
        target = "".join(value.split()) if field.kind is FieldKind.PHONE else value
        return Markup('<a href="{}{}" rel="noopener noreferrer">{}</a>').format(LINKS[field.kind], target, value)
    return plain_value(field, value)


# ---- filters


class OwnFilter(BaseFilter):
    """One comparison of one field; ``value`` is a key. FAB would enter it for all columns of its API: so its own beginning is left out."""

    def __init__(self, column_name: str, datamodel: Any, is_related_view: bool = False) -> None:
        self.column_name, self.datamodel, self.model, self.is_related_view = column_name, datamodel, datamodel.obj, is_related_view

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(narrowed(self.model, self.column_name, self.arg_name, value))


OPERATORS: dict[str, type[OwnFilter]] = {
    name: type(f"Own{name.title()}", (OwnFilter,), {"arg_name": name, "name": name}) for name in ("ct", "eq", "neq", "sw", "gt", "lt")
}


def operators_of(field: Field) -> tuple[str, ...]:
    """How its values can be compared, the usual way first."""
    if field.kind is FieldKind.LONG_TEXT:
        return ("ct",)
    if field.kind in WORDS:
        return ("ct", "eq", "neq", "sw")
    if field.kind in CHOSEN or field.kind in (FieldKind.PERSON, FieldKind.YES_NO):
        return ("eq", "neq")
    return ("eq", "gt", "lt", "neq")


def widen(filters: Any, view: Any) -> None:
    """Give a request's own ``filters`` those of the fields."""
    for field in fields_for(view):
        offered = [OPERATORS[name](field.name, view.datamodel) for name in operators_of(field)]
        filters._search_filters = {**filters._search_filters, field.name: offered}
        filters._all_filters = {**filters._all_filters, field.name: offered}
        filters.search_columns = [*filters.search_columns, field.name]


def moment_in(text: str, zone: Any) -> datetime:
    """The moment that ``text`` of an address says, a day without an hour from its beginning. Raises ``ValueError``."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        day, clocked = typed_moment(text)
        at = datetime.combine(day, (clocked or time()).replace(tzinfo=None))
    return at if at.tzinfo else at.replace(tzinfo=zone)


def asked_key(field: Field, text: str, *, number: Any, zone: Any) -> str:
    """The key that ``text`` of an address stands for. Raises ``ValueError`` where it is no value of the field."""
    text = text.strip()
    if field.kind in NUMBERS:
        return key(field.kind, number(text))
    if field.kind is FieldKind.DAY:
        return typed_day(text).isoformat()
    if field.kind is FieldKind.MOMENT:
        return key(field.kind, moment_in(text, zone))
    if field.kind is FieldKind.YES_NO and text in ("y", "1", "0"):
        return "0" if text == "0" else "1"
    if field.kind in DECIDING or field.kind is FieldKind.PERSON:
        return str(int(text)) if text.isdecimal() and field.kind is not FieldKind.YES_NO else _refuse(text)
    return key(field.kind, text)


def _refuse(text: str) -> Any:
    raise ValueError(text)


def is_own(name: str) -> bool:
    """Whether a column may be a field of the firm's own."""
    return name.startswith(PREFIX)
