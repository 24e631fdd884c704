"""Incoming mail: every message with its outcome, counts that add up, and the decisions of people."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.messages import State
from app.extensions import db, store
from app.inbound.pipeline import settle
from app.inbound.receive import receive
from app.inbound.sources.source import Fetched
from app.models import Delivery, IncomingMessage, Mailbox
from app.models.mailboxes import MailboxKind
from app.operations import mailboxes, polling
from app.operations.deliveries import MAX_ATTEMPTS, note_failure
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.people import Cast

Clients = Callable[..., FlaskClient]
pytestmark = pytest.mark.database
SCRIPT = "<script>alert(1)</script>"


class Post:
    """A trusted folder into which the tests put mail."""

    def __init__(self, folder: Path) -> None:
        self.box: Mailbox = mailboxes.create_mailbox(
            {"name": "Post", "kind": MailboxKind.FOLDER, "path": str(folder), "is_trusted": True}, actor=SYSTEM
        )
        self.count = 0

    def arrives(self, raw: bytes) -> int:
        """The key of the delivery, not settled yet."""
        self.count += 1
        return receive(self.box.id, Fetched("", 0, str(self.count), raw, len(raw), False, self.count))

    def brings(self, sender: str, to: str, subject: str, text: str = "Hello", **headers: str) -> IncomingMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, subject, clock.now()
        mail["Message-ID"] = f"<{self.count}@post.example>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        mail.add_attachment(b"%PDF-1.4 x", maintype="text", subtype="html", filename="../offer.html")
        delivery_id = self.arrives(mail.as_bytes())
        settle(delivery_id)
        found = db.session.get_one(Delivery, delivery_id).message
        assert found is not None
        return found

    def fails(self) -> int:
        """The key of a delivery that was given up before it became a message."""
        delivery_id = self.arrives(b"From: lost@client.example\r\nSubject: Lost and found\r\n\r\nhello\r\n")
        for _ in range(MAX_ATTEMPTS):
            note_failure(delivery_id, "ValueError: boom", "abcd2345", actor=SYSTEM)
        return delivery_id


@pytest.fixture
def post(cast: Cast, tmp_path: Path) -> Post:
    return Post(tmp_path)


@pytest.fixture
def held(post: Post, cast: Cast) -> IncomingMessage:
    """Somebody unknown wrote to Anna's secret address."""
    message = post.brings(
        "Eve Stranger <eve@stranger.example>", cast.crm(cast.anna), f"Question {SCRIPT}", f"Text {SCRIPT}"
    )
    assert (message.state, message.reason) == (State.HELD, "stranger_to_secret")
    return message


def figures(page: str) -> list[int]:
    addition = page.split('class="k-addup"', 1)[1].split("</nav>", 1)[0]
    return [int(number) for number in re.findall(r"<b>(\d+)</b>", addition)]


@pytest.mark.feature("X1")
def test_counts_add_up_and_every_fate_is_a_sentence(
    post: Post, held: IncomingMessage, cast: Cast, client_of: Clients
) -> None:
    post.brings("Katarzyna Dudek <k.dudek@jesion.example>", cast.sales.address, "Oferta")
    post.brings("New Client <new@client.example>", cast.sales.address, "Demand")
    post.brings(
        "News <news@letter.example>",
        cast.sales.address,
        "Ten trends",
        List_Id="<l.letter.example>",
        List_Unsubscribe="<mailto:u@l.example>",
    )
    post.fails()
    post.arrives(b"From: waiting@client.example\r\n\r\nhello\r\n")
    page = client_of(cast.ada).get("/incomingmail/")
    assert page.status_code == 200
    total, *parts = figures(page.text)
    assert (total, parts) == (6, [1, 1, 1, 1, 1, 1])
    for sentence in (
        "is the only open opportunity of Katarzyna Dudek",
        "First message of New Client",
        "A mailing list or newsletter",
        "Somebody unknown wrote to the secret address of Anna",
        "Tried 8 times without success",
        "It waits to be filed",
    ):
        assert sentence in page.text
    assert page.text.index("Somebody unknown") < page.text.index("First message of New Client")
    assert "1 held, 1 failed" in page.text.split("</title>")[0]
    assert SCRIPT not in page.text


