"""Records as JSON, and JSON as the values that operations take. Read by column: no list of fields is written twice."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from flask_babel import gettext
from sqlalchemy import Boolean, Date, DateTime, Numeric, String, inspect, select
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import RelationshipProperty

from app.domain.errors import DomainError
from app.domain.scopes import TYPES, Power
from app.extensions import db
from app.models import ContactAddress, ContactPhone, Record, Tag, User
from app.models.base import UtcDateTime
from app.queries.people import known_people
from app.support.i18n import N_
from app.views.api.bearer import covers
from app.views.base import is_key


class NotUnderstood(DomainError):
    """What was sent is no value of that field: 422."""

    def __init__(self, field: str, message: str, **params: Any) -> None:
        super().__init__("not_understood", message, field=field, **params)
        self.field = field


def as_json(value: Any) -> Any:
    """``value`` of a column as JSON holds it: moments in UTC, amounts as text, records by key and name."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, ContactAddress):
        return {"address": value.address, "validity": value.validity.value}
    if isinstance(value, ContactPhone):
        return {"number": value.number, "kind": value.kind.value}
    if isinstance(value, Tag):
        return value.name
    if isinstance(value, Record | User):
        is_named = type(value).__name__ not in TYPES or covers(type(value).__name__, Power.READ)
        return {"id": value.id, "name": str(value)} if is_named else {"id": value.id}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value


def values_from(model: type[Any], offered: tuple[str, ...], sent: Any) -> dict[str, Any]:
    """The values for an operation. Raises ``NotUnderstood`` for anything that is no field of ``offered``, or no value of it."""
    if not isinstance(sent, dict):
        raise NotUnderstood("", N_("Send a JSON object."))
    for name in sent:
        if name not in offered:
            raise NotUnderstood(str(name)[:60], N_("There is no field “%(field)s” to be written here."))
    return {name: _value(model, name, value) for name, value in sent.items()}


def _value(model: type[Any], name: str, value: Any) -> Any:
    mapper = inspect(model)
    relation = mapper.relationships.get(name)
    if relation is not None:
        return _related(relation, name, value)
    column = mapper.columns[name]
    if value is None:
        if not column.nullable and not isinstance(column.type, String):
            raise NotUnderstood(name, N_("“%(field)s” cannot be empty."))
        return None
    try:
        return read_value(column, value)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise NotUnderstood(name, N_("This is no value of “%(field)s”.")) from error


def read_value(column: Any, value: Any) -> Any:
    """``value`` as ``column`` holds it; raises ``ValueError``, ``TypeError`` or ``InvalidOperation`` where it is none of it."""
    return next(read for kind, read in READERS if isinstance(column.type, kind))(value, column.type)


def _related(relation: RelationshipProperty[Any], name: str, value: Any) -> Any:
    if not relation.uselist:
        return None if value is None else _one(relation.mapper.class_, name, value)
    if relation.mapper.class_ is Tag:
        return _names(name, value)
    if not isinstance(value, list) or len(value) > 100:
        raise NotUnderstood(name, N_("“%(field)s” is a list of at most 100 records."))
    return [_one(relation.mapper.class_, name, each) for each in value]


def _names(name: str, value: Any) -> list[str]:
    """Tags are sent by their names; one that is none yet becomes one."""
    if not isinstance(value, list) or len(value) > 100 or not all(isinstance(each, str) for each in value):
        raise NotUnderstood(name, N_("“%(field)s” is a list of text."))
    return value


def _one(related: type[Any], name: str, value: Any) -> Any:
    """The record that ``value`` names, as 7 or {"id": 7}, if the acting person may see it; a person only while switched on."""
    key: Any = value.get("id") if isinstance(value, dict) else value
    wanted = select(related).where(related.id == (int(key) if is_key(key) else 0))
    if related is User:
        wanted = wanted.where(*known_people())
    found = db.session.scalars(wanted).unique().one_or_none()
    if found is None or (isinstance(found, User) and not found.active):
        raise NotUnderstood(name, N_("“%(field)s”: there is no such record, or it is not yours to see."))
    return found


def text(value: Any, kind: Any = None) -> str:
    """``value`` if it is text that the column holds."""
    longest = getattr(kind, "length", None) or 100_000
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(value)
    return value


def _number(value: Any, kind: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= Decimal(10) ** (kind.precision - kind.scale):
        raise ValueError(value)
    return number


def _truth(value: Any, kind: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def moment(value: Any, kind: Any = None) -> datetime:
    """An ISO 8601 moment that says its offset."""
    at = datetime.fromisoformat(text(value))
    if at.tzinfo is None:
        raise ValueError(value)
    return at


def _chosen(value: Any, kind: Any) -> Any:
    return kind.enum_class(text(value))


READERS: tuple[tuple[Any, Callable[[Any, Any], Any]], ...] = (
    (EnumType, _chosen), (String, text), (Numeric, _number), (Boolean, _truth), (DateTime | UtcDateTime, moment),
    (Date, lambda value, kind: date.fromisoformat(text(value))),
)  # fmt: skip


def sentence_for(refusal: NotUnderstood) -> str:
    """What is wrong, in the language of the person."""
    return str(gettext(refusal.message, **refusal.params))
