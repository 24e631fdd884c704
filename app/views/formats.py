"""How values read on a screen, in the reader's language and time zone."""

import datetime as dt
import enum
from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, current_app, g, has_app_context, request, url_for
from flask_babel import Domain, format_decimal, get_locale, gettext, ngettext, to_user_timezone
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.domain.labels import LABELS, label
from app.models import Role
from app.support import clock, dates
from app.support.money import Money
from app.views.addresses import by_key
from app.views.days import format_date
from app.views.fields import form_of

# The shape of a state (see `state`), by enum name and value.
SHAPES = {
    "Status.todo": "todo",
    "Status.standby": "wait",
    "Status.won": "won",
    "Status.lost": "lost",
    "Status.cancelled": "off",
    "TaskStatus.todo": "todo",
    "TaskStatus.doing": "doing",
    "TaskStatus.standby": "wait",
    "TaskStatus.done": "ok",
    "TaskStatus.cancelled": "off",
    "RowState.draft": "doing",
    "RowState.entered": "ok",
    "RowState.submitted": "wait",
    "RowState.rejected": "wrong",
    "RowState.corrected": "wait",
    "RowState.verified": "ok",
    "RowState.converted": "won",
    "RowState.discarded": "off",
    "OrderState.draft": "doing",
    "OrderState.open": "todo",
    "OrderState.closed_final": "off",
    "Standing.tentative": "wait",
    "Standing.cancelled": "off",
    "State.received": "doing",
    "State.attached": "ok",
    "State.created": "todo",
    "State.held": "wait",
    "State.ignored": "off",
    "State.failed": "wrong",
}
SYMBOLS = {
    "todo": "record-circle-fill",
    "doing": "arrow-right-circle-fill",
    "wait": "pause-circle-fill",
    "won": "check-circle-fill",
    "ok": "check-circle-fill",
    "lost": "x-circle-fill",
    "wrong": "exclamation-circle-fill",
    "off": "slash-circle",
}
STATE = Markup(
    '<span class="k-state {}"><svg class="k-i" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>{}</span>'
)


def state(kind: str, words: str) -> Markup:
    """A state in shape, word and colour; ``kind`` is a key of ``SYMBOLS``."""
    return _state(kind, asset("built/icons.svg"), str(words))


@lru_cache(maxsize=2_000)
def _state(kind: str, address: str, words: str) -> Markup:
    return STATE.format(kind, address, SYMBOLS.get(kind, "circle"), words)


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
            return hour(value)
        case Role():
            return role(value.name)
        case enum.Enum():
            words = gettext(label(value))
            shape = SHAPES.get(f"{type(value).__name__}.{value.value}")
            return state(shape, words) if shape else words
        case Decimal() | float() | int():
            return format_decimal(value)
        case list() | tuple() | set():
            return ", ".join(str(present(part)) for part in value)
    return value


def role(name: str) -> str:
    """The words for a role; one that is not ours keeps its name."""
    words = LABELS.get(f"Level.{name}")
    return str(gettext(words)) if words else name


def money(amount: Decimal | int | None, currency: str) -> str:
    """An amount with its currency; without cents when it is whole. None is an empty string."""
    if amount is None:
        return ""
    return Money(Decimal(amount), currency).worded(get_locale() or "en")


def sums(found: tuple[Money, ...]) -> str:
    """Sums of several currencies, beside each other."""
    return " · ".join(each.worded(get_locale() or "en") for each in found)


def hour(at: dt.time) -> str:
    return dates.hour(at, get_locale() or Locale("en"))


def moment(at: dt.datetime) -> str:
    """A moment, as short as today allows: "today, 8:05", "yesterday, 17:42", "19 Nov, 15:20", "19 Nov 2025"."""
    local, today = to_user_timezone(at), to_user_timezone(clock.now()).date()
    clocked = hour(local.time())
    match (today - local.date()).days:
        case 0:
            return str(gettext("today, %(hour)s", hour=clocked))
        case 1:
            return str(gettext("yesterday, %(hour)s", hour=clocked))
    if local.year == today.year:
        return f"{format_date(local.date(), 'd MMM')}, {clocked}"
    return format_date(local.date(), "d MMM y")


def brief(at: dt.datetime) -> str:
    """A moment where there is little room: of today the hour, else the day: "8:05", "19 Nov", "19 Nov 2025"."""
    local, today = to_user_timezone(at), to_user_timezone(clock.now()).date()
    if local.date() == today:
        return hour(local.time())
    return format_date(local.date(), "d MMM" if local.year == today.year else "d MMM y")


def is_over(at: dt.datetime) -> bool:
    """Whether the day of ``at`` is over where the reader is."""
    return bool(to_user_timezone(at).date() < to_user_timezone(clock.now()).date())


def weekday(day: dt.date) -> str:
    """A day of these weeks: "Tuesday, November 24", "mardi 24 novembre", "wtorek, 24 listopada"."""
    return str(format_date(day, dates.without_year(get_locale() or Locale("en"))))


