"""Fields of the firm's own as JSON: numbers as text where they are exact, choices and colleagues by key and name."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.custom_fields import CHOSEN, NUMBERS, WORDS, Field, FieldKind, key, stored
from app.operations.custom_fields import missing
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries.custom_fields import own_fields
from app.support.i18n import N_
from app.views.api.json import NotUnderstood, as_json, moment, text
from app.views.own_fields import choice_label, person_name


def shown(item: Any) -> dict[str, Any]:
    """The own fields of ``item`` that the acting person may know, empty ones too."""
    actor, fields = current_actor(), own_fields(type(item).__name__)
    return {field.name: _json(field, getattr(item, field.name)) for field in fields if is_shown(actor, item, field.name)}


def _json(field: Field, value: Any) -> Any:
    if value is None or field.kind not in CHOSEN and field.kind is not FieldKind.PERSON:
        return as_json(value)
    name = person_name if field.kind is FieldKind.PERSON else lambda each: choice_label(field, each)
    named = [{"id": each, "name": name(each)} for each in (value if isinstance(value, list) else [value])]
    return named if isinstance(value, list) else named[0]


def split(model: type[Any], sent: Any) -> tuple[dict[str, Any], Any]:
    """The values of own fields in the JSON that was ``sent``, and the rest of it."""
    if not isinstance(sent, dict):
        return {}, sent
    fields = {field.name: field for field in own_fields(model.__name__)}
    own = {name: _value(fields[name], value) for name, value in sent.items() if name in fields}
    return own, {name: value for name, value in sent.items() if name not in fields}


def require_all(model: type[Any], values: dict[str, Any]) -> None:
    """Raise ``NotUnderstood`` where a new record would lack what is asked for and the person may write."""
    writable = [field for field in own_fields(model.__name__) if current_actor().rules(model.__name__).get(field.name) is None]
    gap = missing(writable, {name: stored(value) for name, value in values.items()})
    if gap is not None:
        raise NotUnderstood(gap.name, N_("“%(field)s” is needed."))


def asked_key(model: type[Any], name: str, value: Any) -> str | None:
    """The key that a filter compares with, for an own field that the person may know. Raises ``ValueError`` for no value of it."""
    field = next((each for each in own_fields(model.__name__) if each.name == name), None)
    if field is None or not is_shown(current_actor(), model, name):
        return None
    if field.kind is FieldKind.CHOICES:
        value = [value]
    try:
        found = _value(field, str(value) if field.kind in WORDS else value)
    except NotUnderstood as refusal:
        raise ValueError(value) from refusal
    single = stored(found)[0] if isinstance(found, list) else found
    return key(field.kind, single)


def columns(model: type[Any], *, is_order: bool = False) -> list[str]:
    """The own fields that lists may be filtered or sorted by."""
    actor = current_actor()
    return [field.name for field in own_fields(model.__name__) if is_shown(actor, model, field.name) and (field.is_sorted or not is_order)]


def _value(field: Field, value: Any) -> Any:
    if value is None:
        return None
    try:
        if field.kind is FieldKind.CHOICES:
            if not isinstance(value, list) or len(value) > 200:
                raise ValueError(value)
            return [_chosen(field, each) for each in value]
        return _READERS[field.kind](field, value)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise NotUnderstood(field.name, N_("This is no value of “%(field)s”.")) from error


def _chosen(field: Field, value: Any) -> int:
    """A choice as 7, as {"id": 7}, or by its English words."""
    wanted = value.get("id") if isinstance(value, dict) else value
    if field.kind is FieldKind.PERSON:
        return _whole(wanted)
    found = next((each.id for each in field.choices if wanted in (each.id, each.labels["en"])), None)
    if found is None:
        raise ValueError(value)
    return found


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(value)
    return value


def _number(field: Field, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


def _truth(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


_READERS: dict[FieldKind, Callable[[Field, Any], Any]] = {
    **dict.fromkeys(WORDS, lambda field, value: text(value)), **dict.fromkeys(NUMBERS, _number), **dict.fromkeys(CHOSEN, _chosen),
    FieldKind.PERSON: _chosen, FieldKind.YES_NO: _truth, FieldKind.DAY: lambda field, value: date.fromisoformat(text(value)),
    FieldKind.MOMENT: lambda field, value: moment(value),
}
