"""Days and moments in words, in the reader's language: as Flask-Babel writes them, and as their language does."""

from datetime import date, datetime

import flask_babel

from app.support.dates import counted

__all__ = ["format_date", "format_datetime"]


def format_date(day: date | None = None, form: str | None = None) -> str:
    """``form``: full, long, medium, short, or a pattern."""
    return counted(flask_babel.format_date(day, form), flask_babel.get_locale())


def format_datetime(at: datetime | None = None, form: str | None = None) -> str:
    """In the reader's time zone; ``form`` as above."""
    return counted(flask_babel.format_datetime(at, form), flask_babel.get_locale())
