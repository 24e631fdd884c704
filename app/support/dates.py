"""How a language writes a day."""

import re

from babel import Locale

_YEAR = re.compile(r",?\s*y+\b")


def without_year(locale: Locale) -> str:
    """The pattern of a full date less its year, with the commas of the language: "EEEE, d MMMM" in Polish."""
    return _YEAR.sub("", locale.date_formats["full"].pattern)
