"""Attempts to act as a colleague, through a mailbox that believes one server; and what goes round in circles."""

from datetime import timedelta

import pytest

from app.domain.messages import State
from app.extensions import db
from app.inbound.stages.directory import opportunity_address
from app.models import CrmAddress, IncomingMessage, Mailbox, OutgoingMail
from app.operations import records, users
from app.operations.outbox import claim
from app.outbound.mailer import compose_message
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor

pytestmark = pytest.mark.database
CUSTOMER = "k.dudek@jesion.example"
ANNA = "Anna <anna@grandouest.example>"
PASS = "Authentication-Results: mx.firm.example; dmarc=pass header.from=grandouest.example"
FAIL = "Authentication-Results: mx.firm.example; dmarc=fail header.from=grandouest.example"
EVIL = "Authentication-Results: mx.firm.example; dmarc=pass header.from=evil.example; dkim=pass header.d=evil.example"


@pytest.fixture
def box(cast: Cast) -> Mailbox:
    return make_mailbox(is_trusted=False, authserv_id=" MX.firm.example. ")


def _sent(box: Mailbox, headers: str, sender: str = ANNA, to: str = CUSTOMER) -> IncomingMessage:
    return deliver(box, note(sender, f"{to}, sales@crm.grandouest.example", headers=headers))


@pytest.mark.parametrize("headers", [
    PASS,
    "Authentication-Results: mx.firm.example 1; dmarc=pass header.from=grandouest.example",
    "Authentication-Results: (ours) MX.Firm.Example (v) 1; DMARC=Pass (p=none) Header.From=GrandOuest.Example",
    'Authentication-Results: "mx.firm.example"; dkim=pass header.i=@grandouest.example',
    "Authentication-Results:\n\tmx.firm.example;\n\tdkim=fail header.d=grandouest.example;\n\tdkim=pass\n\theader.d=grandouest.example",
    f"{PASS}\nAuthentication-Results: other.example; dmarc=fail header.from=grandouest.example",
    f"Authentication-Results: other.example; dmarc=fail header.from=grandouest.example\n{PASS}",
])
def test_our_server_vouches(headers: str, box: Mailbox) -> None:
    message = _sent(box, headers)
    assert message.reason == "only_open" and message.is_authenticated and message.acting_user is not None


@pytest.mark.parametrize("headers", [
    "",
    "X-Kurier-User: anna\nX-Authenticated-Sender: anna@grandouest.example",
    PASS.replace("mx.firm", "mx.evil"),
    PASS.replace("mx.firm.example", "mx.firm.example.evil.example"),
    f"{FAIL}\n{PASS}",
    f"Authentication-Results: (a comment first) mx.firm.example; dmarc=fail header.from=grandouest.example\n{PASS}",
    f"Authentication-Results: mx.firm.example; none\n{PASS}",
    f"Authentication-Results: mx.firm.example; dmarc=pass=pass;;((\n{PASS}",
    f"{FAIL}; dmarc=pass header.from=grandouest.example",
    f"{FAIL}; dkim=pass header.d=grandouest.example",
    EVIL,
    PASS.replace("grandouest.example", "sub.grandouest.example"),
    PASS.replace("=pass", "=bestguesspass"),
    "Authentication-Results: mx.firm.example; dmarc=pass",
    "Authentication-Results: mx.firm.example; spf=pass smtp.mailfrom=grandouest.example",
    "Authentication-Results: mx.firm.example; dkim=pass header.d=evil.example header.d=grandouest.example",
    "Authentication-Results: mx.firm.example; dkim=pass header.d=mail.grandouest.example",
    "Authentication-Results: mx.firm.example; dkim=pass header.d=example",
    "Authentication-Results: mx.firm.example; dkim=pass header.d=evil.example header.i=@grandouest.example",
    "Authentication-Results: mx.firm.example; spf=pass smtp.mailfrom="
    "=?utf-8?q?x=3B_dmarc=3Dpass_header=2Efrom=3Dgrandouest.example=3B_spf=3Dpass_smtp.mailfrom=3Da?=@evil.example",
    'Authentication-Results: mx.firm.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=grandouest.example"@evil.example',
    "Authentication-Results: mx.firm.example; spf=pass (x; dmarc=pass header.from=grandouest.example) smtp.mailfrom=a@evil.example",
    f"From: Eve <eve@evil.example>\n{PASS}",
    f"From: {ANNA}\n{PASS}",
])
def test_nothing_proves_it(headers: str, box: Mailbox) -> None:
    message = _sent(box, headers)
    assert (message.state, message.reason) == (State.HELD, "not_authenticated"), message.reason
    assert not message.is_authenticated


