"""What a summary is made of as words: its parts, and how values read for one reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import current_app
from flask_babel import get_locale, gettext

from app.domain.summaries import Line
from app.support import clock
from app.support.dates import counted, without_year
from app.support.dates import hour as worded_hour
from app.support.money import Money

Acts = Callable[[str, Line], tuple[tuple[str, str], ...]]  # what can be done with a line of a part, each with its link
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Row:
    """One record of a list; ``late`` is what is wrong with it."""

    title: str
    url: str
    details: tuple[str, ...] = ()
    late: str = ""
    phone: str = ""
    tel: str = ""
    acts: tuple[tuple[str, str], ...] = ()  # what can be done, and its link
    number: int = 0  # by which an answer names it


@dataclass(frozen=True)
class Table:
    """Figures by person; the first column names the person, the last row is the sum where there is one."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A heading with a list, a table or a sentence."""

    key: str
    title: str
    aside: str = ""
    rows: tuple[Row, ...] = ()
    table: Table | None = None
    text: str = ""
    link: str = ""
    url: str = ""


@dataclass(frozen=True)
class Number:
    label: str
    count: int
    money: str


@dataclass(frozen=True)
class Reading:
    """A summary ready to show."""

    edition: str
    day_line: str
    lead: str
    subject: str
    numbers: tuple[Number, ...]
    parts: tuple[Part, ...]


def address(endpoint: str, **values: Any) -> str:
    """The full address of a page, also where no request says under which name we are reached."""
    base = urlsplit(current_app.config["SETTINGS"].url)
    urls = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return urls.build(endpoint, values, force_external=True)


class Words:
    """How values read for one reader; made inside their locale."""

    def __init__(self, zone: str, acts: Acts = lambda key, line: ()) -> None:
        self.locale: Locale = get_locale() or Locale("en")
        self.zone = ZoneInfo(zone)
        self.acts = acts

    def day(self, day: date) -> str:
        return counted(format_date(day, "full", locale=self.locale), self.locale)

    def weekday(self, day: date) -> str:
        """The day without its year: "Tuesday, November 24", "mardi 24 novembre", "wtorek, 24 listopada"."""
        return counted(format_date(day, without_year(self.locale), locale=self.locale), self.locale)

    def plain(self, day: date) -> str:
        """The day within a sentence, where no language asks the weekday for another case: "23 listopada"."""
        return counted(format_skeleton("MMMMd", datetime.combine(day, time.min, UTC), locale=self.locale), self.locale)

    def hour(self, at: datetime) -> str:
        return self.clock(at.astimezone(self.zone).time())

    def clock(self, hour: time) -> str:
        return worded_hour(hour, self.locale)

    def moment(self, at: datetime) -> str:
        day, today, hour = at.astimezone(self.zone).date(), clock.now().astimezone(self.zone).date(), self.hour(at)
        if day == today:
            return str(gettext("today, %(hour)s", hour=hour))
        if day == today - timedelta(days=1):
            return str(gettext("yesterday, %(hour)s", hour=hour))
        short = counted(format_skeleton("MMMd", datetime.combine(day, time.min, UTC), locale=self.locale), self.locale)
        return f"{short}, {hour}".replace(" ", NO_BREAK)

    def city(self) -> str:
        return str(get_timezone_location(str(self.zone), locale=self.locale, return_city=True))

    def money(self, sums: tuple[Money, ...]) -> str:
        return " + ".join(each.worded(self.locale) for each in sums)

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def of_target(self, rows: int, target: int | None) -> str:
        count = self.number(rows)
        return str(gettext("%(count)s of %(target)s", count=count, target=self.number(target))) if target else count

    def listed(self, parts: list[str]) -> str:
        return str(format_list(parts, locale=self.locale))


