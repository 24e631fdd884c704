"""The journey of a message: read, understand, trust, decide, file. Exactly once, whatever dies in between."""

import hashlib
import logging
import math
import time
import traceback
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row

from app.domain.appointments import Method
from app.domain.errors import DomainError
from app.domain.events import NoticeAnswered
from app.domain.messages import State
from app.extensions import db
from app.inbound.answering import taken
from app.inbound.batch import AHEAD, Batch, Pace
from app.inbound.mime.automatic import back_on
from app.inbound.mime.directory import Directory
from app.inbound.mime.limits import MAX_SIZE
from app.inbound.mime.mail import Mail, Oddity
from app.inbound.mime.understand import Kind
from app.inbound.reader import ReadingProcess
from app.inbound.reading import Reading, ReadingFailed
from app.inbound.stages.case import Case, Decision
from app.inbound.stages.decide import RATE_WINDOW, decide, public_address
from app.inbound.stages.directory import intakes_of
from app.inbound.stages.facts import facts_about
from app.inbound.stages.letter import letter_of, title
from app.inbound.stages.match import thread_ids
from app.inbound.stages.submission import is_robot
from app.inbound.stages.trust import Sender, sender_of
from app.models import IncomingMessage, WebForm
from app.models.engine import WRITING_SINCE
from app.operations import addresses, deliveries, filing, messages, people
from app.operations.appointments import Place, file_meetings
from app.operations.group import together
from app.operations.proposals import look_up_proposals, offer
from app.operations.transaction import announce, repeatable
from app.permissions.actor import SYSTEM, Actor, acting
from app.support import clock
from app.support.secrets import token
from app.support.text import shorten, storable

log = logging.getLogger(__name__)
T = TypeVar("T")
RACES = 3
LONGEST = {"sqlite": 0.1, "postgresql": 0.5}  # seconds that a group should take: on SQLite all others wait to write
LEAST = 4  # of them, however slow the machine is: one alone waits for the disk as long
DAY, LAST_DAY = 86_400, 0xFFFF  # seconds; days since 1970

Waiting = tuple[int, Reading | ReadingFailed]  # key of a delivery, and what came with it


