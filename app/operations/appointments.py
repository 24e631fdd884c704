"""Appointments out of calendar mail: arranged, moved, cancelled, answered. Run inside the transaction that files the message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from app.domain.appointments import Answer, Guest, Meeting, Method, Standing
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Appointment, Contact, Engagement, IncomingMessage, Opportunity, TimelineEntry, User, UserAddress
from app.operations import filing
from app.operations.group import write_now
from app.operations.timeline import state_fact
from app.permissions.actor import Actor
from app.support.text import shorten, storable

_ANSWERED = {
    Answer.ACCEPTED: "meeting_accepted", Answer.TENTATIVE: "meeting_tentative", Answer.DECLINED: "meeting_declined",
    Answer.OTHER_TIME: "meeting_other_time",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where the line of history goes, and whose message it is."""

    contact: Contact | None
    dealing: Opportunity | Engagement | None
    message: IncomingMessage
    author_id: int | None = None


def known(meeting: Meeting) -> Appointment | None:
    """The appointment that ``meeting`` speaks of: that date of the series, else the series."""
    query = select(Appointment).where(Appointment.uid == meeting.uid, Appointment.occurrence.in_(["", meeting.occurrence]))
    return db.session.scalars(query.order_by(Appointment.occurrence.desc()).limit(1)).first()


def may_change(appointment: Appointment, meeting: Meeting, senders: Sequence[str]) -> bool:
    """Whether one of ``senders`` may say this: who arranged it may change it, each guest answers for themselves."""
    if meeting.method in (Method.REPLY, Method.COUNTER):
        return any(each.address in senders for each in meeting.guests)
    return appointment.organizer_address in senders


def said_by(meeting: Meeting, senders: Sequence[str]) -> Meeting:
    """``meeting`` as far as ``senders`` may say it: of the answers, their own."""
    if meeting.method not in (Method.REPLY, Method.COUNTER):
        return meeting
    return replace(meeting, guests=tuple(each for each in meeting.guests if each.address in senders))


def file_meetings(meetings: Sequence[Meeting], letter: filing.Letter, place: Place, *, actor: Actor) -> int | None:
    """Write all of ``meetings``; returns the key of the line of history, None when none of them belongs there. ``letter`` is the message around them."""
    entries = [entry for each in meetings if (entry := _file(each, letter, place, actor=actor)) is not None]
    return entries[0].id if entries else None


def _file(meeting: Meeting, letter: filing.Letter, place: Place, *, actor: Actor) -> TimelineEntry | None:
    found = known(meeting)
    if meeting.method in (Method.REPLY, Method.COUNTER):
        return _answer(found, meeting, actor=actor) if found else None
    if found is None:
        return None if meeting.method is Method.CANCEL else _arrange(meeting, letter, place, actor=actor)
    if found.occurrence != meeting.occurrence:  # the first that is heard of this one date
        series = replace(place, contact=found.entry.contact or place.contact, dealing=found.entry.opportunity or found.entry.engagement or place.dealing)
        entry = _arrange(meeting, letter, series, actor=actor)
        if meeting.standing is Standing.CANCELLED:
            _say(entry, "meeting_cancelled", actor=actor)
        return entry
    if _is_newer(meeting, found):
        _change(found, meeting, actor=actor)
    return found.entry


def _is_newer(meeting: Meeting, appointment: Appointment) -> bool:
    if meeting.sequence != appointment.sequence:
        return meeting.sequence > appointment.sequence
    return appointment.stamped_at is None or meeting.stamped_at is None or meeting.stamped_at >= appointment.stamped_at


def _arrange(meeting: Meeting, letter: filing.Letter, place: Place, *, actor: Actor) -> TimelineEntry:
    words = replace(
        letter, kind=Kind.MEETING, occurred_at=meeting.starts_at, subject=meeting.subject or letter.subject,
        body=meeting.description or letter.body, html=None,
    )  # fmt: skip
    entry_id = filing.write_history(words, place.contact, place.dealing, message=place.message, author_id=place.author_id, actor=actor)
    write_now()
    owner_id = place.dealing.owner_id if place.dealing else place.contact.owner_id if place.contact else None
    appointment = Appointment(entry_id=entry_id, uid=meeting.uid, occurrence=meeting.occurrence, created_by_id=actor.id)
    _set(appointment, meeting)
    appointment.host_id = place.author_id or _host(meeting) or owner_id
    db.session.add(appointment)
    db.session.flush()
    return db.session.get_one(TimelineEntry, entry_id)


