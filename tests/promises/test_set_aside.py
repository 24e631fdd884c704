"""Every sentence that says why a message is where it is has a message that ends with it."""

from collections.abc import Callable

import pytest

from app.domain.messages import REASONS, State
from app.domain.sender_rules import Effect
from app.extensions import db
from app.inbound import decisions, web_form
from app.inbound.pipeline import settle
from app.inbound.receive import receive
from app.inbound.stages.directory import opportunity_address
from app.inbound.web_form import Submission
from app.models import CrmAddress, Delivery, IncomingMessage, Mailbox, OutgoingMail, WebForm
from app.models.contacts import Validity
from app.models.crm_addresses import Policy, UnknownRecipient
from app.operations import deliveries, records, self_tests, sender_rules, users
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import Arrived, deliver, make_mailbox, note
from tests.people import Cast, actor, make_opportunity
from tests.promises.letters import bounce_of, calendar_of, feedback_of, forward_of, invitation_from

pytestmark = pytest.mark.database
SALES = "sales@crm.grandouest.example"
ANNA, JEAN = "Anna Wiśniewska <anna@grandouest.example>", "Jean Lefèvre <jean@grandouest.example>"
KATARZYNA, GAELLE, PIOTR = "k.dudek@jesion.example", "g.hamon@bocagevert.example", "p.rawa@rawa.example"
MARIE, OLIVIA, NEW = "marie.dupont@ferme-dupont.example", "olivia@stone.example", "Zofia Nowa <zofia@nowa.example>"
Case = Callable[[Cast, Mailbox], IncomingMessage | None]


def _mail(sender: str, to: str, **more: str) -> Case:
    return lambda cast, mailbox: deliver(mailbox, note(sender, to, **more))


def _raw(raw: bytes) -> Case:
    return lambda cast, mailbox: deliver(mailbox, raw)


