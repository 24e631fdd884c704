"""What the cells of a file mean: numbers, days, moments, yes or no, numbers of companies, as people of three languages write them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.domain.errors import DomainError
from app.domain.orders import HEADCOUNTS
from app.support.i18n import N_
from app.support.text import fold

NO_NUMBER = N_("“%(value)s” is not a number. Write it like 1234.50.")
NO_DAY = N_("“%(value)s” is not a date. Write it like 2026-11-30 or 30.11.2026.")
NO_SUCH_DAY = N_("There is no day “%(value)s”.")
NO_YES = N_("“%(value)s” is neither yes nor no.")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
_MONEY = re.compile(r"^(?:eur|pln|gbp|usd|chf|zł|zl|€|\$|£)|(?:eur|pln|gbp|usd|chf|zł|zl|€|\$|£|%)$", re.IGNORECASE)
_ISO = re.compile(r"^(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[T ]+(\d{1,2})[:h.](\d{2})(?::(\d{2}))?\S*)?$")
_WRITTEN = re.compile(r"^(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4}|\d{2})(?:,?[T ]+(?:o |à )?(\d{1,2})[:h.](\d{2})(?::(\d{2}))?)?$")
_NAMED = re.compile(r"^(\d{1,2})(?:er|st|nd|rd|th|\.)? (?:of |de )?([a-z]+)\.? (\d{4})$")
_MONTHS: Final = (
    "jan sty", "feb fev lut", "mar", "apr avr kwi", "may mai maj", "jun juin cze", "jul juil lip", "aug aou sie", "sep wrz", "oct paz",
    "nov lis", "dec gru",
)
_YES = {"1", "y", "yes", "true", "x", "o", "oui", "vrai", "t", "tak", "prawda", "✓", "✔"}
_NO = {"0", "n", "no", "false", "non", "faux", "nie", "falsz", "-"}
_FIRST_DAY: Final = date(1899, 12, 30)  # Excel counts days from it
LATEST_SERIAL: Final = 200_000


def text_of(cell: Any) -> str:
    """``cell`` as a person reads it; a whole number has no point, a day is ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, Mapping):
        return str(cell["at"]).replace("T00:00:00", "").replace("T", " ")
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f")
    return str(cell).strip()


def number_of(cell: Any) -> Decimal | None:
    """The number that ``cell`` is, written with spaces, commas or a currency or without; None for an empty one."""
    if cell is None or isinstance(cell, int | float) and not isinstance(cell, bool):
        return None if cell is None else Decimal(repr(cell))
    text = text_of(cell)
    bare = _SPACES.sub("", text)
    bare = _MONEY.sub("", bare)
    if not bare:
        return None
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    try:
        number = Decimal(_with_point(bare.replace("\u2212", "-")))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise DomainError("no_number", NO_NUMBER, value=text[:60])
    return number


def _with_point(text: str) -> str:
    """``1.234,50`` and ``1,234.50`` alike. A single comma is a decimal one, as it is in French and Polish."""
    if "," not in text:
        return text.replace(".", "") if text.count(".") > 1 else text
    if "." not in text:
        return text.replace(",", "") if text.count(",") > 1 else text.replace(",", ".")
    return text.replace(".", "").replace(",", ".") if text.rfind(",") > text.rfind(".") else text.replace(",", "")


def moment_of(cell: Any, zone: tzinfo) -> datetime | None:
    """The moment that ``cell`` names where ``zone`` is; a day alone begins at midnight."""
    found = _written(cell)
    return None if found is None else found if found.tzinfo else found.replace(tzinfo=zone)


def day_of(cell: Any) -> date | None:
    """The day that ``cell`` names; the day comes before the month unless the year stands first."""
    found = _written(cell)
    return found.date() if found is not None else None


def _written(cell: Any) -> datetime | None:
    if cell is None:
        return None
    if isinstance(cell, Mapping):
        text = str(cell["at"])
        return datetime.fromisoformat(text) if "-" in text else _refuse_day(text)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < LATEST_SERIAL:
        return datetime(_FIRST_DAY.year, _FIRST_DAY.month, _FIRST_DAY.day) + timedelta(days=cell)  # noqa: DTZ001 - a day of no zone yet
    text = text_of(cell)
    if not text:
        return None
    if match := _ISO.match(text):
        return _moment(text, match[1], match[2], match[3], match.groups()[3:])
    if match := _WRITTEN.match(text):
        year = match[3] if len(match[3]) == 4 else str((2000 if int(match[3]) < 70 else 1900) + int(match[3]))
        return _moment(text, year, match[2], match[1], match.groups()[3:])
    if (match := _NAMED.match(fold(text))) and (month := _month(match[2])):
        return _moment(text, match[3], str(month), match[1], ())
    return _refuse_day(text)


def _month(word: str) -> int:
    return next((n for n, names in enumerate(_MONTHS, start=1) if any(word.startswith(each) for each in names.split())), 0)


def _moment(text: str, year: str, month: str, day: str, hours: tuple[str | None, ...]) -> datetime:
    try:
        hour, minute, second = (int(each or 0) for each in hours or (None, None, None))
        return datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001 - a day of no zone yet
    except ValueError as error:
        raise DomainError("no_such_day", NO_SUCH_DAY, value=text[:60]) from error


def _refuse_day(text: str) -> Any:
    raise DomainError("no_day", NO_DAY, value=text[:60])


def yes_of(cell: Any) -> bool | None:
    if cell is None or isinstance(cell, bool):
        return cell
    word = fold(text_of(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not word:
        return None
    raise DomainError("no_yes", NO_YES, value=text_of(cell)[:60])


def headcount_of(cell: Any) -> str | None:
    """The band of employees that ``cell`` says: "1-9", "12", "250 people or more"; a workbook takes "1-9" for a day of January or September."""
    if isinstance(cell, Mapping):
        day = day_of(cell)
        return "1-9" if day is not None and {day.day, day.month} == {1, 9} else None
    found = re.search(r"\d+", _SPACES.sub("", text_of(cell)))
    if found is None:
        return None
    return next(band for most, band in zip((0, 9, 49, 249), HEADCOUNTS, strict=False) if int(found[0]) <= most) if int(found[0]) < 250 else HEADCOUNTS[-1]


def code_of(cell: Any) -> str | None:
    """A number of a company: its letters and digits."""
    return re.sub(r"[^0-9A-Za-z]", "", text_of(cell)).upper() or None