def test_filters_pages_and_periods(post: Post, cast: Cast, client_of: Clients) -> None:
    with clock.frozen(clock.now() - timedelta(days=20)):
        post.brings("Old Client <old@client.example>", "nobody@elsewhere.example", "Old and held")
        post.brings("Older Client <older@client.example>", cast.sales.address, "Old and filed")
    for number in range(27):
        post.brings(f"Client <c{number}@client{number}.example>", cast.sales.address, f"Demand number {number} of many")
    ada = client_of(cast.ada)
    first, second = ada.get("/incomingmail/").text, ada.get("/incomingmail/?page=2").text
    assert (
        "1 to 25 of 27" in first
        and "26 to 27 of 27" in second
        and "Demand number 26 of" in first
        and "Demand number 1 of" in second
    )
    assert "Old and held" in first and "Old and filed" not in first + second and figures(first)[0] == 27
    assert "Old and filed" in ada.get("/incomingmail/?days=30&state=created&page=2").text
    assert (
        "Demand" not in ada.get("/incomingmail/?state=held").text
        and "Old and held" in ada.get("/incomingmail/?state=to_decide").text
    )
    assert figures(ada.get("/incomingmail/?days=30").text)[0] == 29
    assert ada.get("/incomingmail/?state=nonsense").status_code == 404
    assert "Nothing on this page" in ada.get("/incomingmail/?page=99").text
    assert ada.get("/incomingmail/?page=x&days=-3").status_code == 200


def test_a_constant_number_of_queries(post: Post, cast: Cast, client_of: Clients, statements: list[str]) -> None:
    ada = client_of(cast.ada)
    ada.get("/incomingmail/")  # her rights are read once, then remembered
    counted = []
    for number in range(2, 12):
        post.brings(f"Client <c{number}@client{number}.example>", cast.sales.address, "Demand")
        post.brings(f"Client <d{number}@client{number}.example>", "nobody@elsewhere.example", "Held")
        if number in (3, 11):
            db.session.expire_all()
            statements.clear()
            ada.get("/incomingmail/?state=created")
            counted.append(len(statements))
    assert counted[0] == counted[1]


@pytest.mark.feature("X1")
def test_a_message_and_its_original(held: IncomingMessage, cast: Cast, client_of: Clients) -> None:
    anna = client_of(cast.anna, language="en")
    page = anna.get(f"/incomingmail/show/{held.id}").text
    assert SCRIPT not in page and "Text &lt;script&gt;" in page and "eve@stranger.example" in page and "Post" in page
    raw = anna.get(f"/incomingmail/raw/{held.id}")
    assert raw.data == store().get(held.raw_sha256)
    assert (
        raw.headers["Content-Disposition"].startswith("attachment")
        and raw.headers["X-Content-Type-Options"] == "nosniff"
    )
    assert raw.mimetype == "message/rfc822"
    file = anna.get(f"/incomingmail/file/{held.id}/0")
    assert file.data == b"%PDF-1.4 x" and file.mimetype == "application/octet-stream"
    assert "offer.html" in file.headers["Content-Disposition"] and ".." not in file.headers["Content-Disposition"]
    assert anna.get(f"/incomingmail/file/{held.id}/7").status_code == 404
    assert 'lang="fr"' in client_of(cast.ada, language="fr").get(f"/incomingmail/show/{held.id}").text


def test_who_sees_a_message(held: IncomingMessage, post: Post, cast: Cast, client_of: Clients) -> None:
    lost = post.fails()
    for user, status in (
        (cast.anna, 200),
        (cast.ada, 200),
        (cast.claire, 200),
        (cast.jean, 404),
        (cast.tom, 404),
        (None, 302),
    ):
        client = client_of(user)
        assert client.get(f"/incomingmail/show/{held.id}").status_code == status, user
        assert client.get(f"/incomingmail/raw/{held.id}").status_code == status, user
        assert client.get(f"/incomingmail/delivery/{lost}").status_code == (
            200 if user is cast.ada else status if user is None else 404
        )
        if user is not None:
            assert ("Question" in client.get("/incomingmail/").text) is (status == 200)
            assert ("Post" in client.get("/incomingmail/").text) is (user in (cast.ada, cast.claire))
    ada = client_of(cast.ada)
    assert [ada.get(f"/incomingmail/{page}/999").status_code for page in ("show", "raw", "delivery")] == [404] * 3
    assert ada.get("/incomingmail/show/x").status_code == 404
    for act in ("replay", "ignore", "attach", "create"):
        assert ada.get(f"/incomingmail/{act}/{held.id}").status_code == 405
        assert client_of(cast.tom).post(f"/incomingmail/{act}/{held.id}").status_code == 404
        assert client_of(None).post(f"/incomingmail/{act}/{held.id}").status_code == 302
    assert held.state is State.HELD


