"""What customers, sites and servers send, from a real mail server to its place: a forward, the mail of a form, a bounce."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.messages import State
from app.extensions import db
from app.models import Contact, IncomingMessage, Opportunity
from app.models.contacts import Validity
from app.operations.form_layouts import teach_layout
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import note
from tests.jobs.test_poller import a_mailbox, count, eventually, polling_thread
from tests.people import Cast
from tests.promises.letters import bounce_of, forward_of
from tests.servers.dovecot import Account

pytestmark = pytest.mark.database
SALES = "sales@crm.grandouest.example"
ANNA = "Anna <anna@grandouest.example>"
KATARZYNA = "k.dudek@jesion.example"
SITE = "site@atelier-web.example"
FILLED = "Visiteur : Zélie Morin\nLa joindre : zelie@morin.example\nSon besoin : Deux trieuses pour mars.\n"
LABELS = [["Visiteur", "name"], ["La joindre", "email"], ["Son besoin", "message"]]


def outcome_of(subject: str) -> tuple[str, str, str | None]:
    """What became of the message, once it has come to its end."""
    wanted = IncomingMessage.subject == subject
    eventually(lambda: count(IncomingMessage, wanted, IncomingMessage.state != State.RECEIVED))
    message = db.session.scalars(select(IncomingMessage).where(wanted)).one()
    return message.kind, message.reason or "", message.contact.address if message.contact else None


@pytest.mark.feature("C39", "C41", "D15", "X3", "X4", "X5")
def test_each_reaches_its_place(app: Flask, cast: Cast, mail_account: Account) -> None:
    teach_layout({"name": "Site of the workshop", "sender": SITE, "labels": LABELS}, actor=SYSTEM)
    a_mailbox(mail_account)
    before = count(Opportunity)
    with polling_thread(app):
        mail_account.deliver(note(ANNA, KATARZYNA, subject="Our offer", message_id="offer@grandouest.example"), to=[cast.crm(cast.anna)])
        assert outcome_of("Our offer") == ("bcc", "only_open", KATARZYNA)
        mail_account.deliver(bounce_of(KATARZYNA), to=[cast.crm(cast.anna)])
        assert outcome_of("Undelivered Mail Returned to Sender") == ("bounce", "bounce_recorded", KATARZYNA)
        mail_account.deliver(forward_of("Zofia Lis <zofia@lis.example>", by=ANNA), to=[SALES], sender="anna@grandouest.example")
        assert outcome_of("Fwd: Zapytanie") == ("forward", "new_from_forward", "zofia@lis.example")
        form = note(SITE, "info@atelier-web.example", subject="Demande", text=FILLED, headers="Auto-Submitted: auto-generated")
        mail_account.deliver(form, to=[SALES], sender=SITE)
        assert outcome_of("Demande") == ("form", "new_from_form", "zelie@morin.example")
    assert count(Opportunity) == before + 2
    assert db.session.get_one(Contact, cast.katarzyna.id).addresses[0].validity is Validity.BOUNCED
    created = db.session.scalars(select(IncomingMessage).where(IncomingMessage.state == State.CREATED))
    assert all(message.entry and message.opportunity and message.opportunity.contacts == [message.contact] for message in created)
