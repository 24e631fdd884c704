"""A meeting that was arranged here is changed, or called off. One that came by calendar mail is changed by whoever arranged it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.appointments import Standing
from app.domain.errors import DomainError, NotFound, Stale
from app.domain.workdays import local_day
from app.extensions import db
from app.models import Appointment, Opportunity, User
from app.operations.booking import check_future, check_words, hand_over
from app.operations.calls import plan_next
from app.operations.telling import tell
from app.operations.timeline import state_fact
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten, storable


@dataclass(frozen=True)
class Plan:
    """What a meeting is to be; without a ``host`` it stays whose it is."""

    host: User | None
    starts_at: datetime
    minutes: int
    about: str
    place: str = ""
    note: str = ""


@atomic
def change_meeting(meeting: Appointment, plan: Plan, *, seen_version: int | None = None, actor: Actor) -> None:
    """Bring the appointment and its line of history to the ``plan``. Who gives it to another host hands the records over with it.

    Raises ``Stale`` where somebody else changed it since ``seen_version``.
    """
    _require(meeting, actor)
    if seen_version not in (None, meeting.version):
        raise Stale
    check_words(plan.minutes, plan.about)
    if plan.starts_at != meeting.starts_at:
        check_future(plan.starts_at)
    before = _values(meeting)
    _set(meeting, plan)
    after = _values(meeting)
    if after == before:
        return
    count_up(meeting)
    record(actor, "change_meeting", meeting, before=before, after=after)
    if before["starts_at"] != after["starts_at"]:
        _say(meeting, "meeting_moved", actor, earlier=before["starts_at"], later=plan.starts_at)
    else:
        _say(meeting, "meeting_changed", actor)
    subject, contact = meeting.entry.opportunity or meeting.entry.contact, meeting.entry.contact
    if subject is not None and plan.host is not None and plan.host.id not in (before["host"], actor.id):
        hand_over(subject, [contact] if contact else [], plan.host, "", actor)


@atomic
def call_off(meeting: Appointment, *, actor: Actor) -> None:
    """It does not take place; its line of history stays and says so."""
    _require(meeting, actor)
    if meeting.standing is Standing.CANCELLED:
        raise DomainError("meeting_off", N_("This meeting was called off already."))
    before, meeting.standing = meeting.standing, Standing.CANCELLED
    count_up(meeting)
    record(actor, "call_off_meeting", meeting, before={"standing": before}, after={"standing": meeting.standing})
    _say(meeting, "meeting_cancelled", actor)


def is_concluded(meeting: Appointment) -> bool:
    """Whether somebody said that it took place; of a series: today."""
    if meeting.done_at is None or not meeting.repeats:
        return meeting.done_at is not None
    zone = meeting.host.time_zone if meeting.host else "UTC"
    return local_day(meeting.done_at, zone) == local_day(clock.now(), zone)


@atomic
def conclude(meeting: Appointment, came_of_it: str = "", *, next_title: str = "", next_at: datetime | None = None, actor: Actor) -> None:
    """It took place, and this came of it; whoever arranged it. The next step becomes a task of the actor."""
    require(actor, Action.WRITE, meeting.entry)
    if meeting.standing is Standing.CANCELLED:
        raise DomainError("meeting_off", N_("This meeting was called off already."))
    if is_concluded(meeting):
        raise DomainError("meeting_done", N_("Somebody said already that this meeting took place."))
    meeting.done_at = clock.now()
    record(actor, "conclude_meeting", meeting, after={"done_at": meeting.done_at})
    subject = meeting.entry.opportunity or meeting.entry.contact
    if subject is None:
        return
    _say(meeting, "meeting_done", actor)
    if came_of_it.strip():
        tell(subject, came_of_it, actor=actor)
    if isinstance(subject, Opportunity):
        subject.woken_at = None  # its reminder was heeded
    if next_title:
        plan_next(subject, next_title, next_at, actor=actor)


def _require(meeting: Appointment, actor: Actor) -> None:
    require(actor, Action.WRITE, meeting.entry)
    if not meeting.is_arranged_here:
        raise NotFound


def _set(meeting: Appointment, plan: Plan) -> None:
    meeting.starts_at = meeting.entry.occurred_at = plan.starts_at
    meeting.ends_at = plan.starts_at + timedelta(minutes=plan.minutes)
    meeting.place = shorten(storable(plan.place).strip(), 300)
    meeting.entry.subject, meeting.entry.body = shorten(storable(plan.about).strip(), 400), storable(plan.note).strip()
    if plan.host is not None and plan.host.id != meeting.host_id:
        meeting.host_id, meeting.organizer_name, meeting.organizer_address = plan.host.id, shorten(str(plan.host), 120), plan.host.email


def count_up(meeting: Appointment) -> None:
    """Calendars that follow it take the higher number (RFC 5545, 3.8.7.4)."""
    meeting.sequence, meeting.stamped_at = meeting.sequence + 1, clock.now()
    db.session.flush()


def _say(meeting: Appointment, code: str, actor: Actor, **params: Any) -> None:
    about = meeting.entry.opportunity or meeting.entry.engagement or meeting.entry.contact
    if about is not None:
        state_fact(about, code, actor=actor, appointment=meeting.entry.subject or "", **params)


def _values(meeting: Appointment) -> dict[str, Any]:
    entry = meeting.entry
    return {"host": meeting.host_id, "starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "place": meeting.place, "about": entry.subject,
            "note": entry.body}
