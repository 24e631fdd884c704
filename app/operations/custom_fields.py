"""Values of the firm's own fields: what must be true of those that records are given."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.domain.custom_fields import CHOSEN, PREFIX, Field, FieldKind, checked, is_asked, stored
from app.domain.errors import DomainError
from app.domain.reach import kept, mail_address, phone_number
from app.extensions import db
from app.models import Firm, User
from app.models.custom_fields import fields_of
from app.permissions.actor import Actor
from app.permissions.decide import is_writable
from app.support.i18n import N_

NEEDED = N_("“%(field)s” is needed.")
NO_CHOICE = N_("Choose one of the list.")


def own_values(model: type[Any], values: Mapping[str, Any], held: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """``values`` with those of own fields checked; ``held`` is what the record has. A field that is not asked for any more loses its value.

    Raises ``DomainError`` for a value that is none of its field, and where a required one is taken away.
    """
    if not any(name.startswith(PREFIX) for name in values):
        return dict(values)
    fields = {each.name: each for each in fields_of(model.__name__, db.session())}
    result = {name: _checked(fields, name, value, held) if name.startswith(PREFIX) else value for name, value in values.items()}
    after = {**held, **{name: stored(value) for name, value in result.items() if name.startswith(PREFIX)}}
    for name, field in fields.items():
        if not is_asked(field, after.get(field.depends_on)):
            if after.get(name) is not None and is_writable(actor, model, name):
                result[name] = None
        elif field.is_required and name in values and result[name] is None:
            raise DomainError("needed", NEEDED, field=field.label_in("en"))
    return result


def _checked(fields: Mapping[str, Field], name: str, value: Any, held: Mapping[str, Any]) -> Any:
    if name not in fields:
        raise DomainError("no_such_field", N_("There is no field “%(field)s” any more. Open the form again."), field=name)
    return checked_value(fields[name], value, held.get(name))


def checked_value(field: Field, value: Any, held: Any = None) -> Any:
    """``value`` as the field keeps it. What it holds already stays allowed: an archived choice, a person who left."""
    value = checked(field.kind, value)
    if value is None or stored(value) == held:
        return value
    if field.kind in CHOSEN:
        offered = {each.id for each in field.choices if not each.is_archived} | set(held if isinstance(held, list) else [held])
        if not set(value if isinstance(value, list) else [value]) <= offered:
            raise DomainError("no_choice", NO_CHOICE)
    elif field.kind is FieldKind.PERSON and not db.session.scalar(select(User.id).where(User.id == value, User.active.is_(True))):
        raise DomainError("no_choice", NO_CHOICE)
    elif field.kind is FieldKind.MAIL:
        return mail_address(value)
    elif field.kind is FieldKind.PHONE:
        return _phone(value)
    return value


def _phone(text: str) -> str:
    """The number in E.164 where it can be read so, by the country of the firm; else as it was typed."""
    number = phone_number(text, db.session.get_one(Firm, 1).country)
    return kept(number) if number is not None else text


def audited(model: type[Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """``facts`` for the audit: choices by their words, as they were called at the time."""
    if not any(name.startswith(PREFIX) for name in facts):
        return dict(facts)
    fields = {each.name: each for each in fields_of(model.__name__, db.session())}
    return {name: _worded(fields[name], value) if name in fields else value for name, value in facts.items()}


def _worded(field: Field, value: Any) -> Any:
    if field.kind not in CHOSEN or value is None:
        return value
    words = [found.label_in("en") if (found := field.choice(key)) else str(key) for key in (value if isinstance(value, list) else [value])]
    return words if isinstance(value, list) else words[0]


def missing(fields: Iterable[Field], values: Mapping[str, Any]) -> Field | None:
    """The first required field that a new record with ``values`` (as stored) leaves empty though it is asked for."""
    return next((each for each in fields if each.is_required and values.get(each.name) in (None, "", []) and is_asked(each, values.get(each.depends_on))), None)
