"""Mail that people write from a record: what goes out, what is kept, and how the answer finds its way back."""

from collections.abc import Callable
from email import message_from_string
from email.utils import getaddresses
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.timeline import Kind
from app.extensions import db
from app.jobs.outbox import send
from app.models import Contact, ContactAddress, Engagement, MailTemplate, OutgoingMail, Profile, TimelineEntry, User
from app.models.contacts import Validity
from app.operations import records
from app.operations.outbox import record_address
from app.permissions.actor import SYSTEM
from app.queries.timeline import history_of
from tests.inbound.mailroom import deliver, make_mailbox
from tests.outbound.test_outbox import through
from tests.people import Cast, actor
from tests.servers.smtp import Received, SmtpServer

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
WORDS = {"about": "Oferta na terminale", "text": "Dzień dobry,\n\nw załączniku oferta.\n\nAnna"}


def _sent(smtp: SmtpServer) -> list[Received]:
    for key in db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.event == "letter")):
        send(key)
    return smtp.messages


def _key(contact: Contact) -> str:
    return str(contact.addresses[0].id)


def _answer(received: Received, sender: str, text: str = "Dziękuję, biorę.") -> bytes:
    """What the mail program of the customer sends when they press *answer*."""
    original = received.message
    return (
        f"From: {sender}\r\nTo: {original['Reply-To']}\r\nSubject: Re: {received.subject}\r\nMessage-ID: <answer-1@customer.example>\r\n"
        f"In-Reply-To: {original['Message-ID']}\r\nReferences: {original['Message-ID']}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


@pytest.mark.feature("D12", "C21")
def test_a_message_goes_out_with_its_file_and_the_answer_files_itself(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer) -> None:
    through(app, smtp)
    anna = client_of(cast.anna, "en")
    url = f"/opportunityview/write/{cast.terminals.id}"
    assert "k.dudek@jesion.example" in anna.get(url).get_data(as_text=True)
    form = {**WORDS, "to": _key(cast.katarzyna), "files": (BytesIO(b"%PDF-1.7 oferta"), "Oferta ąę.pdf", "application/pdf")}
    assert anna.post(url, data=form, content_type="multipart/form-data").status_code == 302
    (received,) = _sent(smtp)
    message = received.message
    assert received.recipients == ("k.dudek@jesion.example",) and received.subject == "Oferta na terminale"
    assert getaddresses([str(message["To"])]) == [("Katarzyna Dudek", "k.dudek@jesion.example")]
    assert received.sender == getaddresses([str(message["From"])])[0][1], "the address is ours: we send it"
    replies = [address for _, address in getaddresses([str(message["Reply-To"])])]
    assert replies == ["anna@grandouest.example", record_address(cast.terminals)]
    assert "w załączniku oferta" in received.text
    file = next(part for part in message.walk() if part.get_content_disposition() == "attachment")
    assert file.get_payload(decode=True) == b"%PDF-1.7 oferta"
    assert "Auto-Submitted" not in message, "a person wrote it"

    (entry,) = [each for each in history_of(cast.terminals).entries if each.kind is Kind.EMAIL_OUT]
    assert (entry.author_id, entry.contact, entry.subject) == (cast.anna.id, cast.katarzyna, "Oferta na terminale")
    page = anna.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)
    assert "Message to Katarzyna Dudek" in page and "w załączniku oferta" in page and "Oferta ąę.pdf" in page

    answered = deliver(make_mailbox(), _answer(received, "Katarzyna Dudek <k.dudek@jesion.example>"))
    assert (answered.reason, answered.opportunity_id) == ("token", cast.terminals.id)


@pytest.mark.parametrize("noun", ["engagement", "contact"])
def test_from_an_engagement_and_a_contact_too(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer, noun: str) -> None:
    through(app, smtp)
    engagement = records.create(Engagement, {"name": "Opieka", "lead_contact": cast.piotr, "owner": cast.anna}, actor=SYSTEM)
    records.create(Engagement, {"name": "Serwis", "lead_contact": cast.piotr, "owner": cast.anna}, actor=SYSTEM)
    item = engagement if noun == "engagement" else cast.piotr
    answer = client_of(cast.anna).post(f"/{noun}view/write/{item.id}", data={**WORDS, "to": _key(cast.piotr)})
    assert answer.status_code == 302
    (received,) = _sent(smtp)
    answered = deliver(make_mailbox(), _answer(received, "p.rawa@rawa.example"))
    assert answered.state.value == "attached" and answered.contact_id == cast.piotr.id
    if noun == "engagement":
        assert (answered.reason, answered.engagement_id) == ("token_engagement", engagement.id)


def test_each_recipient_gets_one_and_a_refused_one_is_told_to_the_writer(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer) -> None:
    through(app, smtp)
    second = records.create(ContactAddress, {"contact": cast.katarzyna, "address": "kd@home.example", "position": 1}, actor=SYSTEM)
    smtp.refuse("550 5.1.1 No such user", recipient="kd@home.example")
    client_of(cast.anna).post(f"/opportunityview/write/{cast.terminals.id}", data={**WORDS, "to": [_key(cast.katarzyna), str(second.id)]})
    (received,) = _sent(smtp)
    assert received.recipients == ("k.dudek@jesion.example",)
    assert "kd@home.example" in str(received.message["To"]), "each sees who else got it"
    page = client_of(cast.anna, "en").get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)
    assert "“Oferta na terminale” could not be delivered to kd@home.example" in page
    told = db.session.scalars(select(OutgoingMail).where(OutgoingMail.event == "notice:letter_refused")).one()
    assert told.to_user_id == cast.anna.id and "550 5.1.1 No such user" in told.text