def ago(at: dt.datetime) -> str:
    """How long ago, in one unit: "40 seconds ago", "3 days ago"."""
    seconds = max(0, int((clock.now() - at).total_seconds()))
    if seconds < 60:
        return str(ngettext("%(num)s second ago", "%(num)s seconds ago", seconds))
    if seconds < 3600:
        return str(ngettext("%(num)s minute ago", "%(num)s minutes ago", seconds // 60))
    if seconds < 86_400:
        return str(ngettext("%(num)s hour ago", "%(num)s hours ago", seconds // 3600))
    return str(ngettext("%(num)s day ago", "%(num)s days ago", seconds // 86_400))


def size(count: int) -> str:
    """A file's size: "412 kB"."""
    if count < 1000:
        return str(ngettext("%(num)s byte", "%(num)s bytes", count))
    if count < 1_000_000:
        return str(gettext("%(number)s kB", number=format_decimal(round(count / 1000))))
    return str(gettext("%(number)s MB", number=format_decimal(round(count / 1_000_000, 1))))


def paragraphs(text: str | None) -> Markup:
    """Plain text as escaped paragraphs that keep their line breaks."""
    parts = [part.strip("\n") for part in (text or "").replace("\r\n", "\n").split("\n\n")]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(part.split("\n"))) for part in parts if part.strip()
    )


@lru_cache(maxsize=2_000)
def initials(name: str) -> str:
    """Of a person: "Hélène Le Goff" is HL."""
    return "".join(word[0].upper() for word in name.split()[:2])


@cache
def _stamp(path: Path) -> str:
    return format(int(path.stat().st_mtime), "x") if path.exists() else "0"


def asset(name: str) -> str:
    """The address of one of our static files, with a stamp: browsers keep it until it changes."""
    return _address(name, request.script_root)


@cache
def _address(name: str, root: str) -> str:
    """``root``: under which path the pages lie, if not at the top."""
    return url_for("static", filename=name, v=_stamp(Path(current_app.static_folder or "") / name))


@lru_cache(maxsize=2_000)
def _symbol(address: str, name: str, label: Any, tone: str) -> Markup:
    told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true" focusable="false"')
    return Markup('<svg class="k-i{}" {}><use href="{}#{}"/></svg>').format(f" {tone}" if tone else "", told, address, name)


def icon(name: str, label: str | None = None, tone: str | None = "") -> Markup:
    """One symbol of the sprite. Without a label it is decoration; with one it is read out."""
    return _symbol(asset("built/icons.svg"), str(name), str(label) if label else None, tone or "")


_remembered: dict[tuple[Any, ...], Markup] = {}
MOST_REMEMBERED = 1_000  # parts of pages


def remembered(*key: Any, caller: Callable[[], Markup]) -> Markup:
    """What stands within ``{% call remembered(…) %}``, drawn once for each ``key``, which says all that it follows from but for language and address."""
    whole = (str(get_locale()), request.script_root, *key)
    if whole not in _remembered:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[whole] = caller()
    return _remembered[whole]


class OnceFound(Domain):
    """The catalogue of a request is looked for once; Flask-Babel would do so for each of some hundred sentences."""

    def get_translations(self) -> Any:
        here = getattr(g._get_current_object(), "_flask_babel", None) if has_app_context() else None
        found = getattr(here, "babel_translations", None)  # Flask-Babel takes it away where the language changes
        if found is None:
            found = super().get_translations()
            if here is not None:
                here.babel_translations = found
        return found

    def here(self) -> Any:
        """The same within a template, where there is a request or another context: a page asks a hundred times."""
        kept = g._get_current_object().__dict__.get("_flask_babel")
        found = kept.__dict__.get("babel_translations") if kept is not None else None
        return found if found is not None else self.get_translations()


def _sentences(domain: OnceFound) -> Any:
    """What `_` is in templates: a page says some hundred sentences, and Jinja's own takes four calls for each."""

    @pass_eval_context
    def sentence(context: EvalContext, text: str, /, **values: Any) -> str:
        said = domain.here().ugettext(text)
        if context.autoescape:
            said = Markup(said)
        return said % values if values or "%" in said else said

    return sentence


def register(app: Flask) -> None:
    """Give the templates these formats as filters, and the functions `asset`, `by_key`, `initials` and `shaped` (a state)."""
    domain = app.extensions["babel"].instance.domain_instance = OnceFound()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of its extension
        gettext=lambda said: domain.here().ugettext(said), ngettext=lambda one, many, n: domain.here().ungettext(one, many, n),
        pgettext=lambda context, said: domain.here().upgettext(context, said),
        npgettext=lambda context, one, many, n: domain.here().unpgettext(context, one, many, n), newstyle=True,
    )
    app.jinja_env.globals["_"] = _sentences(domain)
    app.jinja_env.filters.update(present=present, money=money, moment=moment, ago=ago, size=size, paragraphs=paragraphs)
    app.jinja_env.globals.update(
        asset=asset, by_key=by_key, initials=initials, symbol=icon, shaped=state, get_locale=get_locale, form_of=form_of, remembered=remembered,
    )