def test_a_decision_needs_its_form(held: IncomingMessage, app: Flask, cast: Cast, client_of: Clients) -> None:
    anna = client_of(cast.anna)
    app.config["WTF_CSRF_ENABLED"] = True
    assert anna.post(f"/incomingmail/ignore/{held.id}").status_code == 400
    assert anna.post(f"/incomingmail/ignore/{held.id}", data={"csrf_token": "forged"}).status_code == 400
    assert held.state is State.HELD


def test_a_held_message_is_attached(held: IncomingMessage, cast: Cast, client_of: Clients) -> None:
    anna = client_of(cast.anna, language="en")
    found = anna.get(f"/incomingmail/show/{held.id}?q=terminale").text
    assert f'name="opportunity" value="{cast.terminals.id}"' in found
    assert "Stone renewal" not in anna.get(f"/incomingmail/show/{held.id}?q=stone").text.split('id="attach"')[1].split(
        "<aside"
    )[0].replace("olivia", "")
    assert anna.post(f"/incomingmail/attach/{held.id}", data={"opportunity": cast.renewal.id}).status_code == 404
    assert anna.post(f"/incomingmail/attach/{held.id}", data={}).status_code == 404
    answer = anna.post(f"/incomingmail/attach/{held.id}", data={"opportunity": cast.terminals.id})
    assert answer.status_code == 302 and answer.location.endswith(f"/incomingmail/show/{held.id}")
    assert (held.state, held.opportunity) == (State.ATTACHED, cast.terminals)
    assert f"Text {SCRIPT}" in (held.entry.body if held.entry else "")


def test_a_held_message_is_attached_to_a_contact(held: IncomingMessage, cast: Cast, client_of: Clients) -> None:
    client_of(cast.anna).post(f"/incomingmail/attach/{held.id}", data={"contact": cast.piotr.id})
    assert (held.state, held.contact, held.opportunity) == (State.ATTACHED, cast.piotr, None)


def test_a_held_message_becomes_an_opportunity(held: IncomingMessage, cast: Cast, client_of: Clients) -> None:
    values = {"name": "Eve Stranger", "address": "eve@stranger.example", "company": "Stranger Ltd", "phone": ""}
    client_of(cast.anna).post(f"/incomingmail/create/{held.id}", data=values)
    assert held.state is State.CREATED and held.opportunity is not None
    assert [str(contact) for contact in held.opportunity.contacts] == ["Eve Stranger"]


def test_a_forward_that_is_not_sure_offers_everybody_who_may_be_meant(post: Post, cast: Cast, client_of: Clients) -> None:
    text = "From: Eve Roy\nDate: 3 Nov 2026 10:12\nTo: Anna\nCc: Paul <paul@stranger.example>\nSubject: Offer\n\nHi.\n\neve.roy@stranger.example"
    held = post.brings(cast.anna.email, cast.sales.address, "Fwd: Offer", text)
    assert (held.reason, held.candidates["people"][0]) == ("contact_unsure", {"name": "Eve Roy", "address": "eve.roy@stranger.example"})
    anna = client_of(cast.anna, language="en")
    page = anna.get(f"/incomingmail/show/{held.id}").text
    assert 'value="eve.roy@stranger.example"' in page and "It is Paul" in page and "Choose the contact." in page
    anna.post(f"/incomingmail/create/{held.id}", data={"name": "Paul", "address": "paul@stranger.example"})
    assert held.opportunity is not None and [str(contact) for contact in held.opportunity.contacts] == ["Paul"]


