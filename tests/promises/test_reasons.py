"""Every reason that a message can have comes about as docs/mail_reasons.md says: by the sample mail, or by what people and servers do."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import current_app
from flask_babel import force_locale

from app.cli.pages import SAMPLES
from app.domain.messages import REASONS, REASONS_OF, State
from app.domain.sender_rules import Effect
from app.domain.workdays import local_day
from app.extensions import db
from app.inbound import decisions, web_form
from app.inbound.pipeline import settle
from app.inbound.receive import receive
from app.inbound.stages.directory import opportunity_address
from app.inbound.web_form import Submission
from app.models import Contact, CrmAddress, Delivery, Engagement, IncomingMessage, Mailbox, OutgoingMail, Role, WebForm
from app.models.crm_addresses import Policy, UnknownRecipient
from app.models.summaries import Edition
from app.operations import deliveries, outbox, records, self_tests, sender_rules, unfetched, users
from app.operations.outbox import record_address
from app.outbound import summary as outbound
from app.outbound.mailer import compose_message
from app.permissions.actor import SYSTEM
from app.queries import summary
from app.support import clock
from app.views.message_lines import delivery_outcome
from tests.inbound.mailroom import Arrived, deliver, make_mailbox
from tests.people import Cast, actor, make_opportunity

pytestmark = pytest.mark.database
Prepare = Callable[[Cast, Mailbox], object]
Act = Callable[[Cast, Mailbox], IncomingMessage | Delivery]


def sample(name: str, cast: Cast, number: int = 0) -> bytes:
    """The sample mail ``name``; what stands in braces is made and signed by Kurier."""
    ours = db.session.query(OutgoingMail.header_id).order_by(OutgoingMail.id).first()
    engagement = db.session.query(Engagement).order_by(Engagement.id).first()
    morning = db.session.query(OutgoingMail).filter(OutgoingMail.to_user_id == cast.anna.id, OutgoingMail.event.startswith("summary")).first()
    notice = db.session.query(OutgoingMail).filter(OutgoingMail.event == "notice:unknown_recipient").first()
    made = {
        "address of the notice": notice.headers["Reply-To"] if notice else "",
        "address of the morning e-mail of anna": morning.headers["Reply-To"] if morning else "",
        "address of the engagement": record_address(engagement) if engagement else "",
        "address of the opportunity": opportunity_address(cast.labellers), "secret address of anna": cast.crm(cast.anna),
        "secret address of jean": cast.crm(cast.jean), "Message-ID of ours": ours[0] if ours else "", "number": str(number),
    }
    text = (SAMPLES / f"{name}.eml").read_text(encoding="utf-8")
    return re.sub(r"\{([^}]+)\}", lambda found: made[found[1]], text).encode()


def _after(name: str) -> Prepare:
    """Another sample came first, and joined Katarzyna's only opportunity."""

    def arrive(cast: Cast, mailbox: Mailbox) -> None:
        first = deliver(mailbox, sample(name, cast))
        assert first.reason == "only_open"

    return arrive


def _policy(policy: Policy) -> Prepare:
    return lambda cast, mailbox: records.update(cast.sales, {"policy": policy}, actor=SYSTEM)


def _anna_holds(cast: Cast, mailbox: Mailbox) -> None:
    own = db.session.query(CrmAddress).filter_by(user_id=cast.anna.id).one()
    records.update(own, {"unknown_recipient": UnknownRecipient.HOLD}, actor=SYSTEM)


def _anna_keeps_the_books(cast: Cast, mailbox: Mailbox) -> None:
    users.update_user(cast.anna, {"roles": [db.session.query(Role).filter_by(name="Accounting").one()]}, actor=SYSTEM)


def _untrusted(cast: Cast, mailbox: Mailbox) -> None:
    records.update(mailbox, {"is_trusted": False}, actor=SYSTEM)


def _flood(cast: Cast, mailbox: Mailbox) -> None:
    _untrusted(cast, mailbox)
    for number in range(1, 22):
        deliver(mailbox, sample("rate", cast, number))


def _morning(ago: timedelta = timedelta(0)) -> Prepare:
    """Anna got her morning email."""

    def send(cast: Cast, mailbox: Mailbox) -> None:
        for title in ("Second scanner", "Third scanner"):
            make_opportunity(title, cast.katarzyna, cast.anna)
        subscription = summary.subscription_of(cast.anna, Edition.MINE)
        assert subscription is not None
        with clock.frozen(clock.now() - ago):
            outbound.send(subscription, local_day(clock.now(), cast.anna.time_zone), actor=SYSTEM)

    return send


def _engaged(*names: str) -> Prepare:
    def prepare(cast: Cast, mailbox: Mailbox) -> None:
        marie = next(each for each in db.session.query(Contact) if each.address == "marie.dupont@ferme-dupont.example")
        for name in names:
            records.create(Engagement, {"name": name, "lead_contact": marie, "owner": cast.jean}, actor=SYSTEM)

    return prepare


def _notice(cast: Cast, mailbox: Mailbox) -> None:
    """Anna was told of a message that waits."""
    _anna_holds(cast, mailbox)
    assert deliver(mailbox, sample("unknown_recipient", cast)).state is State.HELD


