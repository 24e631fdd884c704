"""A message of ours goes to a mailbox and must come back through it."""

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import or_, select

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Delivery, IncomingMessage, Mailbox, SelfTest
from app.operations.outbox import queue_mail
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.secrets import is_signed, sign, token

PATIENCE = timedelta(minutes=10)
"""A self-test that is not back by then is missing."""
DAILY = timedelta(hours=24)
SUBJECT = "Kurier self-test"
HIDDEN = "undisclosed-recipients:;"
_PURPOSE = "self-test"


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def mark_of(word: str) -> str:
    """What the subject carries, so that nobody else's message counts as come back."""
    return f"{word}.{sign(_key(), _PURPOSE, word)}"


def marked(subject: str) -> str | None:
    """The token that a ``subject`` carries, if it is signed by us."""
    if not subject.startswith(SUBJECT):
        return None
    word, _, signature = subject.removeprefix(SUBJECT).strip().partition(".")
    return word if word and is_signed(_key(), _PURPOSE, word, signature) else None


@atomic
def begin_self_test(mailbox: Mailbox, *, actor: Actor) -> SelfTest:
    """Send a message to the address of ``mailbox``, as a blind copy: only the envelope says for whom it is."""
    require(actor, Action.WRITE, mailbox)
    address = mailbox.own_address
    if address is None:
        raise DomainError("no_address", N_("Type the e-mail address of the mailbox first: the test is sent there."))
    if not mailbox.is_active:
        raise DomainError("switched_off", N_("This mailbox is switched off: nothing could come back."))
    if not current_app.config["SETTINGS"].smtp_host:
        raise DomainError("no_smtp", N_("Kurier sends no mail so far: SMTP_HOST is not set."))
    word = token(12)
    mail = queue_mail(
        key=f"selftest:{word}", event="selftest", to=address, language="en", subject=f"{SUBJECT} {mark_of(word)}",
        text="Kurier sent this message to see whether mail reaches it. Nothing has to be done.\n",
        headers={"Auto-Submitted": "auto-generated", "To": HIDDEN}, actor=actor,
    )  # fmt: skip
    test = SelfTest(mailbox_id=mailbox.id, outgoing_id=mail.id, token=word, address=address, created_by_id=actor.id)
    db.session.add(test)
    db.session.flush()
    record(actor, "test_mailbox", mailbox, after={"address": address})
    return test


def address_of(word: str) -> str | None:
    """The address that the test of the token ``word`` was sent to."""
    return db.session.scalar(select(SelfTest.address).where(SelfTest.token == word))


@atomic
def note_back(word: str, message: IncomingMessage, headers: Sequence[str], *, actor: Actor) -> None:
    """``message`` carries the token ``word``; it counts if it came through the mailbox of its test. ``headers`` named the address."""
    test = db.session.scalars(select(SelfTest).where(SelfTest.token == word)).one_or_none()
    if test is None or test.back_at is not None:
        return
    # While it is being filed its delivery does not name it yet.
    is_it = or_(Delivery.message_id == message.id, Delivery.raw_sha256 == message.raw_sha256)
    if db.session.scalar(select(Delivery.id).where(Delivery.mailbox_id == test.mailbox_id, is_it).limit(1)):
        test.back_at, test.headers = clock.now(), list(headers)


def due_mailboxes() -> list[int]:
    """Keys of the mailboxes whose daily test has come."""
    recent = select(SelfTest.mailbox_id).where(SelfTest.asked_at > clock.now() - DAILY)
    query = select(Mailbox).where(
        Mailbox.is_active.is_(True), Mailbox.is_tested.is_(True), Mailbox.archived_at.is_(None), Mailbox.id.not_in(recent)
    )
    return [each.id for each in db.session.scalars(query.order_by(Mailbox.id)) if each.own_address]


def missing() -> list[int]:
    """Keys of the tests that should be back and that nobody heard of yet."""
    late = clock.now() - PATIENCE
    query = select(SelfTest.id).where(SelfTest.back_at.is_(None), SelfTest.told_at.is_(None), SelfTest.asked_at < late)
    return list(db.session.scalars(query.order_by(SelfTest.id)))


@atomic
def note_told(test: SelfTest, *, actor: Actor) -> None:
    """The administrators heard that it is missing."""
    require(actor, Action.WRITE, test)
    test.told_at = clock.now()