def _set(appointment: Appointment, meeting: Meeting) -> None:
    appointment.sequence, appointment.stamped_at = meeting.sequence, meeting.stamped_at
    appointment.starts_at, appointment.ends_at, appointment.is_all_day = meeting.starts_at, meeting.ends_at, meeting.is_all_day
    appointment.standing = meeting.standing
    appointment.place, appointment.link = shorten(storable(meeting.place), 300), meeting.link
    appointment.repeats = meeting.repeats.stored() if meeting.repeats else None
    if meeting.organizer is not None:
        appointment.organizer_name, appointment.organizer_address = storable(meeting.organizer.name)[:120], meeting.organizer.address
    appointment.guests = [replace(each, name=storable(each.name)).stored() for each in meeting.guests]


def _change(appointment: Appointment, meeting: Meeting, *, actor: Actor) -> None:
    """Bring what is kept to what the organizer says now, and say in history what is different."""
    entry, earlier, was = appointment.entry, appointment.starts_at, appointment.standing
    if meeting.method is Method.CANCEL:
        appointment.sequence, appointment.stamped_at = meeting.sequence, meeting.stamped_at
        appointment.standing = Standing.CANCELLED
        if was is not Standing.CANCELLED:
            _say(entry, "meeting_cancelled", actor=actor)
        return
    before = _told(appointment)
    _set(appointment, meeting)
    entry.occurred_at = meeting.starts_at
    if meeting.subject:
        entry.subject = shorten(storable(meeting.subject), 400)
    if meeting.description:
        entry.body = storable(meeting.description)
    if earlier != meeting.starts_at:
        _say(entry, "meeting_moved", actor=actor, earlier=earlier, later=meeting.starts_at)
    elif before != _told(appointment):
        _say(entry, "meeting_changed", actor=actor)


def _told(appointment: Appointment) -> tuple[Any, ...]:
    return (
        appointment.ends_at, appointment.standing, appointment.place, appointment.link, appointment.repeats,
        sorted(each["address"] for each in appointment.guests),
    )  # fmt: skip


def _answer(appointment: Appointment, meeting: Meeting, *, actor: Actor) -> TimelineEntry:
    """Keep what the guests of an answer say; who was not invited is added as who came by a colleague's invitation."""
    is_counter = meeting.method is Method.COUNTER
    guests: dict[str, dict[str, str]] = {each["address"]: dict(each) for each in appointment.guests}
    for each in meeting.guests[:5]:
        answer = Answer.OTHER_TIME if is_counter else each.answer
        kept = guests.setdefault(each.address, Guest(storable(each.name), each.address).stored())
        if answer is Answer.NONE or kept["answer"] == answer.value:
            continue
        kept["answer"] = answer.value
        _say(appointment.entry, _ANSWERED[answer], actor=actor, guest=kept["name"] or each.address,
             **({"later": meeting.starts_at} if is_counter else {}))  # fmt: skip
    appointment.guests = list(guests.values())
    return appointment.entry


def _say(entry: TimelineEntry, code: str, *, actor: Actor, **params: Any) -> None:
    about = entry.opportunity or entry.engagement or entry.contact
    if about is not None:
        state_fact(about, code, actor=actor, appointment=entry.subject or "", **params)


def _host(meeting: Meeting) -> int | None:
    """The colleague whose appointment it is: the organizer, else the first of the invited who is one."""
    named = [each.address for each in (meeting.organizer, *meeting.guests) if each]
    users = {address: key for key, address in db.session.execute(select(User.id, func.lower(User.email)).where(func.lower(User.email).in_(named)))}
    others = select(UserAddress.user_id, UserAddress.address).where(UserAddress.address.in_(named))
    users |= {address: key for key, address in db.session.execute(others)}
    return next((users[each] for each in named if each in users), None)
