"""How values read on a screen, in the reader's language and time zone."""

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import format_currency, format_date, format_datetime, format_decimal, format_time, gettext, ngettext
from flask_babel import to_user_timezone
from markupsafe import Markup

from app.support import clock


def present(value: Any) -> Any:
    """A value of any column type for a table cell or a record page; None is an empty string."""
    match value:
        case None:
            return ""
        case bool():
            return gettext("Yes") if value else gettext("No")
        case dt.datetime():
            return moment(value)
        case dt.date():
            return format_date(value, "medium")
        case dt.time():
            return format_time(value, "short")
        case enum.Enum():
            return getattr(value, "label", value.value)
        case Decimal() | float() | int():
            return format_decimal(value)
        case list() | tuple() | set():
            return ", ".join(str(present(part)) for part in value)
    return value


def money(amount: Decimal | int | None, currency: str) -> str:
    """An amount with its currency; without cents when it is whole. None is an empty string."""
    if amount is None:
        return ""
    if amount == int(amount):
        return str(format_currency(amount, currency, format=_whole_pattern(), currency_digits=False))
    return str(format_currency(amount, currency))


def _whole_pattern() -> str:
    from babel.core import Locale
    from flask_babel import get_locale

    locale = get_locale() or Locale("en")
    return str(locale.currency_formats["standard"].pattern).replace(".00", "")


def moment(at: dt.datetime) -> str:
    """Date and time, as short as today allows: "today, 8:05", "yesterday, 17:42", "19 Nov 2026, 15:20"."""
    local, today = to_user_timezone(at), to_user_timezone(clock.now()).date()
    hour = format_time(at, "short")
    match (today - local.date()).days:
        case 0:
            return gettext("today, %(hour)s", hour=hour)
        case 1:
            return gettext("yesterday, %(hour)s", hour=hour)
    return str(format_datetime(at, "medium" if local.year != today.year else "d MMM, ")) + (
        "" if local.year != today.year else hour
    )


def ago(at: dt.datetime) -> str:
    """How long ago, in one unit: "40 seconds ago", "3 days ago"."""
    seconds = max(0, int((clock.now() - at).total_seconds()))
    if seconds < 60:
        return ngettext("%(num)s second ago", "%(num)s seconds ago", seconds)
    if seconds < 3600:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", seconds // 60)
    if seconds < 86_400:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", seconds // 3600)
    return ngettext("%(num)s day ago", "%(num)s days ago", seconds // 86_400)


def size(count: int) -> str:
    """A file's size: "412 kB"."""
    if count < 1000:
        return ngettext("%(num)s byte", "%(num)s bytes", count)
    if count < 1_000_000:
        return gettext("%(number)s kB", number=format_decimal(round(count / 1000)))
    return gettext("%(number)s MB", number=format_decimal(round(count / 1_000_000, 1)))


def paragraphs(text: str | None) -> Markup:
    """Plain text as escaped paragraphs that keep their line breaks."""
    parts = [part.strip("\n") for part in (text or "").replace("\r\n", "\n").split("\n\n")]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(part.split("\n"))) for part in parts if part.strip()
    )


def register(app: Flask) -> None:
    """Make these the filters `present`, `money`, `moment`, `ago`, `size` and `paragraphs` of the templates."""
    app.jinja_env.filters.update(
        present=present, money=money, moment=moment, ago=ago, size=size, paragraphs=paragraphs
    )
