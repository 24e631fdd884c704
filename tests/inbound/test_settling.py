"""Answering the notice about a held message: "oui, c'est un prospect", "to nie prospekt", "attach to …"; by a proven colleague, with the rights of the page."""

import re

import pytest

from app.domain.messages import State
from app.extensions import db
from app.inbound.mime.notice_answers import Choice, decided
from app.models import CrmAddress, IncomingMessage, Mailbox, Opportunity, OutgoingMail
from app.models.crm_addresses import UnknownRecipient
from app.operations import records
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import deliver, make_mailbox
from tests.people import Cast

pytestmark = pytest.mark.feature("X4")
PASS = "Authentication-Results: mx.firm.example; dmarc=pass header.from=grandouest.example"

MEANT = [
    ("Oui, c'est un prospect", Choice.CREATE, ""), ("oui", Choice.CREATE, ""), ("Ok", Choice.UNSURE, ""), ("Yes please", Choice.CREATE, ""),
    ("crée une opportunité stp", Choice.CREATE, ""), ("Tak, to nowy klient.\n\nPozdrawiam\nAnna", Choice.CREATE, ""), ("utwórz szansę", Choice.CREATE, ""),
    ("C'est un nouveau client", Choice.CREATE, ""), ("it's a lead", Choice.CREATE, ""),
    ("to nie prospekt", Choice.IGNORE, ""), ("Non", Choice.IGNORE, ""), ("ce n'est pas un prospect", Choice.IGNORE, ""), ("spam", Choice.IGNORE, ""),
    ("Non, ignore", Choice.IGNORE, ""), ("nie, pomiń", Choice.IGNORE, ""), ("c'est de la pub", Choice.IGNORE, ""), ("not a customer", Choice.IGNORE, ""),
    ("rattache à Dubois", Choice.ATTACH, "dubois"), ("Rattache ça à l'opportunité Tri et étiquetage, merci", Choice.ATTACH, "tri et etiquetage"),
    ("dołącz do Nowaka", Choice.ATTACH, "nowaka"), ("attach it to Northgate Dairy please", Choice.ATTACH, "northgate dairy please"),
    ("non, rattache à Dubois", Choice.ATTACH, "dubois"),
    ("", Choice.UNSURE, ""), ("oui ?", Choice.UNSURE, ""), ("peut-être", Choice.UNSURE, ""), ("oui mais pas maintenant", Choice.UNSURE, ""),
    ("nie ignoruj", Choice.UNSURE, ""), ("ne rattache pas à Dubois", Choice.UNSURE, ""), ("chyba tak", Choice.UNSURE, ""), ("merci", Choice.UNSURE, ""),
    ("je regarde demain", Choice.UNSURE, ""), ("oui et non", Choice.UNSURE, ""), ("c'est un prospect ou du spam", Choice.UNSURE, ""),
    ("nie wiem czy to klient", Choice.UNSURE, ""), ("appelle-moi", Choice.UNSURE, ""),
]


@pytest.mark.parametrize(("text", "choice", "name"), MEANT)
def test_what_is_decided(text: str, choice: Choice, name: str) -> None:
    assert (decided(text).choice, decided(text).name) == (choice, name)


@pytest.fixture
def box(cast: Cast) -> Mailbox:
    return make_mailbox(is_trusted=False, authserv_id="mx.firm.example")


def mail(text: str, *, to: str, sender: str, subject: str = "Re: Waits", number: int = 1, proof: str = PASS) -> bytes:
    head = [proof] if proof else []
    head += [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <n{number}@grandouest.example>", "Date: Mon, 23 Nov 2026 09:15:00 +0100",
             "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", text]
    return "\n".join(head).encode()


def held(cast: Cast, box: Mailbox) -> tuple[IncomingMessage, OutgoingMail]:
    """A mail of Anna's in blind copy to somebody unknown, which waits, and what she is told of it."""
    own = db.session.query(CrmAddress).filter_by(user_id=cast.anna.id).one()
    records.update(own, {"unknown_recipient": UnknownRecipient.HOLD}, actor=SYSTEM)
    raw = mail("Dzień dobry, oferta w załączeniu.", to="Zofia Lis <zofia@nowa.example>", sender="Anna <anna@grandouest.example>", subject="Oferta", number=99)
    message = deliver(box, f"Delivered-To: {own.address}\n".encode() + raw)
    assert (message.state, message.reason) == (State.HELD, "unknown_recipient")
    notice = db.session.query(OutgoingMail).filter_by(event="notice:unknown_recipient").one()
    return message, notice


def answer(box: Mailbox, notice: OutgoingMail, text: str, *, sender: str = "Anna <anna@grandouest.example>", number: int = 1, proof: str = PASS,
           to: str = "") -> IncomingMessage:
    quoted = "\n".join(f"> {line}" for line in notice.text.splitlines())
    said = f"{text}\n\nW dniu pon., 23 lis 2026 o 09:00 Kurier <crm@grandouest.example> napisał(a):\n\n{quoted}\n"
    return deliver(box, mail(said, to=to or notice.headers["Reply-To"], sender=sender, number=number, proof=proof))