def test_a_forward_that_shows_a_name_alone_says_so(post: Post, cast: Cast, client_of: Clients) -> None:
    text = "From: Eve Roy\nDate: 3 Nov 2026 10:12\nTo: Anna\nSubject: Offer\n\nHi."
    held = post.brings(cast.anna.email, cast.sales.address, "Fwd: Offer", text)
    page = client_of(cast.anna, language="en").get(f"/incomingmail/show/{held.id}").text
    assert "It shows a name without an address: Eve Roy." in page and 'value="Eve Roy"' in page
    letter = post.brings(cast.anna.email, "k.dudek@jesion.example", "Offer")
    ada = client_of(cast.ada, language="en")
    offers = [message.id for message in (held, letter) if "Teach from this message" in ada.get(f"/incomingmail/show/{message.id}").text]
    assert not offers, "neither is what a site sends of its visitors"


def test_a_forward_that_shows_nobody_asks_for_no_choice(post: Post, cast: Cast, client_of: Clients) -> None:
    held = post.brings(cast.anna.email, cast.sales.address, "Fwd: the man of yesterday", "His name is Bertrand.")
    page = client_of(cast.anna, language="en").get(f"/incomingmail/show/{held.id}").text
    assert "No customer&#39;s address is in it." in page and "Choose the contact." not in page


def test_a_held_message_is_ignored_and_replayed(held: IncomingMessage, cast: Cast, client_of: Clients) -> None:
    anna = client_of(cast.anna, language="en")
    page = anna.post(f"/incomingmail/ignore/{held.id}", follow_redirects=True).text
    assert held.reason == "by_person" and "Set aside by Anna" in page
    anna.post(f"/incomingmail/replay/{held.id}")
    assert (held.state, held.reason) == (State.HELD, "stranger_to_secret")


def test_a_filed_message_moves(post: Post, cast: Cast, client_of: Clients) -> None:
    message = post.brings("Gaëlle Hamon <g.hamon@bocagevert.example>", cast.sales.address, "Devis")
    assert (message.reason, message.opportunity) == ("most_recent", cast.labellers)
    jean = client_of(cast.jean, language="en")
    page = jean.get(f"/incomingmail/show/{message.id}").text
    assert "Attach to Traçabilité ligne 3" in page and "Attach to Étiqueteuses" not in page and "Replay" not in page
    jean.post(f"/incomingmail/attach/{message.id}", data={"opportunity": cast.traceability.id})
    assert message.opportunity == cast.traceability and message.entry is not None
    assert message.entry.opportunity == cast.traceability
    refused = jean.post(f"/incomingmail/ignore/{message.id}", follow_redirects=True)
    assert "is in history already" in refused.text and message.opportunity == cast.traceability


def test_a_made_up_address_makes_no_contact(held: IncomingMessage, cast: Cast, client_of: Clients) -> None:
    anna = client_of(cast.anna, language="en")
    answer = anna.post(f"/incomingmail/create/{held.id}", data={"address": "eve at stranger"}, follow_redirects=True)
    assert "Type the e-mail address in full" in answer.text and held.state is State.HELD


def test_a_delivery_that_never_became_a_message_is_replayed(post: Post, cast: Cast, client_of: Clients) -> None:
    lost = post.fails()
    ada = client_of(cast.ada)
    assert "ValueError: boom (reference abcd2345)" in ada.get(f"/incomingmail/delivery/{lost}").text
    answer = ada.post(f"/incomingmail/delivery/{lost}/replay", follow_redirects=True)
    assert "Lost and found" in answer.text
    message = db.session.scalars(select(IncomingMessage)).one()
    assert message.subject == "Lost and found" and message.state is not State.FAILED
    assert client_of(cast.claire).post(f"/incomingmail/delivery/{lost}/replay").status_code in (403, 404)


def test_the_health_of_the_mailboxes(post: Post, cast: Cast, client_of: Clients) -> None:
    claire = client_of(cast.claire, language="en")
    assert "It has not been read yet" in claire.get("/incomingmail/").text
    polling.lease(post.box.id, "me", actor=SYSTEM)
    polling.note_success(post.box.id, "me", actor=SYSTEM)
    db.session.expire_all()
    assert "no message yet" in claire.get("/incomingmail/").text
    polling.note_failure(
        post.box.id, "There is no folder %(folder)s. Create it, or name another one.", {"folder": "/mail"}, actor=SYSTEM
    )
    db.session.expire_all()
    page = claire.get("/incomingmail/").text
    assert "Failing since today" in page and "There is no folder /mail." in page and "Nothing is lost" in page
    assert "Check its settings" not in page and "Check its settings" in client_of(cast.ada).get("/incomingmail/").text