BEFORE: dict[str, Prepare] = {
    "notice_answered": _notice,
    "notice_not_colleague": _notice,
    "engagement": _engaged("Care of the printers"),
    "token_engagement": _engaged("Care of the printers", "Labels and ribbons"),
    "engagement_recent": _engaged("Care of the printers", "Labels and ribbons"),
    "thread": _after("only_open"),
    "most_recent_own": lambda cast, mailbox: make_opportunity("Third line", cast.gaelle, cast.tom),
    "not_authenticated": _untrusted,
    "unknown_recipient": _anna_holds,
    "no_right": _anna_keeps_the_books,
    "policy_known": _policy(Policy.KNOWN),
    "policy_staff": _policy(Policy.STAFF),
    "rate": _flood,
    "inactive_user": lambda cast, mailbox: users.switch_off(cast.anna, actor=SYSTEM),
    "bounce_recorded": _after("only_open"),
    "bounce_noted": _after("only_open"),
    "feedback_recorded": _after("only_open"),
    "calendar_changed": _after("an_invitation"),
    "calendar_foreign": _after("an_invitation"),
    **dict.fromkeys(("answer_done", "answer_done_many", "answer_asked", "answer_refused", "answer_empty", "answer_not_reader"), _morning()),
    "answer_late": _morning(timedelta(days=9)),
    "blocked": lambda cast, mailbox: sender_rules.teach("shop.example", Effect.BLOCK, actor=SYSTEM),
}


def _decided(decide: Callable[[IncomingMessage, Cast], object]) -> Act:
    def wait_and_decide(cast: Cast, mailbox: Mailbox) -> IncomingMessage:
        held = deliver(mailbox, sample("stranger_to_secret", cast))
        assert held.state is State.HELD
        decide(held, cast)
        return held

    return wait_and_decide


def _by_a_robot(cast: Cast, mailbox: Mailbox) -> IncomingMessage:
    form = records.create(WebForm, {"name": "Contact us", "team": cast.north}, actor=SYSTEM)
    sent = Submission({"email": "zofia@nowa.example", "name": "Zofia Nowa", "message": "Hi"}, is_robot=True)
    return db.session.get_one(Delivery, web_form.hand_in(form, sent, language="en")).message


def _self_test(cast: Cast, mailbox: Mailbox) -> IncomingMessage:
    current_app.config["SETTINGS"] = replace(current_app.config["SETTINGS"], smtp_host="127.0.0.1")
    records.update(mailbox, {"address": "sales@crm.grandouest.example"}, actor=SYSTEM)
    test = self_tests.begin_self_test(mailbox, actor=SYSTEM)
    assert test.outgoing_id is not None
    letter = outbox.claim(test.outgoing_id, actor=SYSTEM)
    assert letter is not None
    message = deliver(mailbox, compose_message(letter).as_bytes())
    assert test.back_at is not None
    return message


def _failed(times: int) -> Act:
    """The store loses the original, so each attempt to file it ends with an error."""

    def fail(cast: Cast, mailbox: Mailbox) -> Delivery:
        key = receive(mailbox.id, Arrived(sample("only_open", cast), "1"))
        delivery = db.session.get_one(Delivery, key)
        (original,) = current_app.config["SETTINGS"].home.rglob(f"{delivery.raw_sha256}*")
        original.unlink()
        for _ in range(times):
            settle(key)
        db.session.refresh(delivery)
        return delivery

    return fail


def _unfetched(cast: Cast, mailbox: Mailbox) -> Delivery:
    unfetched.note_unfetched("NO [SERVERBUG]", mailbox_id=mailbox.id, folder="INBOX", uidvalidity=1, uid="7", size=0, actor=SYSTEM)
    return db.session.query(Delivery).one()


def _gone(cast: Cast, mailbox: Mailbox) -> Delivery:
    delivery = _unfetched(cast, mailbox)
    unfetched.set_aside(delivery, actor=SYSTEM)
    return delivery


ACTS: dict[str, Act] = {
    "by_choice": _decided(lambda held, cast: decisions.attach_to(held, cast.terminals, actor=actor(cast.anna))),
    "new_by_person": _decided(lambda held, cast: decisions.create_opportunity(held, actor=actor(cast.anna))),
    "by_person": _decided(lambda held, cast: decisions.ignore(held, actor=actor(cast.anna))),
    "robot": _by_a_robot,
    "selftest": _self_test,
    "error": _failed(1),
    "gave_up": _failed(deliveries.MAX_ATTEMPTS),
    "unfetched": _unfetched,
    "gone": _gone,
}
SAMPLED = {path.stem for path in SAMPLES.glob("*.eml")}
OUTCOMES = [(state, code) for state, codes in REASONS_OF.items() for code in codes]


def test_every_reason_has_a_sample_or_an_act() -> None:
    assert SAMPLED | set(ACTS) == set(REASONS) - {"too_large"} | {"an_invitation"}
    assert SAMPLED.isdisjoint(ACTS)


@pytest.mark.parametrize(("state", "reason"), OUTCOMES, ids=[code for _, code in OUTCOMES])
def test_it_ends_so(state: State, reason: str, cast: Cast) -> None:
    mailbox = make_mailbox()
    if reason in BEFORE:
        BEFORE[reason](cast, mailbox)
    ended = ACTS[reason](cast, mailbox) if reason in ACTS else deliver(mailbox, sample(reason, cast))
    assert ended.state is state
    if isinstance(ended, IncomingMessage):
        assert ended.reason == reason
        assert "%(" not in REASONS[reason] % ended.reason_params
    else:
        with current_app.test_request_context(), force_locale("en"):
            said = delivery_outcome(ended)["reason"]
        assert said == REASONS[reason] % {"reference": ended.error_reference, "attempts": ended.attempts, "answer": ended.error}


def test_what_was_left_out_of_a_large_message_is_said_to_its_sender(cast: Cast) -> None:
    settle(receive(make_mailbox().id, Arrived(sample("only_open", cast), "1", is_truncated=True)))
    message = db.session.query(IncomingMessage).one()
    assert (message.reason, [each["code"] for each in message.warnings]) == ("only_open", ["too_large"])
    notice = db.session.query(OutgoingMail).filter_by(event="notice:too_large").one()
    assert notice.to_user_id == cast.anna.id
