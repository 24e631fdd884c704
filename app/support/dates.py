"""How a language writes a day and an hour."""

import re
from calendar import monthrange
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeVar
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import format_time

Day = TypeVar("Day", bound=date)  # or a moment
_YEAR = re.compile(r",?\s*y+\b")

NO_ZONES = {"Factory", "localtime"}  # the system lists them, the libraries that draw pages do not know them


def is_zone(name: str) -> bool:
    """Whether ``name`` is a time zone that a person can live in: "Europe/Warsaw"."""
    return name in available_timezones() - NO_ZONES


_FIRST = re.compile(r"(?<!\d)1(?=[ \u00a0\u202f](?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc))")


def counted(text: str, locale: Locale | None) -> str:
    """``text`` with its days counted as the language does: French says "1er décembre", then "2 décembre"."""
    return _FIRST.sub("1er", text) if locale is not None and locale.language == "fr" else text


def without_year(locale: Locale) -> str:
    """The pattern of a full date less its year, with the commas of the language: "EEEE, d MMMM" in Polish."""
    return _YEAR.sub("", locale.date_formats["full"].pattern)


def hour(at: time, locale: Locale) -> str:
    """An hour of the day: "8:05 AM"; French writes "8 h 05" and "8 h", Polish "8:05"."""
    return _clocked(at.replace(second=0, microsecond=0, tzinfo=None), locale)


@lru_cache(maxsize=2_000)
def _clocked(at: time, locale: Locale) -> str:
    pattern = "short"
    if locale.language == "fr":
        pattern = "H\N{NO-BREAK SPACE}'h'\N{NO-BREAK SPACE}mm" if at.minute else "H\N{NO-BREAK SPACE}'h'"
    elif locale.language == "pl":
        pattern = "H:mm"
    return str(format_time(at, pattern, locale=locale))


_DAY = re.compile(r"(\d{1,2})\s*[./\- ]\s*(\d{1,2})\s*[./\- ]\s*(\d{4})")
_HOUR = re.compile(r"(\d{1,2})\s*(?:[:h.]\s*(\d{2})?)?")


def typed_day(text: str) -> date:
    """The day that somebody typed: 3.12.2026, 03/12/2026, 3-12-2026 (day first) or 2026-12-03. Raises ``ValueError``."""
    found = _DAY.fullmatch(text.strip())
    return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())


def typed_moment(text: str) -> tuple[date, time | None]:
    """The day that somebody typed, and the hour behind it if there is one: "3.12.2026 9:30", "3/12/2026 à 9 h". Raises ``ValueError``."""
    text = " ".join(text.split())
    day = _DAY.match(text)
    if day is None:
        at = datetime.fromisoformat(text)
        return at.date(), at.time() if len(text) > 10 else None
    rest = text[day.end() :].strip(" ,Tà")
    clocked = _HOUR.fullmatch(rest) if rest else None
    if rest and clocked is None:
        raise ValueError(text)
    return typed_day(day[0]), time(int(clocked[1]), int(clocked[2] or 0)) if clocked else None


def example(locale: Locale, *, with_hour: bool = False) -> str:
    """A day as ``locale`` writes one in figures, the day first: "31.12.2026", in French "31/12/2026"; with an hour if that is wanted."""
    day = "31.12.2026" if locale.language == "pl" else "31/12/2026"
    return f"{day} {hour(time(9, 30), locale)}" if with_hour and locale.language != "en" else f"{day} 9:30" if with_hour else day


def months_from(start: Day, months: int) -> Day:
    """As many calendar months later, or earlier; the last day of a month that is too short."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
