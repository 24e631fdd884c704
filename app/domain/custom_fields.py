"""Fields of the firm's own: what they are, what a value is, and the text by which values are filtered and sorted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.errors import DomainError
from app.support.i18n import N_
from app.support.text import digits, fold, shorten

PREFIX: Final = "x_"  # of every name, so that no column of ours is ever meant
LONGEST_KEY: Final = 500
CHUNK: Final = 400  # a long text is found by pieces that overlap, so that no word falls between two
_BIAS = 10**15  # makes negative numbers sort before positive ones as text
_LINK = re.compile(r"^https?://[^\s/]+\.?[^\s]*$", re.IGNORECASE)


class FieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    PERSON = "person"
    LINK = "link"
    MAIL = "mail"
    PHONE = "phone"


WORDS: Final = {FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.LINK, FieldKind.MAIL, FieldKind.PHONE}
NUMBERS: Final = {FieldKind.WHOLE, FieldKind.DECIMAL, FieldKind.MONEY}
CHOSEN: Final = {FieldKind.CHOICE, FieldKind.CHOICES}
DECIDING: Final = {FieldKind.YES_NO, *CHOSEN}  # fields on whose value another one may depend
UNSORTED: Final = {FieldKind.LONG_TEXT, FieldKind.CHOICES, FieldKind.PERSON}
SEARCHABLE: Final = WORDS | {FieldKind.WHOLE}
LENGTHS: Final = {
    FieldKind.TEXT: 200, FieldKind.LONG_TEXT: 10_000, FieldKind.LINK: 500, FieldKind.MAIL: 254, FieldKind.PHONE: 30,
}
PLACES: Final = {FieldKind.WHOLE: 0, FieldKind.DECIMAL: 6, FieldKind.MONEY: 2}  # digits after the point


@dataclass(frozen=True)
class Choice:
    """One value of a list; an archived one stays where it was chosen and is not offered any more."""

    id: int
    labels: Mapping[str, str]
    is_archived: bool = False

    def label_in(self, language: str) -> str:
        return self.labels.get(language) or self.labels["en"]


@dataclass(frozen=True)
class Field:
    """A definition as programs use it. ``decides`` are the values of ``depends_on`` with which the field is asked for."""

    id: int
    name: str
    kind: FieldKind
    record_types: tuple[str, ...]
    labels: Mapping[str, str]
    helps: Mapping[str, str] = field(default_factory=dict)
    is_required: bool = False
    is_searched: bool = False
    is_archived: bool = False
    currency: str = ""
    choices: tuple[Choice, ...] = ()
    depends_on: str = ""
    decides: frozenset[str] = frozenset()

    @property
    def is_sorted(self) -> bool:
        return self.kind not in UNSORTED

    def label_in(self, language: str) -> str:
        return self.labels.get(language) or self.labels["en"]

    def help_in(self, language: str) -> str:
        return self.helps.get(language) or self.helps.get("en", "")

    def choice(self, key: Any) -> Choice | None:
        return next((each for each in self.choices if each.id == key), None)


def stored(value: Any) -> Any:
    """``value`` as the JSON of a record keeps it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(value)
    return value


def read(kind: FieldKind, value: Any) -> Any:
    """What ``stored`` made, back again."""
    if value is None:
        return None
    if kind is FieldKind.DAY:
        return date.fromisoformat(value)
    if kind is FieldKind.MOMENT:
        return datetime.fromisoformat(value)
    if kind in (FieldKind.DECIMAL, FieldKind.MONEY):
        return Decimal(value)
    return value


def keys(kind: FieldKind, value: Any) -> list[str]:
    """The texts by which a value as ``stored`` is found; as text they stand in the order of the values."""
    if value is None or value == "" or value == []:
        return []
    if kind is FieldKind.LONG_TEXT:
        text = fold(str(value))
        return [text[at : at + LONGEST_KEY] for at in range(0, max(1, len(text)), CHUNK)]
    return [key(kind, each) for each in value] if isinstance(value, list) else [key(kind, value)]


def key(kind: FieldKind, value: Any) -> str:
    """The one text by which a single value is found."""
    if kind in NUMBERS:
        return f"{Decimal(str(value)) + _BIAS:024.6f}"
    if kind is FieldKind.YES_NO:
        return "1" if value else "0"
    if kind in WORDS:
        return (kind is FieldKind.PHONE and digits(str(value)) or fold(str(value)))[:LONGEST_KEY]
    return str(stored(value))


def checked(kind: FieldKind, value: Any) -> Any:
    """``value`` as it may be kept. Raises ``DomainError`` for one that is none of ``kind``; whole lists are the caller's to know."""
    if value is None or value == "" or value == []:
        return None
    if kind in NUMBERS:
        return _number(kind, value)
    if kind in WORDS:
        return _words(kind, str(value).strip())
    return value


def _number(kind: FieldKind, value: Any) -> Any:
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= 10**12:
        raise DomainError("number_too_large", N_("This number is too large to be true."))
    if number != round(number, PLACES[kind]):
        message = N_("This is a whole number: leave out what stands after the comma.") if kind is FieldKind.WHOLE else N_(
            "There are too many digits after the comma.")
        raise DomainError("too_exact", message)
    return int(number) if kind is FieldKind.WHOLE else number


def _words(kind: FieldKind, text: str) -> str:
    if len(text) > LENGTHS[kind]:
        raise DomainError("too_long", N_("This is too long: at most %(most)s characters fit."), most=LENGTHS[kind])
    if kind is FieldKind.LINK and not _LINK.match(text):
        raise DomainError("bad_link", N_("This is no address of a page. It begins with https:// or http://."))
    return text


def is_asked(field_: Field, value_of_other: Any) -> bool:
    """Whether a field that depends on another is asked for, with that value of the other (as ``stored``)."""
    if not field_.depends_on:
        return True
    if value_of_other is None:
        return False
    values = value_of_other if isinstance(value_of_other, list) else [value_of_other]
    return bool({("1" if each is True else "0" if each is False else str(each)) for each in values} & field_.decides)


def code_of(label: str) -> str:
    """A name for programs, made of the English label: "Purchasing contact" → "purchasing_contact"."""
    return re.sub(r"[^a-z0-9]+", "_", fold(shorten(label, 40))).strip("_")[:40]