def message_key(mail: Mail) -> str:
    """What makes two deliveries one message: Message-ID and fingerprint; the fingerprint alone without an id.

    It begins with the day that its author wrote, which the fingerprint holds too: whenever and wherever a message is delivered, that day is
    the same, and the keys of what comes these days lie together in their index, whose pages would else be met one by one.
    """
    day = min(max(0, int(mail.date.timestamp()) // DAY), LAST_DAY) if mail.date else 0
    whole = hashlib.sha256(f"{mail.message_id or ''}\n{mail.fingerprint}".encode()).hexdigest()
    return f"{day:04x}{whole[:60]}"


def settle(delivery_id: int) -> State:
    """``settle_all`` for one."""
    return settle_all([delivery_id])[0]


def settle_all(delivery_ids: Sequence[int], reader: ReadingProcess | None = None) -> list[State]:
    """``file_all`` of them, to the end."""
    return list(file_all(Batch(delivery_ids, reader)))


def file_all(batch: Batch) -> Iterator[State]:
    """Give each delivery its outcome. A failure is counted and tried again later; it never raises for a message."""
    states = _filed_in_groups(batch)
    for key in batch.ids:
        yield next(states) if batch.rows[key].state is State.RECEIVED else State(batch.rows[key].state)


def _filed_in_groups(batch: Batch) -> Iterator[State]:
    keys, pace = iter([row.id for row in batch.waiting]), batch.pace
    for readings in batch.readings() if batch.waiting else ():
        left = [(next(keys), reading) for reading in readings]
        while left:
            group, left = parted(left, pace.size)
            with acting(SYSTEM):
                states = _outcomes(group, batch.directory, pace)
            yield from states


def parted(waiting: list[T], most: int) -> tuple[list[T], list[T]]:
    """Those that are filed next, at ``most`` so many, and the rest: of groups of one size, as each costs something of its own."""
    size = math.ceil(len(waiting) / math.ceil(len(waiting) / most))
    return waiting[:size], waiting[size:]


def group_size(count: int, seconds: float, longest: float) -> int:
    """How many messages to file in the next transaction, when ``count`` took so long."""
    return max(LEAST, min(AHEAD, int(longest * count / seconds)))


def _outcomes(group: Sequence[Waiting], directory: Directory, pace: Pace) -> list[State]:
    """Those of ``group``, filed together; when that fails, whatever the cause, filed one by one."""
    read = [(key, reading) for key, reading in group if isinstance(reading, Reading)]
    if len(read) == len(group) > 1:
        try:
            states = file_group(read, directory, actor=SYSTEM)
            pace.size = group_size(len(group), time.monotonic() - db.session().info[WRITING_SINCE], LONGEST[db.engine.dialect.name])
            return states
        except Exception as error:  # noqa: BLE001 - whose it is shows when each is alone
            log.warning("%d messages are filed one by one: %s: %s", len(read), type(error).__name__, error)
            db.session.rollback()
    return [_outcome(key, reading, directory) for key, reading in group]


def _outcome(delivery_id: int, reading: Reading | ReadingFailed, directory: Directory) -> State:
    try:
        if isinstance(reading, ReadingFailed):
            raise reading
        return _filed_whatever(delivery_id, reading, directory)
    except Exception as error:  # one bad message must not stop those behind it
        reference = token(8)
        log.exception("delivery %s, reference %s", delivery_id, reference)
        db.session.rollback()
        last = traceback.extract_tb(error.__traceback__)[-1]
        return deliveries.note_failure(delivery_id, f"{type(error).__name__}: {error} ({last.name})", reference, actor=SYSTEM)


def _filed_whatever(delivery_id: int, reading: Reading, directory: Directory) -> State:
    for race in range(RACES):
        try:
            return file_group([(delivery_id, reading)], directory, actor=SYSTEM)[0]
        except DomainError as refusal:  # another worker made the same contact meanwhile: look again
            if refusal.code not in ("not_unique", "stale") or race == RACES - 1:
                raise
    raise AssertionError("unreachable")


def _claim(key: str, arrival: Row[Any], reading: Reading, directory: Directory, *, is_reused: bool) -> messages.Claim:
    mail, author = reading.mail, reading.mail.author
    first = {
        "received_at": arrival.received_at, "header_id": _header_id(mail), "fingerprint": mail.fingerprint,
        "subject": shorten(storable(mail.subject), 400), "sender_name": storable(author.name)[:200] if author else "",
        "sender_address": author.address[:254] if author else "", "raw_sha256": arrival.raw_sha256, "size": arrival.size,
    }  # fmt: skip
    return messages.Claim(key, first, _facts(arrival, reading, directory, is_reused=is_reused))


def _header_id(mail: Mail) -> str | None:
    return (mail.message_id or "")[:400] or None


def _facts(arrival: Row[Any], reading: Reading, directory: Directory, *, is_reused: bool) -> dict[str, Any]:
    mail, found = reading.mail, reading.found
    oddities = list(found.warnings)
    if arrival.is_truncated:
        oddities.append(Oddity("too_large", {"limit": MAX_SIZE // 1024 // 1024}))
    if is_reused:
        oddities.append(Oddity("reused_id"))
    return {
        "kind": found.kind.value, "language": found.language, "sent_at": mail.date if mail.date and mail.date.tzinfo else None,
        "references": list(dict.fromkeys([*mail.references, *mail.in_reply_to]))[-32:],
        "crm_address_id": next((each.id for each in intakes_of(found.addressed, directory)), None),
        "warnings": [{"code": each.code, "params": dict(each.params)} for each in oddities],
    }


@repeatable
def file_group(group: Sequence[tuple[int, Reading]], directory: Directory, *, actor: Actor) -> list[State]:
    """The second transaction: all of ``group``, each as if those before it had been filed before, or none."""
    with together(), db.session.no_autoflush:  # what is looked up was there before, or was kept in mind
        arrivals = deliveries.locked([key for key, _ in group])
        states = {each.id: State(each.state) for each in arrivals.values()}
        waiting = [(arrivals[key], reading) for key, reading in dict(group).items() if states[key] is State.RECEIVED]
        claims = _claims(waiting, directory)
        found = messages.claim(claims) if claims else {}
        _look_up([reading for _, reading in waiting], list(found.values()))
        for (arrival, reading), claim in zip(waiting, claims, strict=True):
            message = found[claim.key]
            messages.take_turn(message)
            if message.state is State.RECEIVED:  # otherwise another delivery of it was first
                _conclude(message, arrival, reading, directory, actor=actor)
            deliveries.note_outcome(arrival.id, message.id, message.state)
            states[arrival.id] = message.state
    return [states[key] for key, _ in group]


def _claims(waiting: Sequence[tuple[Row[Any], Reading]], directory: Directory) -> list[messages.Claim]:
    known = messages.keys_of(list(filter(None, {_header_id(reading.mail) for _, reading in waiting})))
    claims = []
    for arrival, reading in waiting:
        key, header_id = message_key(reading.mail), _header_id(reading.mail)
        is_reused = any(each == header_id and other != key for each, other in known)
        claims.append(_claim(key, arrival, reading, directory, is_reused=is_reused))
        if header_id is not None:
            known.add((header_id, key))
    return claims


def _look_up(readings: Sequence[Reading], found: Sequence[IncomingMessage]) -> None:
    """What the messages will ask, asked for all of them at once."""
    seen = [each for reading in readings for each in (reading.found.contact, *reading.found.participants[:10]) if each]
    people_seen = filing.look_up_people(list(dict.fromkeys(each.address for each in seen)))
    told = {reading.found.contact.address for reading in readings if reading.found.contact and reading.found.contact.facts}
    look_up_proposals([each for each in people_seen if any(address.address in told for address in each.addresses)])
    filing.look_up_threads([each for reading in readings for each in thread_ids(reading.mail)])
    filing.reserve_entries(len(readings))
    filing.look_up_users([*{int(reading.found.user) for reading in readings if reading.found.user}])
    strangers = {reading.mail.author.address for reading in readings if reading.mail.author and not reading.found.user}
    messages.look_up_senders(list(strangers), clock.now() - RATE_WINDOW, found)


def _conclude(message: IncomingMessage, arrival: Row[Any], reading: Reading, directory: Directory, *, actor: Actor) -> None:
    mail, found = reading.mail, reading.found
    form = db.session.get_one(WebForm, arrival.web_form_id) if arrival.web_form_id else None
    sender = Sender(is_authenticated=False) if form else sender_of(mail, found, directory, arrival)
    case = Case(mail, found, sender, directory, public_address(found.addressed, directory), form, form is not None and is_robot(mail), reading.words.body)
    decision = decide(case)
    if decision.answers is not None and sender.actor is not None:
        decision = taken(decision, message, reading, sender.actor)
    carry_out(decision, message, reading, actor=sender.actor or actor)
    if decision.settles is not None and sender.user is not None:
        announce(NoticeAnswered(message.id, sender.user.id, decision.settles, reading.words.body))


def carry_out(decision: Decision, message: IncomingMessage, reading: Reading, *, actor: Actor) -> None:
    """Write what was decided, inside the running transaction."""
    user, contact, found = decision.user, decision.contact, reading.found
    for who, report in decision.news:
        addresses.note(who, report, message=message, actor=actor)
    if found.kind is Kind.AUTO_REPLY and contact is not None and reading.mail.author is not None:
        addresses.note_absence(contact, reading.mail.author.address, until=back_on(reading.mail, clock.now().date()), actor=actor)
    facts: dict[str, Any] = {
        "contact_id": contact.id if contact else None, "acting_user_id": user.id if user else None, "team_id": decision.team_id,
        "is_authenticated": decision.is_authenticated, "candidates": decision.candidates,
    }  # fmt: skip
    verdict = decision.verdict
    params = dict(verdict.params)
    if decision.keeps:
        facts |= _filed(decision, message, reading, actor=actor)
        if verdict.reason != "calendar_changed" and (meeting := _arranged(decision, reading)):
            params["meeting"] = meeting
    messages.conclude(message, verdict.state, verdict.reason, params, facts, actor=actor)


def _arranged(decision: Decision, reading: Reading) -> str | None:
    """The name of the first appointment that the message brought."""
    meetings = reading.found.meetings if decision.meetings is None else decision.meetings
    return next((each.subject for each in meetings if each.method is Method.REQUEST), None)


def _filed(decision: Decision, message: IncomingMessage, reading: Reading, *, actor: Actor) -> dict[str, Any]:
    """Write the history, with whom and what it makes; returns where it lies."""
    mail, found = reading.mail, reading.found
    contact, opportunity, user = decision.contact, decision.opportunity, decision.user
    if contact is None and decision.person is not None:
        owner_id = decision.owner_id or (opportunity.owner_id if opportunity else None)
        contact = people.meet(
            decision.person, owner_id=owner_id, team_id=decision.team_id, language=found.language, actor=actor,
            facts=facts_about(decision.person, found), message=message,
        )
    elif contact is not None:
        offer(contact, facts_about(contact, found), message, actor=actor)
    if decision.create and contact is not None:
        opportunity = filing.begin(
            title(mail, found), contact, source=decision.source, owner_id=decision.owner_id, team_id=decision.team_id,
            pipeline_id=decision.pipeline_id, message=message, actor=actor,
        )
    letter = letter_of(reading, message.received_at, user)
    engagement = None if opportunity else decision.engagement
    place = Place(contact, opportunity or engagement, message, user.id if user else None)
    meetings = found.meetings if decision.meetings is None else decision.meetings
    entry_id = file_meetings(meetings, letter, place, actor=actor)
    if entry_id is None:
        entry_id = filing.write_history(letter, contact, place.dealing, message=message, author_id=place.author_id, actor=actor)
    if opportunity is not None and contact is not None and not decision.create and not decision.is_linked:
        filing.add_contact(opportunity, contact)
    if engagement is not None and contact is not None and decision.contact is None:
        filing.join(engagement, contact)
    if contact is not None and mail.author is not None:
        addresses.note_heard(contact, mail.author.address, at=letter.occurred_at, message=message, actor=actor)
    if opportunity is not None and decision.wakes:
        filing.wake_by_answer(opportunity, actor=actor)
    return {
        "contact_id": contact.id if contact else None, "opportunity_id": opportunity.id if opportunity else None,
        "engagement_id": engagement.id if engagement else None, "entry_id": entry_id,
    }  # fmt: skip
