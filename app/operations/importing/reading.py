"""Cells become values: what needs no look into the database for each row."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask_babel import force_locale, gettext

from app.domain.cells import code_of, day_of, headcount_of, moment_of, number_of, text_of, yes_of
from app.domain.custom_fields import CHOSEN, Field, FieldKind
from app.domain.engagements import EngagementState
from app.domain.errors import DomainError
from app.domain.imports import Kind, Target
from app.domain.labels import label
from app.domain.languages import Language
from app.domain.mending import first_mail, number_again, postcode_again, says_nothing, unshortened
from app.domain.opportunities import Source
from app.domain.orders import HEADCOUNTS
from app.domain.reach import kept_number
from app.domain.tasks import TaskStatus
from app.domain.territories import territory_of
from app.models.contacts import Title
from app.operations.importing.drafts import Draft
from app.support.i18n import N_
from app.support.text import fold, storable

LANGUAGES = ("en", "fr", "pl")
NOBODY_EMPLOYED = N_("nobody employed")
FIXED: dict[tuple[str, str], type[Enum]] = {
    ("Contact", "title"): Title, ("Opportunity", "source"): Source, ("Task", "status"): TaskStatus, ("Engagement", "state"): EngagementState,
}
REFERENCES = {Kind.NAMED, Kind.PERSON, Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY}
TOO_LONG = N_("“%(field)s” is too long: at most %(most)s characters fit.")
NOT_OFFERED = N_("“%(value)s” is not one of the values of “%(field)s”.")
NO_COUNTRY = N_("There is no country “%(value)s”. Write its two letters, such as FR or PL.")
NO_CURRENCY = N_("“%(value)s” is not a currency. Write its three letters, such as EUR or PLN.")
PERCENT = N_("A probability is a number from 0 to 100.")
_PARTS = re.compile(r"[;\n]|,(?=\s|\S+@)")
_SYMBOLS = {"€": "EUR", "euro": "EUR", "euros": "EUR", "zl": "PLN", "£": "GBP", "$": "USD"}


class Reader:
    """Reads the rows of one file. ``columns``: (place in the row, what it is); ``region`` and ``zone`` are those of whoever imports.

    ``is_text``: the file is text with separators, in which a number that lost its zeros looks like any other word.
    """

    def __init__(
        self, record_type: str, columns: Sequence[tuple[int, Target]], own: dict[str, Field], region: str, zone: str, *, is_text: bool = False
    ) -> None:
        self.record_type, self.columns, self.own, self.region, self.zone, self.is_text = record_type, columns, own, region, ZoneInfo(zone), is_text
        self._read = {target.name: self._reads(target) for _, target in columns}

    def draft(self, number: int, cells: list[Any]) -> Draft:
        """The first cell that cannot be read refuses the row."""
        draft = Draft(number)
        for place, target in self.columns:
            cell = cells[place] if place < len(cells) else None
            if cell is None or says_nothing(target, cell):
                continue
            try:
                self._take(draft, target, cell)
            except DomainError as refusal:
                draft.refuse(refusal)
                break
        return draft if draft.refusal else self._mended(draft, cells)

    def _mended(self, draft: Draft, cells: list[Any]) -> Draft:
        """Give codes back what a spreadsheet took from them, and note what stood there. The country of a postcode is known by now."""
        for place, target in self.columns:
            value = draft.values.get(target.name)
            if not target.is_many and target.kind in (Kind.MAIL, Kind.PHONE) and value:
                self._note_first(draft, target, value, text_of(cells[place]))
            if target.kind is not Kind.CODE or not isinstance(value, str) or not value.isdigit():
                continue
            is_number = isinstance(cells[place], int) or self.is_text
            if target.name == "postcode":
                whole = postcode_again(value, draft.values.get("country") or self.region, is_number=is_number)
            else:
                whole = number_again(target.name, value) if is_number else value
            if whole != value:
                draft.mended[target.name], draft.values[target.name] = (value, whole), whole
        return draft

    def _note_first(self, draft: Draft, target: Target, value: str, text: str) -> None:
        """Of several addresses or numbers in one cell only the first is kept: that is told."""
        is_several = bool(_PARTS.search(text)) and kept_number(text, self.region) != value
        if is_several if target.kind is Kind.PHONE else value.lower() != text.lower():
            draft.mended[target.name] = (text[:100], value)

    def _take(self, draft: Draft, target: Target, cell: Any) -> None:
        own = self.own.get(target.name)
        if target.kind in REFERENCES or own is not None and own.kind is FieldKind.PERSON:
            texts = _PARTS.split(text_of(cell)) if target.is_many else [text_of(cell)]
            draft.asked += [(target.name, part.strip()) for part in texts if part.strip()]
        elif target.is_many:
            several = draft.values.setdefault(target.name, [])
            several += [one for part in _several(cell) if (one := self._value(target, part)) and one not in several]
        elif (value := own_value(own, cell, self.zone) if own else self._value(target, cell)) is not None and value != "":
            draft.values[target.name] = value

    def _reads(self, target: Target) -> Callable[[Any], Any]:
        """How the cells of a column are read."""
        read: Callable[[Any], Any] | None = {
            Kind.DAY: day_of, Kind.COUNTRY: country_of, Kind.CURRENCY: currency_of, Kind.NUMBER: lambda each: _number(target, each),
            Kind.MOMENT: lambda each: moment_of(each, self.zone), Kind.FIXED: lambda each: fixed(self.record_type, target, each),
            Kind.PHONE: lambda each: _phone(each, self.region), Kind.MAIL: self._mail,
            Kind.CODE: lambda each: _code(target, each), Kind.HEADCOUNT: lambda each: _headcount(target, each),
            Kind.TERRITORY: lambda each: territory_of(storable(text_of(each)), self.region),
        }.get(target.kind)
        return read or (lambda each: storable(text_of(each)))

    def _mail(self, cell: Any) -> str | None:
        """Of a row of an order what is odd is taken as it stands, as if it were typed."""
        text = text_of(cell)
        try:
            return first_mail(text) if text else None
        except DomainError:
            if self.record_type == "ProspectRow":
                return storable(text)
            raise

    def _value(self, target: Target, cell: Any) -> Any:
        value = self._read[target.name](cell)
        if isinstance(value, str) and not isinstance(value, Enum) and len(value) > target.length:
            raise DomainError("too_long", TOO_LONG, field=target.label, most=target.length)
        return value


def named(target: Target) -> list[str]:
    """What the column is called in all languages."""
    return [each for each in target.labels.values() if each] if target.labels is not None else worded(target.label)


@cache
def worded(label: str) -> list[str]:
    """A word of ours in all languages."""
    found = []
    for language in LANGUAGES:
        with force_locale(language):
            found.append(gettext(label))
    return found


def _several(cell: Any) -> list[Any]:
    return [part.strip() for part in _PARTS.split(cell) if part.strip()] if isinstance(cell, str) else [cell]


def _number(target: Target, cell: Any) -> Decimal | None:
    value = number_of(cell)
    if value is None:
        return None
    if target.name == "probability":
        value = value * 100 if isinstance(cell, float) and value < 1 else value
        if not 0 <= value <= 100:
            raise DomainError("percent", PERCENT)
    return round(value, 2)


def _phone(cell: Any, region: str) -> str:
    """The number as it is kept. One that a workbook took for a number has lost its plus or its zero."""
    text = unshortened(text_of(cell))
    if isinstance(cell, int):
        text = f"+{text}" if len(text) >= 11 else f"0{text}" if region == "FR" and len(text) == 9 else text
    numbers = (kept_number(each, region) for each in (text, *_PARTS.split(text)))
    return next((each for each in numbers if each is not None), text[:30])


def _code(target: Target, cell: Any) -> str | None:
    text = unshortened(text_of(cell))
    if target.name == "postcode":
        return text
    code = code_of(text)
    return code.removeprefix("PL") if code is not None and target.name == "nip" else code


def _headcount(target: Target, cell: Any) -> str | None:
    if isinstance(cell, str) and fold(cell) in {fold(each) for each in worded(NOBODY_EMPLOYED)}:
        return HEADCOUNTS[0]
    band = headcount_of(cell)
    if band is None:
        raise DomainError("not_offered", NOT_OFFERED, value=text_of(cell)[:60], field=target.label)
    return band


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        found |= {fold(name): code for code, name in Locale(language).territories.items() if len(code) == 2}
    return found | {code.lower(): code for code in found.values()}


def country_of(cell: Any) -> str | None:
    """Its two letters, by them or by its name in three languages."""
    text = text_of(cell)
    if text and fold(text) not in _countries():
        raise DomainError("no_country", NO_COUNTRY, value=text[:60])
    return _countries()[fold(text)] if text else None


def currency_of(cell: Any) -> str | None:
    text = text_of(cell)
    code = _SYMBOLS.get(fold(text), text.upper())
    if text and code not in Locale("en").currencies:
        raise DomainError("no_currency", NO_CURRENCY, value=text[:60])
    return code or None


@cache
def words_of(kind: type[Enum]) -> dict[str, Enum]:
    """Every word that means a value of ``kind``, in three languages, folded."""
    found: dict[str, Enum] = {}
    for language in LANGUAGES:
        with force_locale(language):
            found |= {re.sub(r" ?\(.*\)", "", fold(gettext(label(each)))): each for each in kind}
    return found | {str(each.value): each for each in kind}


def fixed(record_type: str, target: Target, cell: Any) -> Enum | None:
    kind = Language if target.name == "language" else FIXED[(record_type, target.name)]
    text = re.sub(r" ?\(.*\)", "", fold(text_of(cell))).rstrip(".")
    known = words_of(kind)
    if kind is Language:
        known = _language_names() | known
    if kind is Title:
        known = {"mme": Title.MRS, "madame": Title.MRS, "pani": Title.MRS, "ms": Title.MRS, "m": Title.MR, "monsieur": Title.MR, "pan": Title.MR} | known
    if text and text not in known:
        raise DomainError("not_offered", NOT_OFFERED, value=text_of(cell)[:60], field=target.label)
    return known[text] if text else None


@cache
def _language_names() -> dict[str, Enum]:
    return {fold(Locale(each).languages[one.value]): one for each in LANGUAGES for one in Language}


# ---- fields of the firm's own


def own_value(field: Field, cell: Any, zone: ZoneInfo) -> Any:
    """What ``cell`` is in the field: its words become keys. ``custom_fields.own_values`` checks the rest."""
    if field.kind in CHOSEN:
        return _choices(field, text_of(cell))
    if field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL, FieldKind.MONEY):
        return number_of(cell)
    if field.kind is FieldKind.DAY:
        return day_of(cell)
    if field.kind is FieldKind.MOMENT:
        return moment_of(cell, zone)
    return yes_of(cell) if field.kind is FieldKind.YES_NO else storable(text_of(cell))


def _choices(field: Field, text: str) -> Any:
    offered = {fold(words): each.id for each in field.choices if not each.is_archived for words in each.labels.values() if words}
    several = field.kind is FieldKind.CHOICES
    wanted = [part.strip() for part in (re.split(r"[;,\n]", text) if several and fold(text) not in offered else [text]) if part.strip()]
    for part in wanted:
        if fold(part) not in offered:
            raise DomainError("not_offered", NOT_OFFERED, value=part[:60], field=field.label_in("en"))
    found = [offered[fold(part)] for part in wanted]
    return found if several else found[0] if found else None
