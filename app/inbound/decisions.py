"""What a person decides about a message that waits, failed, or was filed in the wrong place."""

from dataclasses import replace

from sqlalchemy import select

from app.domain.appointments import Meeting
from app.domain.errors import DomainError
from app.domain.free_mail import is_free_mail
from app.domain.messages import State
from app.domain.opportunities import Source
from app.extensions import db, store
from app.inbound.mime.understand import Kind
from app.inbound.outcome import Verdict
from app.inbound.pipeline import carry_out, settle
from app.inbound.reading import Arrived, Reading, read_one
from app.inbound.stages.case import Decision
from app.inbound.stages.decide import SOURCES
from app.inbound.stages.directory import stored_directory
from app.inbound.stages.facts import person_of
from app.inbound.stages.match import match
from app.models import Contact, Delivery, Engagement, IncomingMessage, Opportunity, TimelineEntry
from app.operations import filing, messages, people
from app.operations.appointments import known
from app.operations.deliveries import try_again
from app.operations.timeline import touch
from app.operations.transaction import atomic, record
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import actor_of, is_allowed, require
from app.permissions.rights import Action
from app.support.i18n import N_


def _read_again(message: IncomingMessage) -> Reading:
    with acting(SYSTEM):
        arrived = Arrived(message.raw_sha256, any(each.web_form_id for each in message.deliveries))
        return read_one(arrived, store(), stored_directory())


def _undecided(message: IncomingMessage, actor: Actor) -> None:
    require(actor, Action.WRITE, message)
    if message.state in (State.ATTACHED, State.CREATED):
        raise DomainError("already_filed", N_("This message is in history already. Move it from there if it is in the wrong place."))


def _file(message: IncomingMessage, decision: Decision, reading: Reading, actor: Actor) -> None:
    with acting(SYSTEM):
        changeable = tuple(each for each in reading.found.meetings if _may_change(each, actor))
        decision = replace(decision, user=message.acting_user, is_authenticated=message.is_authenticated, meetings=changeable)
        _carry_out(message, decision, reading, actor=actor)


def _may_change(meeting: Meeting, actor: Actor) -> bool:
    """An appointment that is known is changed with the rights of who decides; an e-mail speaks of whatever it likes."""
    found = known(meeting)
    about = (found.entry.opportunity or found.entry.engagement or found.entry.contact) if found else None
    return about is None or is_allowed(actor, Action.WRITE, about)


@atomic
def _carry_out(message: IncomingMessage, decision: Decision, reading: Reading, *, actor: Actor) -> None:
    db.session.refresh(message, with_for_update=True)
    _undecided(message, actor)
    carry_out(decision, message, reading, actor=actor)
    for delivery in message.deliveries:
        delivery.state = message.state


def attach_to(message: IncomingMessage, place: Opportunity | Engagement, *, actor: Actor) -> None:
    """Put a waiting message into the history of ``place``; one that is filed moves there, its whole thread too."""
    require(actor, Action.WRITE, place)
    if message.entry_id is not None:
        move(message, place, actor=actor)
        return
    _undecided(message, actor)
    reading = _read_again(message)
    person = person_of(reading.found.contact) if reading.found.contact else None
    contact = people.contact_of(person.address) if person else None
    verdict = Verdict(State.ATTACHED, "by_choice", {"sender": actor.name, "opportunity": str(place)})
    decision = Decision(verdict, person=person, contact=contact)
    decision = replace(decision, opportunity=place) if isinstance(place, Opportunity) else replace(decision, engagement=place)
    _file(message, decision, reading, actor)


def attach_to_contact(message: IncomingMessage, contact: Contact, *, actor: Actor) -> None:
    """Put a waiting message into the history of ``contact``."""
    require(actor, Action.READ, contact)
    require(actor, Action.CREATE, TimelineEntry)
    _undecided(message, actor)
    reading = _read_again(message)
    verdict = Verdict(State.ATTACHED, "by_choice", {"sender": actor.name, "opportunity": str(contact)})
    _file(message, Decision(verdict, contact=contact), reading, actor)


def create_opportunity(message: IncomingMessage, *, contact_values: dict[str, str] | None = None, actor: Actor) -> None:
    """Make an opportunity of a waiting message, with the contact that it shows or that ``contact_values``
    (name, address) names."""
    require(actor, Action.CREATE, Opportunity)
    _undecided(message, actor)
    reading = _read_again(message)
    person = person_of(reading.found.contact) if reading.found.contact else None
    if contact_values and contact_values.get("address"):
        typed = contact_values["address"].strip().lower()
        if person is None or person.address != typed:
            person = _named(contact_values.get("name", ""), typed)
    if person is None:
        raise DomainError("no_contact", N_("Say who the customer is: a name and an e-mail address."))
    verdict = Verdict(State.CREATED, "new_by_person", {"sender": actor.name, "contact": person.name or person.address})
    whose = message.acting_user
    owner = whose.id if whose is not None and filing.may_begin(actor_of(whose, db.session())) else actor.id
    decision = Decision(
        verdict, person=person, contact=people.contact_of(person.address), create=True,
        source=SOURCES.get(Kind(message.kind or "inbound"), Source.EMAIL), owner_id=owner,
    )
    _file(message, decision, reading, actor)


