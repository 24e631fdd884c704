"""Guests of a meeting that is arranged here: invited, told of changes, and told when it is off."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.domain.appointments import Guest
from app.domain.errors import DomainError
from app.domain.events import MeetingTold
from app.domain.reach import mail_address
from app.extensions import db
from app.models import Appointment, Contact, ContactAddress, Opportunity, OutgoingMail, User
from app.operations import booking, meetings
from app.operations.letters import people_of, why_not
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_

MOST = 50


def guests_of(subject: Opportunity | Contact, addresses: Sequence[str], others: str) -> list[Guest]:
    """Those of ``addresses`` that belong to people of ``subject``, and the ones typed in ``others``, each once."""
    known = {each.address: each for contact in people_of(subject) for each in contact.addresses}
    found = [Guest(known[address].contact.name, address) for address in addresses if address in known]
    found += [Guest("", mail_address(each.strip())) for each in others.replace(";", ",").replace("\n", ",").split(",") if each.strip()]
    if len(found) > MOST:
        raise DomainError("too_many_guests", N_("At most %(most)s people can be invited."), most=MOST)
    for each in db.session.scalars(select(ContactAddress).where(ContactAddress.address.in_([guest.address for guest in found]))):
        if sentence := why_not(each):  # typed or ticked
            raise DomainError("unwanted_mail", sentence, address=each.address)
    return list({each.address: each for each in reversed(found)}.values())[::-1]


@atomic
def book(
    subject: Opportunity | Contact, host: User, starts_at: datetime, guests: Sequence[Guest], *, minutes: int, about: str, place: str = "",
    note: str = "", actor: Actor,
) -> Appointment:
    """``book_meeting``, and invite ``guests`` to it."""
    meeting = booking.book_meeting(subject, host, starts_at, minutes=minutes, about=about, place=place, note=note, actor=actor)
    _set(meeting, guests, actor)
    _tell(meeting, [each.address for each in guests])
    return meeting


@atomic
def change(meeting: Appointment, plan: meetings.Plan, guests: Sequence[Guest], *, seen_version: int | None = None, actor: Actor) -> None:
    """``change_meeting``; who is still invited hears of it, and so does who is not any more."""
    before, sequence, starts_at = [each["address"] for each in meeting.guests], meeting.sequence, meeting.starts_at
    meetings.change_meeting(meeting, plan, seen_version=seen_version, actor=actor)
    now = [each.address for each in guests]
    if sequence == meeting.sequence and set(before) == set(now):
        return
    if sequence == meeting.sequence:
        meetings.count_up(meeting)
    _set(meeting, guests, actor, keeps_answers=starts_at == meeting.starts_at)
    _tell(meeting, now)
    if gone := [each for each in before if each not in now]:
        announce(MeetingTold(meeting.id, tuple(gone), is_off=True))


@atomic
def call_off(meeting: Appointment, *, actor: Actor) -> None:
    """``call_off``, and tell all guests."""
    meetings.call_off(meeting, actor=actor)
    if meeting.guests:
        announce(MeetingTold(meeting.id, tuple(each["address"] for each in meeting.guests), is_off=True))


def _set(meeting: Appointment, guests: Sequence[Guest], actor: Actor, *, keeps_answers: bool = True) -> None:
    """A meeting that moved is answered anew."""
    answers = {each["address"]: each for each in meeting.guests} if keeps_answers else {}
    before = [each["address"] for each in meeting.guests]
    if not guests and not before:
        return
    require(actor, Action.CREATE, OutgoingMail)
    meeting.guests = [answers.get(each.address, each.stored()) for each in guests]
    meeting.stamped_at = clock.now()
    record(actor, "invite", meeting, before={"guests": before}, after={"guests": [each.address for each in guests]})


def _tell(meeting: Appointment, addresses: Sequence[str]) -> None:
    if addresses:
        announce(MeetingTold(meeting.id, tuple(addresses)))
