"""What Kurier says on its own: to colleagues only, in their language, and not too often."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.events import MailSettled
from app.domain.messages import State
from app.extensions import db
from app.inbound.pipeline import settle
from app.inbound.receive import receive
from app.inbound.sources.source import Fetched
from app.models import IncomingMessage, Mailbox, OutgoingMail, User
from app.operations.polling import ensure_folder
from app.operations.transaction import announce, atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from app.support.secrets import token
from tests.people import Cast


@atomic
def settled(**facts: Any) -> IncomingMessage:
    message = IncomingMessage(key=token(20), **{"kind": "bcc", "subject": "Oferta", **facts})
    db.session.add(message)
    db.session.flush()
    announce(MailSettled(message.id))
    return message


def told(user: User | None = None) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.event.like("notice:%")).order_by(OutgoingMail.id)
    return [mail for mail in db.session.scalars(query) if user is None or mail.to_user_id == user.id]


def held(cast: Cast, reason: str = "not_authenticated", **facts: Any) -> IncomingMessage:
    params = {"sender": "anna@grandouest.example", "contact": "Piotr", "user": "Anna"}
    return settled(**{"state": State.HELD, "reason": reason, "reason_params": params, "sender_address": cast.anna.email, **facts})


def test_a_new_user_is_welcomed_with_the_crm_address(cast: Cast) -> None:
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.key == f"welcome:{cast.anna.id}")).one()
    assert mail.to_address == cast.anna.email
    assert mail.language == "pl"
    for body in (mail.text, mail.html or ""):
        assert cast.crm(cast.anna) in body
        assert "/login/" in body
        assert "anna" in body
    assert '<html lang="pl">' in (mail.html or "")
    assert mail.headers["Auto-Submitted"] == "auto-generated"


def test_a_held_message_is_explained_to_its_sender_once_an_hour(cast: Cast) -> None:
    held(cast)
    held(cast)
    held(cast, "contact_unsure")
    assert [mail.event for mail in told(cast.anna)] == ["notice:not_authenticated", "notice:contact_unsure"]
    assert "Oferta" in told()[0].text
    assert "/incomingmail/show/" not in told()[0].text  # nobody knows whose it is: Anna may not open it
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        held(cast)
    assert len(told(cast.anna)) == 3
    assert {mail.to_address for mail in told()} == {cast.anna.email}


def test_what_waited_meanwhile_is_named_by_the_next_notice(cast: Cast) -> None:
    held(cast, acting_user=cast.anna)
    start = clock.now()
    for number in range(7):
        with clock.frozen(start + timedelta(minutes=number + 1)):
            held(cast, acting_user=cast.anna, subject=f"Cicha {number}")
    decided = db.session.scalars(select(IncomingMessage).where(IncomingMessage.subject == "Cicha 0")).one()
    decide(decided)
    with clock.frozen(start + timedelta(minutes=62)):
        held(cast, acting_user=cast.anna, subject="Ostatnia")
    first, second = told(cast.anna)
    assert "Cicha" not in first.text
    assert "Ostatnia" in second.text
    assert "“Cicha 1”; “Cicha 2”; “Cicha 3”; “Cicha 4”; “Cicha 5”" in second.text
    assert "Cicha 0" not in second.text and "Cicha 6" not in second.text and "1" in second.text.split("Cicha 5”")[1]
    with clock.frozen(start + timedelta(minutes=125)):
        held(cast, acting_user=cast.anna, subject="Inna")
    assert "Cicha" not in told(cast.anna)[-1].text


@atomic
def decide(message: IncomingMessage) -> None:
    message.state = State.IGNORED


@pytest.mark.parametrize("kind", ["own", "bounce", "auto_reply", "feedback", "list", "calendar"])
def test_machines_are_never_answered(cast: Cast, kind: str) -> None:
    held(cast, kind=kind)
    assert told() == []


def test_outsiders_are_never_answered(cast: Cast) -> None:
    held(cast, sender_address="somebody@customer.example")
    assert told() == []


@atomic
def distrust(mailbox: Mailbox) -> None:
    mailbox.is_trusted = False


def test_who_cannot_prove_to_be_a_colleague_is_held_and_the_colleague_hears_of_it(cast: Cast) -> None:
    mailbox = ensure_folder("A mailbox", "/nowhere", actor=SYSTEM)
    distrust(mailbox)
    raw = (
        f"From: Jean <{cast.jean.email}>\r\nTo: {cast.sales.address}\r\nSubject: Offre\r\n"
        "Message-ID: <1@mail.example>\r\n\r\nBonjour\r\n"
    ).encode()
    settle(receive(mailbox.id, Fetched("INBOX", 1, "1", raw, len(raw), False, 1)))
    message = db.session.scalars(select(IncomingMessage)).one()
    assert (message.state, message.reason) == (State.HELD, "not_authenticated")
    (mail,) = told()
    assert (mail.to_address, mail.language) == (cast.jean.email, "fr")


def test_a_stranger_at_a_secret_address_is_told_to_its_owner(cast: Cast) -> None:
    held(cast, "stranger_to_secret", sender_address="somebody@customer.example", acting_user=cast.anna)
    (mail,) = told()
    assert mail.to_address == cast.anna.email
    assert "tajny adres" in mail.subject


def test_what_was_filed_needs_no_words(cast: Cast) -> None:
    settled(state=State.ATTACHED, reason="only_open", sender_address=cast.anna.email)
    assert told() == []


def test_a_customer_of_a_colleague(cast: Cast) -> None:
    settled(
        state=State.ATTACHED, reason="colleague", sender_address=cast.jean.email, acting_user=cast.jean,
        opportunity=cast.terminals,
    )  # fmt: skip
    owner = cast.terminals.owner
    (to_owner,), (to_sender,) = told(owner), told(cast.jean)
    assert str(cast.terminals) in to_owner.text
    for secret in (str(cast.terminals), str(owner)):
        assert secret not in to_sender.text


def test_what_waits_for_its_sender_is_one_click_away(cast: Cast) -> None:
    message = held(cast, "no_external", acting_user=cast.anna)
    (mail,) = told(cast.anna)
    for body in (mail.text, mail.html or ""):
        assert f"/incomingmail/show/{message.id}" in body
