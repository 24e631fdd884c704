"""Fields of the firm's own in forms: one form field for each kind, its errors tied to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import g, url_for
from flask_babel import get_locale, gettext
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField, widgets
from wtforms.fields.core import UnboundField
from wtforms.validators import StopValidation, ValidationError

from app.domain.custom_fields import CHOSEN, LENGTHS, WORDS, Field, FieldKind, is_asked, stored
from app.domain.errors import DomainError
from app.models.base import record_types
from app.operations.custom_fields import checked_value
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries.people import people_by_name
from app.support.i18n import N_
from app.views.controls import CheckList, Choice, Native, OneForSearch
from app.views.fields import LocalDateField, LocalDateTimeField, LocalDecimalField
from app.views.lookups import LookupWidget
from app.views.own_fields import label_of, person_name
from app.views.people_fields import FEW

NEEDED = N_("This field is needed.")
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]


def held(name: str) -> Any:
    """What the record on the screen has in that field, as it is kept."""
    item = g.get("edited_record")
    return (item.custom or {}).get(name) if item is not None else None


class Own:
    """The validator of a field of the firm's own; it takes the value away where the field is not asked for."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.field_flags = {"required": True} if field.is_required and not field.depends_on else {}

    def __call__(self, form: Any, control: Any) -> None:
        other = self.field.depends_on
        decides = (stored(form[other].data) if other in form else held(other)) if other else None
        if not is_asked(self.field, decides):
            control.data, control.errors = None, []
            raise StopValidation
        if control.errors:
            raise StopValidation
        if control.data in (None, "", []):
            control.data = None
            raise StopValidation(gettext(NEEDED) if self.field.is_required else "")
        try:
            control.data = checked_value(self.field, control.data, held(self.field.name))
        except DomainError as refusal:
            raise ValidationError(gettext(refusal.message, **refusal.params)) from refusal


class Dependent:
    """Mixin: the template says with which values of which other field this one is asked for; ``None`` where it always is."""

    validators: Any

    @property
    def asked_with(self) -> tuple[str, str] | None:
        field = next((each.field for each in self.validators if isinstance(each, Own)), None)
        if field is None or not field.depends_on or not _may_know(field):
            return None
        return field.depends_on, " ".join(sorted(field.decides))


def _may_know(field: Field) -> bool:
    """Whether the reader may know of the field that ``field`` depends on; else its form does not even name that one."""
    models: dict[str, Any] = record_types()
    return all(is_shown(current_actor(), models[each], field.depends_on) for each in field.record_types)


class OwnText(Dependent, StringField):
    """A line of text."""


class OwnLongText(Dependent, TextAreaField):
    """Lines of text."""


class OwnNumber(Dependent, LocalDecimalField):
    """A number."""


class OwnDay(Dependent, LocalDateField):
    """A day."""


class OwnMoment(Dependent, LocalDateTimeField):
    """A moment in the reader's time zone."""


class Chosen(Dependent, SelectField):
    """One of a list, by key; what the record has stays offered, though archived."""

    def __init__(self, label: Any, validators: Any, *, offered: Callable[[], list[tuple[int, str]]], **kwargs: Any) -> None:
        super().__init__(label, validators, choices=[], coerce=_key, validate_choice=False, **kwargs)
        self.offered = offered

    def iter_choices(self) -> Iterator[tuple[Any, ...]]:
        if self.validators:  # a search has a blank of its own
            yield ("", "", self.data is None, {})
        yield from ((key, label, key == self.data, {}) for key, label in self.offered())


@dataclass(frozen=True)
class Colleague:
    """Somebody chosen, by key and name."""

    id: int
    name: str

    def __str__(self) -> str:
        return self.name


class ColleagueChosen(Chosen):
    """One colleague: of a list while they are few, searched while one types where they are many."""

    is_many = False

    def __init__(self, label: Any, validators: Any, **kwargs: Any) -> None:
        super().__init__(label, validators, offered=self._offered, **{**kwargs, "widget": None})

    @property
    def widget(self) -> Any:
        """Decided when the field is drawn; WTForms looks once before, and sets one that counts for nothing."""
        return LookupWidget() if hasattr(self, "offered") and len(self._first) > FEW else Native(Choice(), "form-select")

    @widget.setter
    def widget(self, widget: Any) -> None:
        pass

    @cached_property
    def _first(self) -> list[Any]:
        return people_by_name(limit=FEW + 1)

    def _offered(self) -> list[tuple[int, str]]:
        people = [(each.id, str(each)) for each in self._first]
        return [*people, *((each.id, each.name) for each in self.chosen() if each.id not in dict(people))]

    def chosen(self) -> list[Colleague]:
        kept = self.data if self.data is not None else held(self.name)
        return [] if kept is None else [Colleague(kept, person_name(kept))]

    def url(self) -> str:
        """Where the search asks."""
        return url_for("TeamView.lookup", column="members", all=1)