REFUSALS: dict[str, dict[str, object]] = {
    "Choose to whom": {"to": []}, "needs a subject": {"about": " "}, "Write what you have": {"text": " "},
    "Nothing is known for “{amount}”": {"text": "Za {amount}?"},
}


@pytest.mark.parametrize("words", REFUSALS)
def test_what_is_missing_is_said_and_the_text_stays(cast: Cast, client_of: Client, words: str) -> None:
    form: dict[str, object] = {**WORDS, "to": _key(cast.katarzyna), **REFUSALS[words]}
    answer = client_of(cast.anna, "en").post(f"/opportunityview/write/{cast.terminals.id}", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and words in page
    assert (str(form["text"]).strip() or str(form["about"])) in page
    assert not db.session.scalars(select(OutgoingMail).where(OutgoingMail.event == "letter")).all()


@pytest.mark.parametrize(("validity", "words"), [(Validity.BOUNCED, "came back"), (Validity.COMPLAINED, "as unwanted")])
def test_nothing_goes_to_who_does_not_get_or_want_it(cast: Cast, client_of: Client, validity: Validity, words: str) -> None:
    records.update(cast.katarzyna.addresses[0], {"validity": validity}, actor=SYSTEM)
    client, url = client_of(cast.anna, "en"), f"/opportunityview/write/{cast.terminals.id}"
    page = client.get(url).get_data(as_text=True)
    assert words in page and "disabled" in page
    answer = client.post(url, data={**WORDS, "to": _key(cast.katarzyna)})
    assert answer.status_code == 409 and words in answer.get_data(as_text=True)
    stranger = client.post(url, data={**WORDS, "to": _key(cast.olivia)})
    assert stranger.status_code == 409 and "contacts of this record" in stranger.get_data(as_text=True)


def test_who_may_write(cast: Cast, client_of: Client) -> None:
    url, form = f"/opportunityview/write/{cast.terminals.id}", {**WORDS, "to": _key(cast.katarzyna)}
    assert client_of(cast.tom).get(url).status_code == 404
    assert client_of(None).get(url).status_code == 302
    profile = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(profile, {"actions": {**profile.actions, "OutgoingMail": {"read": "own"}}}, actor=SYSTEM)
    anna = client_of(cast.anna, "en")
    assert anna.post(url, data=form).status_code == 403
    assert url not in anna.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)


def _template(owner: User, **more: object) -> MailTemplate:
    words = {"name": "Oferta", "subject_pl": "Oferta: {opportunity}", "body_pl": "{greeting}\n\n{opportunity} za {amount}.\n\n{sender}, {firm}"}
    return records.create(MailTemplate, words | more, actor=actor(owner))


def test_a_template_speaks_of_the_record_in_its_own_language(cast: Cast, client_of: Client) -> None:
    records.update(cast.katarzyna, {"title": "mrs", "language": "pl"}, actor=SYSTEM)
    shared = _template(cast.ada, is_shared=True)
    english = client_of(cast.anna, "en")
    page = english.get(f"/opportunityview/write/{cast.terminals.id}?template={shared.id}:pl").get_data(as_text=True)
    assert "Oferta: Terminale do magazynu" in page
    assert "86\xa0400\xa0zł" in page and "Anna Wiśniewska, Grand Ouest" in page
    assert "{" not in page.split("<textarea")[1].split("</textarea>")[0]


def test_templates_are_ones_own_or_the_firms(cast: Cast, client_of: Client) -> None:
    own = _template(cast.anna, name="Moja")
    _template(cast.jean, name="La mienne", subject_pl="", body_pl="", body_fr="Bonjour")
    shared = _template(cast.ada, name="Firmowa", is_shared=True)
    anna = client_of(cast.anna, "en")
    page = anna.get("/mailtemplateview/list/").get_data(as_text=True)
    assert "Moja" in page and "Firmowa" in page and "La mienne" not in page
    assert anna.get(f"/mailtemplateview/edit/{own.id}").status_code == 200
    assert anna.get(f"/mailtemplateview/edit/{shared.id}").status_code == 403
    form = {"name": "Nowa", "subject_pl": "x", "body_pl": "{contact}", "is_shared": "y"}
    assert "kept by an administrator" in anna.post("/mailtemplateview/add", data=form).get_data(as_text=True)
    wrong = anna.post("/mailtemplateview/add", data={"name": "Nowa", "body_pl": "{kontakt}"}).get_data(as_text=True)
    assert "“{kontakt}” stands for nothing" in wrong
    assert anna.post("/mailtemplateview/add", data={"name": "Nowa", "body_pl": "{contact}"}).status_code == 302
    assert not db.session.scalars(select(MailTemplate).where(MailTemplate.name == "Nowa")).one().is_shared


def test_an_answer_stands_in_the_thread_of_what_it_answers(app: Flask, cast: Cast, client_of: Client, smtp: SmtpServer) -> None:
    through(app, smtp)
    raw = b"From: k.dudek@jesion.example\r\nTo: " + cast.sales.address.encode() + b"\r\nSubject: Termin\r\nMessage-ID: <ask-1@jesion.example>\r\n\r\nKiedy?\r\n"
    asked = deliver(make_mailbox(), raw)
    entry = db.session.scalars(select(TimelineEntry).where(TimelineEntry.message_id == asked.id)).one()
    client, url = client_of(cast.anna, "en"), f"/opportunityview/write/{cast.terminals.id}?answer={entry.id}"
    assert url in client.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)
    assert 'value="Re: Termin"' in client.get(url).get_data(as_text=True)
    client.post(url, data={**WORDS, "to": _key(cast.katarzyna)})
    (received,) = _sent(smtp)
    assert received.message["In-Reply-To"] == "<ask-1@jesion.example>"
    assert message_from_string(str(received.message))["References"] == "<ask-1@jesion.example>"
