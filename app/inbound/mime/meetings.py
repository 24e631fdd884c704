"""Invitations, changes, cancellations and answers in calendar mail (RFC 5545, RFC 5546)."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from icalendar import Calendar, Event
from icalendar.timezone import tzp

from app.domain.appointments import Answer, Frequency, Guest, Meeting, Method, Repeats, Standing
from app.inbound.mime.headers import clean_address
from app.inbound.mime.mail import Mail

MAX_CALENDARS = 3
MAX_EVENTS = 20
MAX_GUESTS = 100
MAX_TEXT = 20_000
_MANY = 20_000  # lines that no invitation has
_BEGINNING, _END = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# Whatever a hostile or broken calendar makes of the library; nothing else is done inside.
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError, LookupError, ArithmeticError)

_FOLD = re.compile(r"\r?\n[ \t]")
_ZONE = re.compile(r"^BEGIN:VTIMEZONE\r?$.*?^END:VTIMEZONE\r?\n", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_RULE = re.compile(r"^RRULE[:;].*$", re.IGNORECASE | re.MULTILINE)
_YEARLY = re.compile(r"RRULE:(?:[^\n]{0,200};)?FREQ=YEARLY", re.IGNORECASE)

_METHODS = {"REQUEST": Method.REQUEST, "ADD": Method.REQUEST, "CANCEL": Method.CANCEL, "REPLY": Method.REPLY, "COUNTER": Method.COUNTER}
_ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "DECLINED": Answer.DECLINED, "TENTATIVE": Answer.TENTATIVE}
_STANDINGS = {"CANCELLED": Standing.CANCELLED, "TENTATIVE": Standing.TENTATIVE}
_DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_LINKS = ("X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGCONFLINK", "CONFERENCE", "URL")
_MEETING_LINK = re.compile(
    r"https://(?:meet\.google\.com|teams\.(?:microsoft|live)\.com|[\w-]{1,40}\.?zoom\.us|[\w-]{1,40}\.webex\.com|meet\.jit\.si|whereby\.com"
    r"|(?:join\.)?skype\.com|global\.gotomeeting\.com)/[^\s<>\"')\]]{1,400}"
)
_HTTPS = re.compile(r"https://[^\s<>\"')\]]{1,400}")


def meetings_of(mail: Mail, zone: tzinfo) -> list[Meeting]:
    """The appointments that the calendar parts of ``mail`` speak of; times without a zone are those of ``zone``.

    A calendar that cannot be read gives none. Series are not unrolled; work and memory follow the limits above.
    """
    found: dict[tuple[str, str], Meeting] = {}
    for text in list(mail.calendar)[:MAX_CALENDARS]:
        for meeting in _read(text, zone):
            found.setdefault((meeting.uid, meeting.occurrence), meeting)
    return list(found.values())[:MAX_EVENTS]


def _read(text: str, zone: tzinfo) -> Iterator[Meeting]:
    if text.count("\n") > _MANY:
        return
    tzp.use_zoneinfo()  # forgets the zones that other senders defined under the same name
    try:
        calendar: Any = Calendar.from_ical(_ZONE.sub(_without_odd_rules, _FOLD.sub("", text)))
        method = _METHODS.get(str(calendar.get("METHOD", "")).strip().upper())
        events = [each for each in calendar.subcomponents if isinstance(each, Event)][:MAX_EVENTS]
    except _BROKEN:
        return
    for event in events if method else []:
        try:
            meeting = _meeting(event, method or Method.REQUEST, zone)
        except _BROKEN:
            continue
        if meeting is not None:
            yield meeting


def _without_odd_rules(zone: re.Match[str]) -> str:
    """A definition of a time zone changes its clock once or twice a year; one that does so each second is an attack."""
    rules = _RULE.findall(zone[0])
    return zone[0] if len(rules) <= 40 and all(_YEARLY.match(rule) for rule in rules) else ""


def _meeting(event: Any, method: Method, zone: tzinfo) -> Meeting | None:
    uid = _text(event, "UID", 255)
    start = event.decoded("DTSTART", None)
    if not uid or not isinstance(start, date):
        return None
    is_all_day = not isinstance(start, datetime)
    starts_at = _moment(start, zone)
    ends_at = max(_ending(event, start, starts_at, zone), starts_at)
    if not _BEGINNING < starts_at <= ends_at < _END:
        return None
    occurrence = event.decoded("RECURRENCE-ID", None)
    stamp = event.decoded("DTSTAMP", None)
    place, description = _text(event, "LOCATION", 300), _text(event, "DESCRIPTION", MAX_TEXT)
    standing = Standing.CANCELLED if method is Method.CANCEL else _STANDINGS.get(_text(event, "STATUS", 20).upper(), Standing.CONFIRMED)
    return Meeting(
        method, uid, _text(event, "SUMMARY", 300), starts_at, ends_at,
        occurrence=_moment(occurrence, zone).isoformat() if isinstance(occurrence, date) else "",
        sequence=min(max(int(event.decoded("SEQUENCE", 0)), 0), 2_000_000_000),
        stamped_at=_moment(stamp, zone) if isinstance(stamp, datetime) else None, is_all_day=is_all_day, standing=standing,
        description=description, place=place, link=_link(event, place, description), repeats=_repeats(event),
        organizer=_guest(event.get("ORGANIZER")), guests=_guests(event),
    )  # fmt: skip


def _text(event: Any, name: str, limit: int) -> str:
    value = event.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return str(value or "").replace("\0", "")[:limit].strip()


def _moment(value: date, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)


def _ending(event: Any, start: date, starts_at: datetime, zone: tzinfo) -> datetime:
    end, duration = event.decoded("DTEND", None), event.decoded("DURATION", None)
    if isinstance(end, date):
        return _moment(end, zone)
    if isinstance(duration, timedelta):
        return starts_at + duration
    return starts_at if isinstance(start, datetime) else starts_at + timedelta(days=1)


def _guest(value: Any) -> Guest | None:
    """Somebody as ORGANIZER or ATTENDEE names them."""
    value = value[0] if isinstance(value, list) and value else value
    if value is None:
        return None
    parameters = getattr(value, "params", {})
    written = re.sub(r"^mailto:", "", str(value).strip()[:320], flags=re.IGNORECASE)
    box = clean_address(str(parameters.get("CN", ""))[:200], written) or clean_address("", str(parameters.get("EMAIL", ""))[:320])
    if box is None:
        return None
    name = "" if box.name.lower() == box.address else box.name
    return Guest(name[:120], box.address, _ANSWERS.get(str(parameters.get("PARTSTAT", "")).upper(), Answer.NONE))


def _guests(event: Any) -> tuple[Guest, ...]:
    values = event.get("ATTENDEE", [])
    people = [_guest(each) for each in (values if isinstance(values, list) else [values])[:MAX_GUESTS]]
    return tuple({each.address: each for each in people if each}.values())


def _link(event: Any, place: str, description: str) -> str | None:
    """Where to join: what programs name so, the place, a known service in the description. Only https."""
    for name in _LINKS:
        if match := _HTTPS.match(_text(event, name, 500)):
            return match[0]
    match = _HTTPS.search(place) or _MEETING_LINK.search(description)
    return match[0] if match else None


def _repeats(event: Any) -> Repeats | None:
    rule = event.get("RRULE")
    rule = rule[0] if isinstance(rule, list) and rule else rule
    if not rule:
        return None
    try:
        frequency = Frequency(str(rule.get("FREQ", [""])[0]).lower())
    except ValueError:
        return None
    until = rule.get("UNTIL", [None])[0]
    count = rule.get("COUNT", [None])[0]
    named = [str(each).strip()[-2:].upper() for each in rule.get("BYDAY", [])[:7]]
    days = tuple(sorted({_DAYS[each] for each in named if each in _DAYS})) if frequency is Frequency.WEEKLY else ()
    return Repeats(
        frequency, min(max(int(rule.get("INTERVAL", [1])[0]), 1), 999), days,
        _moment(until, UTC).date().isoformat() if isinstance(until, date) else None, int(count) if count else None,
    )
