"""How a language writes a day and an hour."""

import re
from datetime import time
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import format_time

_YEAR = re.compile(r",?\s*y+\b")

NO_ZONES = {"Factory", "localtime"}  # the system lists them, the libraries that draw pages do not know them


def is_zone(name: str) -> bool:
    """Whether ``name`` is a time zone that a person can live in: "Europe/Warsaw"."""
    return name in available_timezones() - NO_ZONES


def without_year(locale: Locale) -> str:
    """The pattern of a full date less its year, with the commas of the language: "EEEE, d MMMM" in Polish."""
    return _YEAR.sub("", locale.date_formats["full"].pattern)


def hour(at: time, locale: Locale) -> str:
    """An hour of the day: "8:05 AM"; French writes "8 h 05" and "8 h", Polish "8:05"."""
    pattern = "short"
    if locale.language == "fr":
        pattern = "H\N{NO-BREAK SPACE}'h'\N{NO-BREAK SPACE}mm" if at.minute else "H\N{NO-BREAK SPACE}'h'"
    elif locale.language == "pl":
        pattern = "H:mm"
    return str(format_time(at.replace(tzinfo=None), pattern, locale=locale))
