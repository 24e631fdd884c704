"""The answer to a morning email: read, done, and told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.deeds import KINDS, Result
from app.domain.errors import DomainError
from app.domain.events import SummaryAnswered
from app.domain.messages import State
from app.domain.summaries import Line, lines_of
from app.domain.workdays import local_day
from app.inbound.mime.answer_parts import takes_back
from app.inbound.mime.answers import Item, Wish, wishes
from app.inbound.outcome import Verdict
from app.inbound.reading import Reading
from app.inbound.stages.case import Decision
from app.inbound.stages.directory import summary_address
from app.models import IncomingMessage, Task, User
from app.operations.answers import Asked, act
from app.operations.assigning import people_on_offer
from app.operations.deeds import Given
from app.operations.taking_back import KEY, kept, take_back
from app.operations.transaction import announce
from app.permissions.actor import Actor, acting
from app.support.i18n import N_

OLDEST = timedelta(days=7)
TRUSTED_DELAY = timedelta(days=3)  # how long before its arrival a message may say that it was written
TOO_OLD = N_("This morning e-mail is too old to act upon. Answer a newer one, or open Kurier.")


def taken(decision: Decision, message: IncomingMessage, reading: Reading, actor: Actor) -> Decision:
    """``decision`` with what came of the answer that it found; part of the filing of ``message``."""
    found, user = decision.answers, decision.user
    assert found is not None
    assert user is not None
    reply_to = summary_address(found.subscription.public_ref, found.day)
    summary = found.summary
    if summary is None or local_day(message.received_at, user.time_zone) - found.day > OLDEST:
        late = Result(reading.mail.subject, None, refusal=DomainError("too_old", TOO_OLD))
        announce(SummaryAnswered(message.id, user.id, reply_to, (late,)))
        return _ended(decision, "answer_late")
    if found.confirmed is not None and takes_back(reading.words.body):
        return _concluded(decision, take_back(found.confirmed, user, message=message, said=reading.words.body, reply_to=reply_to, actor=actor))
    with acting(actor):
        people = people_on_offer(actor, Task)  # of them, who may be given what is asked is said with each thing
    zone = ZoneInfo(user.time_zone)
    asked = _asked(found.said or reading.words.body, lines_of(summary), people, _now(message, reading, zone), zone)
    if found.said:  # whoever knows the secret address may have written it
        asked = [replace(each, doubt=each.doubt or "own") for each in asked]
    results = act(asked, user, message=message, reply_to=reply_to, actor=actor)
    return _concluded(decision, results)


def _now(message: IncomingMessage, reading: Reading, zone: ZoneInfo) -> datetime:
    """What the writer's clock showed: "tomorrow" is the day after that, however long the mail was on its way."""
    sent, came = reading.mail.date, message.received_at
    is_right = sent is not None and sent.tzinfo is not None and came - TRUSTED_DELAY < sent <= came
    return (sent if sent is not None and is_right else came).astimezone(zone).replace(tzinfo=None)


def _asked(written: str, lines: Sequence[Line], people: Sequence[User], now: datetime, zone: ZoneInfo) -> list[Asked]:
    """What is asked for, with the lines of the mail; a line that nothing can be done with is not among those to choose from."""
    items = [Item(line.title, " ".join(line.about)) for line in lines]
    found = wishes(written, now, items, [str(each) for each in people])
    return [_of(wish, lines, people, zone) for wish in found]


def _of(wish: Wish, lines: Sequence[Line], people: Sequence[User], zone: ZoneInfo) -> Asked:
    given = Given(
        until=wish.until.replace(tzinfo=zone) if wish.until else None, text=wish.text, competitor=wish.competitor, amount=wish.amount,
        to=people[wish.person] if wish.person is not None else None,
    )
    numbers = wish.numbers or wish.doubted or range(1, len(lines) + 1)
    meant = tuple(lines[number - 1] for number in numbers)
    if wish.doubt is not None:
        meant = tuple(dict.fromkeys(line for line in meant if line.subject in KINDS)) if wish.deed or wish.numbers else ()
    return Asked(wish.said, wish.deed, given, meant, wish.currency, wish.doubt.value if wish.doubt else "")


def _ended(decision: Decision, reason: str, state: State = State.IGNORED, **params: Any) -> Decision:
    assert decision.answers is not None
    told = {"sender": str(decision.user), "day": decision.answers.day.isoformat(), **params}
    return replace(decision, verdict=Verdict(state, reason, told))


def _concluded(decision: Decision, results: Sequence[Result]) -> Decision:
    done = [each for each in results if each.is_done]
    if done:
        places, before = dict.fromkeys(place for each in done for place in each.about), {KEY: kept(done)} if any(each.before for each in done) else {}
        if len(places) > 1:
            return _ended(decision, "answer_done_many", State.ATTACHED, count=str(len(places)), **before)
        return _ended(decision, "answer_done", State.ATTACHED, opportunity=done[0].titles[0], **before)
    if not results:
        return _ended(decision, "answer_empty")
    return _ended(decision, "answer_asked" if any(each.doubt for each in results) else "answer_refused")