class SeveralChosen(Dependent, SelectMultipleField):
    """Several of a list."""

    def __init__(self, label: Any, validators: Any, *, offered: Callable[[], list[tuple[int, str]]], **kwargs: Any) -> None:
        super().__init__(label, validators, choices=[], coerce=_key, validate_choice=False, **kwargs)
        self.offered = offered

    def iter_choices(self) -> Iterator[tuple[Any, ...]]:
        yield from ((key, label, key in (self.data or ()), {}) for key, label in self.offered())


class YesNo(Dependent, SelectField):
    """Yes, no, or no answer yet."""

    def __init__(self, label: Any, validators: Any, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=[], coerce=_truth, validate_choice=False, **kwargs)

    def iter_choices(self) -> Iterator[tuple[Any, ...]]:
        if self.validators:
            yield ("", "", self.data is None, {})
        yield ("1", gettext("Yes"), self.data is True, {})
        yield ("0", gettext("No"), self.data is False, {})


def _key(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else {"1": True, "y": True, "0": False}.get(str(value))


def _choices(field: Field, *, is_search: bool) -> Callable[[], list[tuple[int, str]]]:
    language = str(get_locale() or "en")

    def offered() -> list[tuple[int, str]]:
        kept = held(field.name)
        has = kept if isinstance(kept, list) else [kept]
        return [(each.id, each.label_in(language)) for each in field.choices if is_search or not each.is_archived or each.id in has]

    return offered


_NUMBERS = {FieldKind.WHOLE: "numeric", FieldKind.DECIMAL: "decimal", FieldKind.MONEY: "decimal"}
_INPUTS: dict[FieldKind, Callable[[], Any]] = {
    FieldKind.LINK: widgets.URLInput, FieldKind.MAIL: widgets.EmailInput, FieldKind.PHONE: widgets.TelInput, FieldKind.TEXT: widgets.TextInput,
}


def unbound(field: Field, *, is_search: bool = False) -> UnboundField:
    """The form field of a definition; in a search it asks for one value and refuses none."""
    named: dict[str, Any] = {"description": "" if is_search else field.help_in(str(get_locale() or "en"))}
    wanted: list[Any] = [label_of(field), [] if is_search else [Own(field)]]
    if field.kind is FieldKind.PERSON:
        return UnboundField(ColleagueChosen, *wanted, **named)
    if field.kind in CHOSEN:
        offered = _choices(field, is_search=is_search)
        several = field.kind is FieldKind.CHOICES and not is_search
        return UnboundField(SeveralChosen if several else Chosen, *wanted, offered=offered,
                            widget=CheckList() if several else _select(is_search=is_search), **named)
    if field.kind is FieldKind.YES_NO:
        return UnboundField(YesNo, *wanted, widget=_select(is_search=is_search), **named)
    if field.kind in _NUMBERS:
        return UnboundField(OwnNumber, *wanted, widget=Native(widgets.TextInput(), inputmode=_NUMBERS[field.kind]), **named)
    if field.kind is FieldKind.DAY:
        return UnboundField(OwnDay, *wanted, widget=Native(widgets.DateInput()), **named)
    if field.kind is FieldKind.MOMENT:
        return UnboundField(OwnMoment, *wanted, widget=Native(widgets.DateTimeLocalInput()), format=MOMENTS, **named)
    return _words(field, wanted, named, is_search=is_search)


def _select(*, is_search: bool) -> Any:
    return OneForSearch() if is_search else Native(Choice(), "form-select")


def _words(field: Field, wanted: list[Any], named: dict[str, Any], *, is_search: bool) -> UnboundField:
    assert field.kind in WORDS
    if field.kind is FieldKind.LONG_TEXT and not is_search:
        return UnboundField(OwnLongText, *wanted, widget=Native(widgets.TextArea(), rows=4), **named)
    inner = widgets.TextInput() if is_search else _INPUTS[field.kind]()
    limit = {} if is_search else {"maxlength": str(LENGTHS[field.kind])}
    return UnboundField(OwnText, *wanted, widget=Native(inner, **limit), **named)


def widened(form: type[Any], fields: list[Field], *, is_search: bool) -> type[Any]:
    """The form class with a field for each of ``fields``."""
    return type(form.__name__, (form,), {field.name: unbound(field, is_search=is_search) for field in fields})