@pytest.mark.parametrize("sender", [
    '"anna@grandouest.example" <eve@evil.example>', "anna@grandouest.example <eve@evil.example>", "eve@evil.example (anna@grandouest.example)",
    "=?utf-8?q?Anna_=3Canna=40grandouest=2Eexample=3E=2C?= <eve@evil.example>", "Anna <anna@grandou\u0435st.example>",
    "Anna <\uff41nna@grandouest.example>", "Anna <anna@grandouest.example.evil.example>", "Anna <anna+x@grandouest.example>",
])
def test_somebody_who_looks_like_a_colleague_is_nobody(sender: str, box: Mailbox) -> None:
    message = _sent(box, EVIL, sender)
    assert message.acting_user is None


def test_a_signature_of_a_public_domain_proves_nothing(box: Mailbox, cast: Cast) -> None:
    users.update_user(cast.anna, {"email": "anna@firm.co.uk"}, actor=SYSTEM)
    signed = "Authentication-Results: mx.firm.example; dkim=pass header.d={}"
    assert _sent(box, signed.format("co.uk"), "anna@firm.co.uk").reason == "not_authenticated"
    assert _sent(box, signed.format("firm.co.uk"), "anna@firm.co.uk").reason == "only_open"
    users.update_user(cast.anna, {"email": "anna@mail.grandouest.example"}, actor=SYSTEM)
    assert _sent(box, signed.format("grandouest.example"), "anna@mail.grandouest.example").reason == "only_open"


@pytest.mark.feature("X1")
def test_a_secret_address_until_it_ends(box: Mailbox, cast: Cast) -> None:
    secret = cast.crm(cast.anna)
    users.renew_secret_address(cast.anna, actor=actor(cast.anna))
    fresh = db.session.query(CrmAddress).filter_by(user_id=cast.anna.id, valid_until=None).one()

    def reason(address: str, sender: str = ANNA) -> str | None:
        message = deliver(box, note(sender, CUSTOMER, envelope=address))
        return message.reason if message else None

    assert [reason(secret), reason(fresh.address), reason(cast.crm(cast.jean))] == ["only_open", "only_open", "not_authenticated"]
    with clock.frozen(clock.now() + timedelta(days=13, hours=23)):
        assert reason(secret) == "only_open"
    with clock.frozen(clock.now() + timedelta(days=14, hours=1)):
        assert [reason(secret), reason(fresh.address)] == ["not_authenticated", "only_open"]
    records.archive(fresh, actor=SYSTEM)
    assert reason(fresh.address) == "not_authenticated"


def test_the_address_of_an_opportunity_cannot_be_guessed(box: Mailbox, cast: Cast) -> None:
    address = opportunity_address(cast.labellers)
    for forged in (address.replace(cast.labellers.public_ref, cast.renewal.public_ref), address[:-1], address.replace("@", "x@")):
        message = deliver(box, note("Eve <eve@evil.example>", forged))
        assert message.reason == "not_addressed", forged
    message = deliver(box, note("Eve <eve@evil.example>", address.upper()))
    assert message.opportunity == cast.labellers


def test_our_own_mail_is_known_again_under_another_name(box: Mailbox, cast: Cast) -> None:
    ours = db.session.query(OutgoingMail).first()
    assert ours is not None
    letter = claim(ours.id, actor=SYSTEM)
    assert letter is not None
    mark = dict(compose_message(letter).extra_headers or {})["X-Loop"]
    again = _sent(box, f"X-Loop: {mark}", "Relay <relay@elsewhere.example>")
    forged = _sent(box, "X-Loop: <aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb@localhost>", "New <new@elsewhere.example>")
    assert (again.reason, forged.reason) == ("own", "new_from_direct")
