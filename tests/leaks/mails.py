"""Every mail that the program writes to a person, as it would go out: the summary, and what it says of records that come to them."""

from dataclasses import replace
from datetime import time

from sqlalchemy import select

from app.domain.events import BecameCoOwner, HandedOver
from app.domain.workdays import local_day
from app.extensions import db
from app.models import IncomingMessage, OutgoingMail, SummarySubscription, User
from app.models.summaries import Edition
from app.operations import outbox
from app.operations.calendar_feeds import renew_feed
from app.operations.transaction import atomic
from app.outbound import handover_notices, notices
from app.outbound import summary as outbound
from app.outbound.compose import compose
from app.permissions.actor import SYSTEM, Level, acting
from app.permissions.decide import actor_of
from app.queries import summary as queries
from app.support import clock
from tests.leaks.marks import text_of
from tests.leaks.world import Eyes, World
from tests.promises.firm import OWNERS


def told_by_mails(world: World, eyes: Eyes) -> list[str]:
    """The morning summary, both editions, and every notice."""
    return _told_by_summaries(world, eyes) + _told_by_notices(world, eyes)


def _told_by_summaries(world: World, eyes: Eyes) -> list[str]:
    wrong = []
    with world.app.test_request_context(), acting(SYSTEM):
        user = db.session.get_one(User, world.jean)
        for edition in Edition:
            if edition is Edition.TEAM and not (eyes.manages or eyes.is_everything):
                continue
            figures = queries.of(user, edition, local_day(clock.now(), user.time_zone))
            subscription = SummarySubscription(user=user, edition=edition, public_ref="x", send_at=time(7, 30))
            with db.session.no_autoflush:
                mail = compose("summary", "en", **outbound.facts(figures, subscription, stop="#"))
            wrong += _unknown(world, eyes, f"the summary {edition.value}", f"{mail.subject} {mail.text} {mail.html}")
        db.session.rollback()
    return wrong


def _unknown(world: World, eyes: Eyes, what: str, text: str) -> list[str]:
    told = sorted(str(mark) for mark in world.book.read_in(text) if not eyes.may_know(mark))
    return [f"{eyes.name}: {what} tells {', '.join(told)}"] if told else []


class _Undone(Exception):
    """Carries what was claimed out of a transaction that leaves nothing behind."""

    def __init__(self, letters: list[outbox.Letter]) -> None:
        super().__init__()
        self.letters = letters


def _told_by_notices(world: World, eyes: Eyes) -> list[str]:
    """As the job takes them out of the queue: a notice of a record that is not theirs to see stays in."""
    with world.app.test_request_context(), acting(SYSTEM):
        try:
            _write_and_take(world)
        except _Undone as done:
            letters = done.letters
        db.session.remove()
    return [each for letter in letters for each in _unknown(world, eyes, letter.event, f"{letter.subject} {letter.text} {letter.html}")]


@atomic
def _write_and_take(world: World) -> None:
    last = db.session.scalar(select(OutgoingMail.id).order_by(OutgoingMail.id.desc()).limit(1)) or 0
    giver = world.firm.people[Level.ADMINISTRATOR]
    for record_type in handover_notices.PAGES:
        for owner in OWNERS:
            key = world.firm.keys[record_type][owner]
            handover_notices.handed_over(HandedOver(record_type, key, to_user_id=world.jean, to_team_id=None, by_id=giver, note=""))
            handover_notices.also_responsible(BecameCoOwner(record_type, key, user_id=world.jean, by_id=giver))
    for message in db.session.scalars(select(IncomingMessage)):
        notices.settled(message)
    waiting = select(OutgoingMail.id).where(OutgoingMail.id > last, OutgoingMail.to_user_id == world.jean)
    letters = [outbox.claim(key, actor=SYSTEM) for key in db.session.scalars(waiting)]
    assert letters, "nothing was written"
    raise _Undone([each for each in letters if each is not None])


def told_by_calendar(world: World, eyes: Eyes) -> list[str]:
    """The private calendar, asked for as a calendar program does: without a session."""
    with world.app.app_context(), acting(SYSTEM):
        user = db.session.get_one(User, world.jean)
        secret = renew_feed(user, actor=replace(actor_of(user, db.session()), id=user.id))
    told = world.book.read_in(text_of(world.app.test_client().get(f"/calendar/{secret}.ics")))
    unknown = sorted(str(mark) for mark in told if not eyes.may_know(mark))
    return [f"{eyes.name}: the calendar tells {', '.join(unknown)}"] if unknown else []
