"""Days in words, in the reader's language: as Flask-Babel writes them, and as their language does."""

from datetime import date, datetime
from functools import lru_cache

import flask_babel
from babel import Locale

from app.support.dates import counted


def format_date(day: date | None = None, form: str | None = None) -> str:
    """``form``: full, long, medium, short, or a pattern. Of a moment the day where the reader is."""
    if day is None or isinstance(day, datetime):
        return counted(flask_babel.format_date(day, form), flask_babel.get_locale())
    return _worded(day, form, flask_babel.get_locale())


@lru_cache(maxsize=2_000)
def _worded(day: date, form: str | None, locale: Locale | None) -> str:
    """In the reader's language, which is ``locale``: the rows of a list say the same few days."""
    return counted(flask_babel.format_date(day, form), locale)