def _token(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    return deliver(mailbox, note(NEW, opportunity_address(cast.labellers)))


def _thread(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    deliver(mailbox, note(ANNA, KATARZYNA, message_id="offer@grandouest.example"))
    return deliver(mailbox, note(KATARZYNA, SALES, headers="In-Reply-To: <offer@grandouest.example>"))


def _form(is_known: bool, is_robot: bool = False) -> Case:
    def submit(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
        form = records.create(WebForm, {"name": "Contact us", "team": cast.north}, actor=SYSTEM)
        sent = Submission({"email": KATARZYNA if is_known else "zofia@nowa.example", "name": "Zofia Nowa", "message": "Hi"}, is_robot=is_robot)
        return db.session.get_one(Delivery, web_form.hand_in(form, sent, language="en")).message

    return submit


def _decided(decide: Callable[[IncomingMessage, Cast], object]) -> Case:
    def wait_and_decide(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
        held = deliver(mailbox, note(NEW, cast.crm(cast.anna)))
        assert held is not None and held.state is State.HELD
        decide(held, cast)
        return held

    return wait_and_decide


def _untrusted(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    return deliver(make_mailbox("outside", is_trusted=False), note(ANNA, f"{KATARZYNA}, {SALES}"))


def _switched_off(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    users.switch_off(cast.anna, actor=SYSTEM)
    return deliver(mailbox, note(ANNA, KATARZYNA))


def _policy(policy: Policy) -> Case:
    def narrow(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
        records.update(cast.sales, {"policy": policy}, actor=SYSTEM)
        return deliver(mailbox, note(NEW, SALES))

    return narrow


def _holding(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    own = db.session.query(CrmAddress).filter_by(user_id=cast.anna.id).one()
    records.update(own, {"unknown_recipient": UnknownRecipient.HOLD}, actor=SYSTEM)
    return deliver(mailbox, note(ANNA, NEW, envelope=own.address))


def _flood(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    outside = make_mailbox("outside", is_trusted=False)
    return [deliver(outside, note("Spam <spam@flood.example>", SALES, text=f"Buy {number}\n")) for number in range(22)][-1]


def _own(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    ours = db.session.query(OutgoingMail).first()
    assert ours is not None
    return deliver(mailbox, note("kurier@crm.grandouest.example", SALES, message_id=ours.header_id))


def _selftest(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    ours = db.session.query(OutgoingMail).first()
    assert ours is not None
    subject = f"{self_tests.SUBJECT} {self_tests.mark_of('word')}"
    return deliver(mailbox, note("kurier@crm.grandouest.example", SALES, subject=subject, message_id=ours.header_id))


def _bounce(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    deliver(mailbox, note(ANNA, KATARZYNA))
    return deliver(mailbox, bounce_of(KATARZYNA))


def _own_of_several(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    make_opportunity("Third line", cast.gaelle, cast.tom)
    return deliver(mailbox, note(JEAN, GAELLE))


def _blocked(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
    sender_rules.teach("shop.example", Effect.BLOCK, actor=SYSTEM)
    return deliver(mailbox, note("Offers <eve@mail.shop.example>", SALES))


def _written_to(raw: bytes) -> Case:
    def answer(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
        deliver(mailbox, note(ANNA, KATARZYNA, message_id="offer@grandouest.example"))
        return deliver(mailbox, raw)

    return answer


def _invited(raw: bytes) -> Case:
    def answer(cast: Cast, mailbox: Mailbox) -> IncomingMessage | None:
        deliver(mailbox, calendar_of(KATARZYNA))
        return deliver(mailbox, raw)

    return answer


CASES: dict[str, Case] = {
    "token": _token,
    "thread": _thread,
    "only_open": _mail(ANNA, KATARZYNA),
    "most_recent": _mail(JEAN, GAELLE),
    "most_recent_own": _own_of_several,
    "on_contact": _mail(ANNA, PIOTR),
    "on_contact_closed": _mail(JEAN, MARIE),
    "colleague": _mail(ANNA, OLIVIA),
    "bounce_recorded": _bounce,
    "form_attached": _form(is_known=True),
    "new_from_bcc": _mail(ANNA, NEW),
    "new_from_forward": _raw(forward_of(NEW, by=ANNA)),
    "new_from_direct": _mail(NEW, SALES),
    "new_from_form": _form(is_known=False),
    "by_choice": _decided(lambda held, cast: decisions.attach_to_opportunity(held, cast.terminals, actor=actor(cast.anna))),
    "new_by_person": _decided(lambda held, cast: decisions.create_opportunity(held, actor=actor(cast.anna))),
    "not_authenticated": _untrusted,
    "stranger_to_secret": lambda cast, mailbox: deliver(mailbox, note(NEW, cast.crm(cast.anna))),
    "unknown_recipient": _holding,
    "policy_known": _policy(Policy.KNOWN),
    "policy_staff": _policy(Policy.STAFF),
    "contact_unsure": _raw(forward_of("", by=ANNA)),
    "no_external": _mail(ANNA, SALES),
    "rate": _flood,
    "inactive_user": _switched_off,
    "not_addressed": _mail(NEW, "somebody@else.example"),
    "own": _own,
    "selftest": _selftest,
    "loop": _mail(KATARZYNA, SALES, headers="\n".join(["Received: from a.example by b.example; Fri, 20 Nov 2026 09:00:00 +0100"] * 41)),
    "bounce_noted": _written_to(bounce_of(KATARZYNA, status="5.2.2", diagnostic="smtp; 552 Mailbox full")),
    "bounce_delayed": _written_to(bounce_of(KATARZYNA, status="4.4.1", action="delayed")),
    "feedback_recorded": _written_to(feedback_of(KATARZYNA)),
    "feedback": _raw(feedback_of("nobody@unknown.example")),
    "calendar_changed": _invited(calendar_of(KATARZYNA, sequence=1, start="20261127T140000")),
    "calendar_foreign": _invited(calendar_of(PIOTR, sequence=1, start="20261127T140000")),
    "auto_reply_noted": _mail(KATARZYNA, SALES, headers="Auto-Submitted: auto-replied"),
    "auto_reply": _mail(NEW, SALES, headers="Auto-Submitted: auto-replied"),
    "list": _mail("News <news@shop.example>", SALES, headers="List-Id: <news.shop.example>\nPrecedence: list"),
    "calendar": _raw(invitation_from(NEW)),
    "bounce_unknown": _raw(bounce_of("nobody@unknown.example")),
    "blocked": _blocked,
    "by_person": _decided(lambda held, cast: decisions.ignore(held, actor=actor(cast.anna))),
    "robot": _form(is_known=False, is_robot=True),
    "unreadable": _raw(b"\x00\x01\x02"),
}
# Sentences that are no outcome of a message: of a delivery that failed (below, and in tests/jobs/test_refused_mail.py),
# and of a notice about left out attachments.
OTHERWISE = {"error", "gave_up", "too_large", "unfetched", "gone"}


def test_every_reason_has_a_sample() -> None:
    assert set(REASONS) == set(CASES) | OTHERWISE


@pytest.mark.parametrize("reason", CASES)
def test_a_message_ends_with_it(reason: str, cast: Cast) -> None:
    message = CASES[reason](cast, make_mailbox())
    assert message is not None
    assert message.reason == reason
    assert "%(" not in REASONS[reason] % message.reason_params


def test_a_failed_delivery_waits_then_gives_up(cast: Cast) -> None:
    """What the screens say of it is chosen by these facts."""
    mailbox = make_mailbox()
    key = receive(mailbox.id, Arrived(note(ANNA, KATARZYNA), "1"))
    for _ in range(deliveries.MAX_ATTEMPTS - 1):
        assert deliveries.note_failure(key, "broken", "ref", actor=SYSTEM) is State.RECEIVED
    assert deliveries.note_failure(key, "broken", "ref", actor=SYSTEM) is State.FAILED
    deliveries.try_again(db.session.get_one(Delivery, key), actor=SYSTEM)
    assert settle(key) is State.ATTACHED


def test_a_bounce_of_what_nobody_sent_marks_no_address(cast: Cast) -> None:
    message = deliver(make_mailbox(), bounce_of(KATARZYNA))
    assert message is not None
    assert message.reason == "bounce_unknown"
    assert {each.validity for each in cast.katarzyna.addresses} == {Validity.UNKNOWN}


FORM_LIKE = "Name: Zofia Nowa\nEmail: zofia%s@nowa.example\nPhone: 0612345678\nMessage: Hello\n"


def _form_like(mailbox: Mailbox, number: int = 0) -> IncomingMessage:
    subject = "New message from your contact form"
    message = deliver(mailbox, note("WordPress <wordpress@evil.example>", SALES, subject=subject, text=FORM_LIKE % number))
    assert message is not None
    assert message.kind == "form"
    return message


def test_what_looks_like_a_form_obeys_the_policy_of_the_address(cast: Cast) -> None:
    records.update(cast.sales, {"policy": Policy.STAFF}, actor=SYSTEM)
    assert _form_like(make_mailbox("outside", is_trusted=False)).reason == "policy_staff"


def test_a_flood_of_what_looks_like_forms_is_held(cast: Cast) -> None:
    outside = make_mailbox("outside", is_trusted=False)
    assert [_form_like(outside, number).reason for number in range(21)][-1] == "rate"
