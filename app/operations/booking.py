"""A meeting that one person books and another one holds: whoever holds it then has the opportunity and its people too."""

from datetime import datetime, timedelta

from app.domain.errors import DomainError
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Appointment, Contact, Opportunity, TimelineEntry, User
from app.models.appointments import OURS
from app.operations import handing
from app.operations.assigning import people_on_offer
from app.operations.handovers import holder_of
from app.operations.timeline import touch
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.queries.people import people_by_name
from app.support import clock
from app.support.i18n import N_
from app.support.secrets import token
from app.support.text import shorten, storable

LONGEST = 24 * 60  # minutes


def books_for_all(actor: Actor) -> bool:
    """Whether ``actor`` books visits for whomever it suits, whatever the firm says about giving: that is what telesales do."""
    return actor.scope("Appointment", Action.CREATE).everything


def hosts_on_offer(actor: Actor) -> list[User]:
    """For whom ``actor`` may book, by name."""
    if not books_for_all(actor):
        return people_on_offer(actor)
    return people_by_name()


def check_words(minutes: int, about: str) -> None:
    """Refuse a meeting about nothing, or of no length."""
    if not about.strip():
        raise DomainError("no_subject", N_("Say in a few words what the meeting is about."))
    if not 0 < minutes <= LONGEST:
        raise DomainError("bad_length", N_("A meeting lasts between a minute and a day."))


def check_future(starts_at: datetime) -> None:
    """Refuse a moment that is past."""
    if starts_at <= clock.now():
        raise DomainError("meeting_past", N_("This moment is past. Choose a later one."))


@atomic
def book_meeting(
    subject: Opportunity | Contact, host: User, starts_at: datetime, *, minutes: int, about: str, place: str = "", note: str = "", actor: Actor
) -> Appointment:
    """Arrange that ``host`` meets the people of ``subject``; who books it for somebody else hands the records over with it."""
    require(actor, Action.WRITE, subject)
    require(actor, Action.CREATE, TimelineEntry)
    check_future(starts_at)
    check_words(minutes, about)
    contacts = [subject] if isinstance(subject, Contact) else list(subject.contacts)
    entry = TimelineEntry(
        kind=Kind.MEETING, occurred_at=starts_at, subject=shorten(storable(about).strip(), 400), body=storable(note).strip(),
        author_id=actor.id, created_by_id=actor.id, contact=contacts[0] if contacts else None,
    )
    if isinstance(subject, Opportunity):
        entry.opportunity, entry.account_id = subject, subject.account_id
        touch(subject)
    db.session.add(entry)
    db.session.flush()
    appointment = Appointment(
        entry_id=entry.id, uid=f"{token(20)}{OURS}", starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes),
        place=shorten(storable(place).strip(), 300), host_id=host.id, organizer_name=shorten(str(host), 120), organizer_address=host.email,
        created_by_id=actor.id,
    )
    db.session.add(appointment)
    db.session.flush()
    record(actor, "book_meeting", appointment, after={"host": str(host), "starts_at": starts_at, "subject": str(subject)})
    if host.id != actor.id:
        hand_over(subject, contacts, host, note, actor)
    return appointment


def hand_over(subject: Opportunity | Contact, contacts: list[Contact], host: User, note: str, actor: Actor) -> None:
    """``subject``, and those of ``contacts`` that the actor has, or nobody."""
    is_free = books_for_all(actor)
    theirs = [each for each in contacts if each is not subject and holder_of(each).user_id in (None, *actor.people)]
    for item in (*(each for each in theirs if is_free or is_allowed(actor, Action.WRITE, each)), subject):
        handing.give_allowed(item, host, note=note, is_free=is_free, actor=actor)
