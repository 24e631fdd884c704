"""Form fields that think as the reader does: their time zone, their decimal comma, words for codes."""

from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from babel import Locale
from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from flask_appbuilder.fields import EnumField
from flask_babel import get_locale, get_timezone, gettext, to_user_timezone
from wtforms import DateField, DateTimeField, DecimalField, SelectField
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.domain.labels import label as worded
from app.support.dates import example, typed_day, typed_moment
from app.support.i18n import N_

YEARS = range(1900, 2200)  # beyond, a moment has no hour in some other reader's time zone, and their page cannot be drawn
NO_MOMENT = N_("This is not a day and an hour: choose them in the calendar.")
NO_DAY = N_("This is not a day: write it like %(example)s, or choose it in the calendar.")
MORNING = time(9)  # what a day without an hour means
TOO_LARGE = Decimal(10) ** 12
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009"))


def form_of(kind: str) -> str:
    """How a day ("date"), or a day and an hour ("datetime-local"), is written in the reader's language: the hint beside such a field."""
    if kind == "date":
        return str(gettext("Day, month, year: %(example)s", example=example(_locale())))
    return str(gettext("Day, month, year and hour: %(example)s", example=example(_locale(), with_hour=True)))


def _locale() -> Locale:
    return get_locale() or Locale("en")


class LocalDateField(DateField):
    """A day, as the native control sends it or as somebody typed it."""

    hint = "date"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            day = typed_day(valuelist[0])
        except ValueError as error:
            raise ValueError(gettext(NO_DAY, example=example(_locale()))) from error
        if day.year not in YEARS:
            raise ValueError(gettext(NO_DAY, example=example(_locale())))
        self.data = day


class LocalDateTimeField(DateTimeField):
    """A moment in the reader's time zone, as the native control sends it or as somebody typed it; ``data`` is aware."""

    hint = "datetime-local"

    def process_data(self, value: datetime | None) -> None:
        self.data = to_user_timezone(value) if value is not None and value.tzinfo else value

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        self.data = None
        try:
            day, clocked = typed_moment(valuelist[0])
        except ValueError as error:
            raise ValueError(gettext(NO_MOMENT)) from error
        if day.year not in YEARS:
            raise ValueError(gettext(NO_MOMENT))
        zone: Any = get_timezone()
        at = datetime.combine(day, (clocked or MORNING).replace(tzinfo=None))
        self.data = zone.localize(at) if hasattr(zone, "localize") else at.replace(tzinfo=zone)


class LocalDecimalField(DecimalField):
    """A number as written in the reader's language, also with plain spaces or a decimal point."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return str(format_decimal(self.data, locale=get_locale(), group_separator=False)) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").translate(_SPACES).strip()
        if not text:
            self.data = None
            return
        try:
            self.data = Decimal(text) if text.replace(".", "", 1).isdecimal() else parse_decimal(text, locale=get_locale(), strict=True)
        except (NumberFormatError, ValueError) as error:
            self.data = None
            raise ValueError(gettext("This is not a number. Type digits only, for example 1250 or 1250,50.")) from error
        if abs(self.data) >= TOO_LARGE:
            self.data = None
            raise ValueError(gettext("This amount is too large to be true."))


class WordedEnumField(SelectField):
    """One of a fixed list, by its words in the reader's language; blank where the column may be empty."""

    def __init__(self, enum_class: type[Enum], enums: Any, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        self._enum = enum_class
        self._may_be_blank = any(isinstance(v, Optional) for v in validators or ())
        default = kwargs.pop("default", None)
        super().__init__(label, validators, coerce=self._coerced, choices=[m.value for m in enum_class], default=default, **kwargs)

    def _coerced(self, value: Any) -> Any:
        if value is None or isinstance(value, self._enum):
            return value
        return self._enum(value) if value not in ("", "None") else None

    def iter_choices(self) -> Iterator[tuple[Any, ...]]:
        if self._may_be_blank and self.default is None:
            yield ("", "", self.data is None, {})
        for member in self._enum:
            yield (member.value, gettext(worded(member)), member is self.data, {})

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self._may_be_blank:
            raise ValidationError(gettext("Choose one of the list."))


SUBSTITUTES: dict[type, type] = {DateField: LocalDateField, DateTimeField: LocalDateTimeField, DecimalField: LocalDecimalField, EnumField: WordedEnumField}


def localise(form: Any, defaulted: set[str]) -> None:
    """Swap the fields of the form class ``form``; columns that have a default need not be filled in."""
    for name in dir(form):
        field = getattr(form, name)
        if not isinstance(field, UnboundField):
            continue
        if name in defaulted and "validators" in field.kwargs:
            field.kwargs["validators"] = [
                Optional() if isinstance(v, InputRequired) else v for v in field.kwargs["validators"]
            ]
        if substitute := SUBSTITUTES.get(field.field_class):
            setattr(form, name, UnboundField(substitute, *field.args, name=field.name, **field.kwargs))
