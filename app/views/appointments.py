"""How an appointment reads: when, where, who, how often."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, ngettext, to_user_timezone
from markupsafe import Markup

from app.domain.appointments import Answer, Frequency, Standing
from app.models import Appointment, Contact
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.support import clock
from app.views.days import format_date
from app.views.formats import hour, present, weekday


def shown(appointment: Appointment) -> dict[str, Any]:
    """What history says beside the subject: ``pairs`` of label and value, and ``state`` where it does not take place as planned."""
    pairs = [
        (gettext("When"), when(appointment)), (gettext("Repeats"), repeats(appointment)), (gettext("Where"), _place(appointment)),
        (gettext("Join"), _link(appointment.link)), (gettext("Invited by"), appointment.organizer_name or _address(appointment.organizer_address)),
        (gettext("Guests"), Markup("<br>").join(_guest(each) for each in appointment.guests[:20])),
    ]  # fmt: skip
    return {
        "pairs": [(name, value) for name, value in pairs if value],
        "state": present(appointment.standing) if appointment.standing is not Standing.CONFIRMED else None,
    }


def when(appointment: Appointment) -> str:
    """The day and the hours in the reader's zone; a whole day is the same day everywhere."""
    if appointment.is_all_day:
        first, last = appointment.starts_at.date(), (appointment.ends_at - timedelta(seconds=1)).date()
        if last <= first:
            return str(gettext("%(day)s, all day", day=_day(first)))
        return str(gettext("%(first)s to %(last)s, all day", first=_day(first), last=_day(last)))
    start, end = to_user_timezone(appointment.starts_at), to_user_timezone(appointment.ends_at)
    if start == end:
        return f"{_day(start.date())}, {hour(start.time())}"
    if start.date() == end.date():
        return f"{_day(start.date())}, {hour(start.time())} – {hour(end.time())}"
    return f"{_day(start.date())}, {hour(start.time())} – {_day(end.date())}, {hour(end.time())}"


def _day(day: date) -> str:
    return weekday(day) if abs((day - clock.now().date()).days) < 180 else str(format_date(day, "full"))


def repeats(appointment: Appointment) -> str:
    """How often it takes place, in words."""
    rule = appointment.repeats
    if not rule:
        return ""
    number = int(rule.get("interval") or 1)
    words = {
        Frequency.DAILY: ngettext("every day", "every %(num)s days", number),
        Frequency.WEEKLY: ngettext("every week", "every %(num)s weeks", number),
        Frequency.MONTHLY: ngettext("every month", "every %(num)s months", number),
        Frequency.YEARLY: ngettext("every year", "every %(num)s years", number),
    }
    parts = [words[Frequency(rule["frequency"])]]
    if rule.get("weekdays"):
        monday = date(2026, 11, 23)
        parts.append(", ".join(format_date(monday + timedelta(days=each), "EEEE") for each in rule["weekdays"]))
    if rule.get("count"):
        parts.append(ngettext("%(num)s time", "%(num)s times", int(rule["count"])))
    if rule.get("until"):
        parts.append(gettext("until %(day)s", day=format_date(date.fromisoformat(rule["until"]), "long")))
    return ", ".join(str(part) for part in parts)


def _place(appointment: Appointment) -> str:
    return "" if appointment.place == appointment.link else appointment.place


def _link(link: str | None) -> Markup | str:
    return Markup('<a href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>').format(link) if link else ""


def _address(address: str | None) -> str:
    return (address or "") if is_shown(current_actor(), Contact, "addresses") else "…"


def _guest(guest: dict[str, str]) -> str:
    words = {
        Answer.ACCEPTED: gettext("comes"), Answer.DECLINED: gettext("does not come"), Answer.TENTATIVE: gettext("comes perhaps"),
        Answer.OTHER_TIME: gettext("proposes another time"), Answer.NONE: "",
    }  # fmt: skip
    name, answer = guest.get("name") or _address(guest.get("address", "")), words[Answer(guest.get("answer", "none"))]
    return f"{name} ({answer})" if answer else name
