"""A person's days as iCalendar (RFC 5545), for calendar programs that subscribe."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale, gettext
from icalendar import Calendar, Event

from app.domain.appointments import Standing
from app.models import Appointment, Opportunity, Task, User
from app.outbound.words import address
from app.queries.calendars import Days

PRODUCT = "-//Kurier//Calendar//EN"
REFRESH = timedelta(hours=1)
SHORT = timedelta(minutes=30)  # what has a moment but no length
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar_of(user: User, days: Days) -> bytes:
    """The calendar of ``user`` in their language; a whole day stays a day, a series keeps the hours of their time zone."""
    with force_locale(user.language.value):
        calendar = Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", gettext("Kurier: %(name)s", name=user))
        calendar.add("x-wr-timezone", user.time_zone)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        zone = ZoneInfo(user.time_zone)
        for found in days.appointments:
            calendar.add_component(_appointment(found, zone))
        for task in days.tasks:
            calendar.add_component(_task(task))
        for item in days.reminders:
            calendar.add_component(_reminder(item))
        calendar.add_missing_timezones()
        return bytes(calendar.to_ical())


def _event(uid: str, item: Any, summary: str, url: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", item.updated_at.astimezone(UTC))
    event.add("last-modified", item.updated_at.astimezone(UTC))
    event.add("sequence", max(item.version - 1, 0))
    event.add("summary", summary)
    event.add("url", url)
    return event


def _named(kind: str, item: Any) -> str:
    return f"{kind}-{item.public_ref}@{urlsplit(current_app.config['SETTINGS'].url).hostname or 'kurier'}"


def _appointment(found: Appointment, zone: ZoneInfo) -> Event:
    entry = found.entry
    if entry.opportunity_id:
        url = address("OpportunityView.show", pk=entry.opportunity_id)
    else:
        url = address("ContactView.show", pk=entry.contact_id) if entry.contact_id else address("TodayView.list")
    event = _event(found.uid, found, str(found) or gettext("Appointment"), url)
    if found.is_all_day:
        event.add("dtstart", found.starts_at.astimezone(UTC).date())
        event.add("dtend", max(found.ends_at, found.starts_at + timedelta(days=1)).astimezone(UTC).date())
    else:
        event.add("dtstart", found.starts_at.astimezone(zone))
        event.add("dtend", found.ends_at.astimezone(zone))
    if found.occurrence:
        event.add("recurrence-id", _occurrence(found, zone))
    elif found.repeats:
        event.add("rrule", _rule(found.repeats, is_all_day=found.is_all_day))
    event.add("status", "TENTATIVE" if found.standing is Standing.TENTATIVE else found.standing.value.upper())
    if found.place:
        event.add("location", found.place)
    return event


def _occurrence(found: Appointment, zone: ZoneInfo) -> Any:
    at = datetime.fromisoformat(found.occurrence)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(UTC).date() if found.is_all_day else at.astimezone(zone)


def _rule(repeats: dict[str, Any], *, is_all_day: bool) -> dict[str, Any]:
    rule: dict[str, Any] = {"freq": repeats["frequency"].upper(), "interval": repeats.get("interval") or 1}
    if repeats.get("weekdays"):
        rule["byday"] = [_WEEKDAYS[number] for number in repeats["weekdays"]]
    if repeats.get("count"):
        rule["count"] = repeats["count"]
    elif repeats.get("until"):
        last = datetime.fromisoformat(repeats["until"]).replace(tzinfo=UTC)
        rule["until"] = last.date() if is_all_day else last.replace(hour=23, minute=59, second=59)
    return rule


def _moment(event: Event, at: datetime) -> Event:
    event.add("dtstart", at.astimezone(UTC))
    event.add("dtend", (at + SHORT).astimezone(UTC))
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    return event


def _task(task: Task) -> Event:
    assert task.due_at is not None
    summary = gettext("Task: %(title)s", title=task.title)
    event = _event(_named("task", task), task, summary, address("TaskView.show", pk=task.id))
    if task.opportunity:
        event.add("description", str(task.opportunity))
    return _moment(event, task.due_at)


def _reminder(item: Opportunity) -> Event:
    assert item.remind_at is not None
    summary = gettext("Reminder: %(title)s", title=item.title)
    event = _event(_named("reminder", item), item, summary, address("OpportunityView.show", pk=item.id))
    if item.account:
        event.add("description", item.account.name)
    return _moment(event, item.remind_at)
