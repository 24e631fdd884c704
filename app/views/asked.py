"""What a small form posted: moments in the reader's time zone, amounts in their writing, the way back."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import NumberFormatError, parse_decimal
from flask import current_app, flash, request, url_for
from flask_babel import get_locale
from flask_login import current_user

from app.domain.errors import DomainError
from app.support.dates import typed_moment
from app.support.i18n import N_
from app.views.fields import MORNING, NO_MOMENT, YEARS

_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009"))
BOARD_ARGUMENTS = ("pipeline", "owner", "team", "status", "starred", "more")  # what the address of the board says
_RECORDS = {"o": "OpportunityView", "c": "ContactView", "a": "AccountView", "g": "EngagementView", "t": "TaskView", "m": "IncomingMessageView"}


@dataclass(frozen=True)
class Refused:
    """A small form that did not go through: which one, what was typed in it, and why not."""

    act: str
    sentence: str
    values: dict[str, str] = field(default_factory=dict)


def zone() -> ZoneInfo:
    """The reader's time zone."""
    return ZoneInfo(current_user.time_zone)


def moment(name: str, within: ZoneInfo | None = None) -> datetime | None:
    """The posted day, or day and hour, of the field ``name``; None when it was left empty. ``within``: not in the zone of whoever is signed in."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        day, clocked = typed_moment(text)
    except ValueError as error:
        raise DomainError("bad_moment", NO_MOMENT) from error
    if day.year not in YEARS:
        raise DomainError("bad_moment", NO_MOMENT)
    return datetime.combine(day, (clocked or MORNING).replace(tzinfo=None), within or zone())


def amount(name: str) -> Decimal | None:
    """The posted amount, written as the reader's language does or with a point; None when it was left empty."""
    text = request.form.get(name, "").translate(_SPACES).strip()
    if not text:
        return None
    try:
        found = Decimal(text) if text.replace(".", "", 1).isdecimal() else parse_decimal(text, locale=get_locale(), strict=True)
    except (NumberFormatError, ValueError) as error:
        raise DomainError("bad_amount", N_("This is not a number. Type digits only, for example 1250 or 1250,50.")) from error
    if not found.is_finite() or abs(found) >= 10**12:
        raise DomainError("amount_too_large", N_("This amount is too large to be true."))
    return found


def local(at: datetime, within: ZoneInfo | None = None) -> str:
    """``at`` as the value of a datetime-local control."""
    return at.astimezone(within or zone()).strftime("%Y-%m-%dT%H:%M")


def offer_undo(text: str, url: str) -> None:
    """On the next page: what was done, and a button beside it that posts to ``url`` and takes it back."""
    flash({"text": text, "url": url}, "undo")  # type: ignore[arg-type]


def way_back(default: str) -> str:
    """Where the page that posted wants to go: only to pages of ours, named in ``back`` as ``today``, ``board``, ``o12``, ``c3`` …"""
    back = request.values.get("back", "")
    if back == "board":
        kept: dict[str, Any] = {name: request.args.getlist(name) for name in BOARD_ARGUMENTS if name in request.args}
        return url_for("BoardView.list", **kept)
    if back == "today":
        following = request.values.get("following", "")
        return url_for("TodayView.list", item=following if following[1:].isdigit() else None)
    if back == "alerts":
        following = request.values.get("following", "")
        return url_for("AlertView.list", item=following if following[1:].isdigit() else None)
    if back[:1] in _RECORDS and back[1:].isdigit() and len(back) < 12:
        return url_for(f"{_RECORDS[back[0]]}.show", pk=back[1:])
    return default


def url_if(endpoint: str, **values: Any) -> str | None:
    """The address of ``endpoint``, or None where this installation has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