def told() -> OutgoingMail:
    return db.session.query(OutgoingMail).filter_by(event="notice:answered").order_by(OutgoingMail.id.desc()).first() or OutgoingMail(text="", headers={})


def state_of(message: IncomingMessage) -> State:
    db.session.refresh(message)
    return message.state


@pytest.mark.database
def test_yes_makes_an_opportunity(cast: Cast, box: Mailbox) -> None:
    message, notice = held(cast, box)
    assert "„tak”" in notice.text
    said = answer(box, notice, "Tak, to nowy klient")
    db.session.refresh(message)
    assert (message.state, message.reason) == (State.CREATED, "new_by_person") and (said.state, said.reason) == (State.IGNORED, "notice_answered")
    deal = db.session.get_one(Opportunity, message.opportunity_id)
    assert deal.owner_id == cast.anna.id and {each.address for each in deal.contacts[0].addresses} == {"zofia@nowa.example"}
    assert f"/opportunityview/show/{deal.id}" in told().text and told().to_user_id == cast.anna.id and "Reply-To" not in told().headers
    assert answer(box, notice, "tak", number=2).reason == "notice_answered"
    assert db.session.query(Opportunity).filter(Opportunity.contacts.any(id=deal.contacts[0].id)).count() == 1, "twice is once"


@pytest.mark.database
def test_no_sets_it_aside_and_yes_thinks_better_of_it(cast: Cast, box: Mailbox) -> None:
    message, notice = held(cast, box)
    answer(box, notice, "to nie prospekt")
    db.session.refresh(message)
    assert (message.state, message.reason) == (State.IGNORED, "by_person")
    answer(box, notice, "Tak", number=2)
    assert state_of(message) is State.CREATED


@pytest.mark.database
@pytest.mark.parametrize("text", ["dołącz do Dudek", "dołącz do terminali", "attach to Terminale do magazynu"])
def test_it_is_attached_to_what_is_named(cast: Cast, box: Mailbox, text: str) -> None:
    message, notice = held(cast, box)
    answer(box, notice, text)
    db.session.refresh(message)
    assert (message.state, message.reason, message.opportunity_id) == (State.ATTACHED, "by_choice", cast.terminals.id)


@pytest.mark.database
@pytest.mark.parametrize(("text", "words"), [
    ("dołącz do Nikogo", "Nie znaleziono"), ("nie wiem", "Nie jest pewne"), ("dołącz do Stone renewal", "Nie znaleziono"),
])
def test_where_it_is_not_certain_it_is_asked(cast: Cast, box: Mailbox, text: str, words: str) -> None:
    """What is out of sight is not found."""
    message, notice = held(cast, box)
    answer(box, notice, text)
    assert state_of(message) is State.HELD and words in told().text
    assert told().headers["Reply-To"] == notice.headers["Reply-To"]
    answer(box, told(), "tak", number=2)
    assert state_of(message) is State.CREATED


@pytest.mark.database
@pytest.mark.parametrize(("sender", "proof", "reason"), [
    ("Anna <anna@grandouest.example>", "", "not_authenticated"),
    ("Anna <anna@grandouest.example>", PASS.replace("mx.firm", "mx.evil"), "not_authenticated"),
    ("Eve <eve@evil.example>", PASS.replace("grandouest", "evil"), "notice_not_colleague"),
])
def test_nobody_else_decides(cast: Cast, box: Mailbox, sender: str, proof: str, reason: str) -> None:
    message, notice = held(cast, box)
    said = answer(box, notice, "tak", sender=sender, proof=proof)
    db.session.refresh(message)
    assert (said.state, said.reason) == (State.HELD, reason) and message.state is State.HELD and not told().text


@pytest.mark.database
def test_a_colleague_without_the_right_is_refused_and_learns_nothing(cast: Cast, box: Mailbox) -> None:
    message, notice = held(cast, box)
    answer(box, notice, "tak", sender="Tom <tom@grandouest.example>")
    db.session.refresh(message)
    assert message.state is State.HELD
    assert told().to_user_id == cast.tom.id and "Oferta" not in told().text and "Reply-To" not in told().headers


@pytest.mark.database
def test_a_forged_address_is_none(cast: Cast, box: Mailbox) -> None:
    message, notice = held(cast, box)
    forged = re.sub(r"^h-(.)", lambda found: f"h-{'a' if found[1] != 'a' else 'b'}", notice.headers["Reply-To"])
    said = answer(box, notice, "tak", to=forged)
    db.session.refresh(message)
    assert said.reason != "notice_answered" and message.state is State.HELD