def _named(name: str, address: str) -> people.Person:
    domain = address.rpartition("@")[2]
    return people.Person(name, address, domain=None if is_free_mail(domain) else domain)


def confirm_contact(message: IncomingMessage, address: str, *, actor: Actor) -> None:
    """Say who of the possible people is the customer: the message goes where it would have gone, had it been certain."""
    _undecided(message, actor)
    possible = (message.candidates or {}).get("people") or []
    chosen = next((each for each in possible if each.get("address") == address), None)
    if chosen is None:
        raise DomainError("no_candidate", N_("This person is not among those to choose from any more."))
    reading = _read_again(message)
    contact = people.contact_of(address)
    with acting(SYSTEM):
        found = match(reading.mail, reading.found.addressed, [contact] if contact else [], message.acting_user).opportunity
        is_theirs = found is not None and is_allowed(actor, Action.WRITE, found)
    if found is None:
        create_opportunity(message, contact_values=chosen, actor=actor)
        return
    verdict = Verdict(State.ATTACHED, "by_choice" if is_theirs else "colleague", {"sender": actor.name, "opportunity": found.title})
    _file(message, Decision(verdict, person=_named(chosen.get("name", ""), address), contact=contact, opportunity=found), reading, actor)


@atomic
def ignore(message: IncomingMessage, *, actor: Actor) -> None:
    """Set a waiting message aside."""
    _undecided(message, actor)
    messages.conclude(message, State.IGNORED, "by_person", {"sender": actor.name}, actor=actor)
    for delivery in message.deliveries:
        delivery.state = State.IGNORED


@atomic
def move(message: IncomingMessage, place: Opportunity | Engagement, *, actor: Actor) -> None:
    """Put a filed message, and what else of its thread lies in the same place, into ``place``."""
    require(actor, Action.WRITE, message)
    require(actor, Action.WRITE, place)
    before = message.opportunity or message.engagement
    with acting(SYSTEM):
        entries = [message.entry] if message.entry else []
        thread = filing.entries_of_thread([*message.references, message.header_id or ""])
    # References are the sender's word: nobody moves what they may not see by naming it there.
    entries += [each for each in thread if _lies_with(each, message) and is_allowed(actor, Action.READ, each)]
    opportunity_id, engagement_id = (place.id, None) if isinstance(place, Opportunity) else (None, place.id)
    for entry in dict.fromkeys(entries):
        entry.opportunity_id, entry.engagement_id, entry.account_id = opportunity_id, engagement_id, place.account_id
    for each in db.session.scalars(select(IncomingMessage).where(IncomingMessage.entry_id.in_([e.id for e in entries]))):
        each.opportunity_id, each.engagement_id = opportunity_id, engagement_id
        each.state = State.ATTACHED if each is message else each.state
    message.reason, message.reason_params = "by_choice", {"sender": actor.name, "opportunity": str(place)}
    if message.contact is not None and isinstance(place, Opportunity):
        filing.add_contact(place, message.contact)
    touch(place)
    record(actor, "move_message", message, before={"place": str(before) if before else None}, after={"place": str(place)})


def _lies_with(entry: TimelineEntry, message: IncomingMessage) -> bool:
    return (entry.opportunity_id, entry.engagement_id) == (message.opportunity_id, message.engagement_id)


@atomic
def _forget_outcome(message: IncomingMessage, *, actor: Actor) -> list[int]:
    _undecided(message, actor)
    messages.forget_outcome(message, actor=actor)
    for delivery in message.deliveries:
        try_again(delivery, actor=actor)
    return [delivery.id for delivery in message.deliveries]


def replay(message: IncomingMessage, *, actor: Actor) -> State:
    """Let a held, ignored or failed message make its journey again, by today's rules."""
    keys = _forget_outcome(message, actor=actor)
    states = [settle(key) for key in keys]
    return states[0] if states else message.state


def replay_delivery(delivery: Delivery, *, actor: Actor) -> State:
    """Try a delivery that never became a message once more; for administrators. One whose original the server did not give
    stays *received* until the poller has asked for it again.
    """
    require(actor, Action.WRITE, delivery)
    try_again(delivery, actor=actor)
    return settle(delivery.id) if delivery.raw_sha256 else State.RECEIVED
