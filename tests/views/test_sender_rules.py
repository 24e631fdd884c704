"""Teaching from the page of a message, and the list of rules, for each role."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.messages import State
from app.domain.sender_rules import Effect
from app.extensions import db
from app.models import IncomingMessage, Mailbox, SenderRule
from app.operations import sender_rules
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor

Clients = Callable[..., FlaskClient]
pytestmark = pytest.mark.database
SALES = "sales@crm.grandouest.example"
LISTED = "List-Id: <offers.shop.example>\nPrecedence: list"


@pytest.fixture
def box(cast: Cast) -> Mailbox:
    return make_mailbox(is_trusted=False)


def _brings(box: Mailbox, sender: str, to: str = SALES, **more: str) -> IncomingMessage:
    return deliver(box, note(sender, to, **more))


@pytest.mark.feature("X1")
def test_a_salesperson_teaches_a_real_prospect_and_takes_it_back(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    held = _brings(box, "Eve <eve@stranger.example>", cast.crm(cast.anna))
    anna, page = client_of(cast.anna, language="en"), f"/incomingmail/show/{held.id}"
    shown = anna.get(page).text
    assert "This was a real prospect" in shown and "Block the sender" not in shown
    values = {"name": "Eve Stranger", "address": "eve@stranger.example"}
    assert "let through from now on" in anna.post(f"/incomingmail/prospect/{held.id}", data=values, follow_redirects=True).text
    rule = db.session.query(SenderRule).one()
    assert (held.state, rule.sender, rule.effect, rule.created_by_id) == (State.CREATED, "eve@stranger.example", Effect.PERSON, cast.anna.id)
    assert "Undo the rule for eve@stranger.example" in anna.get(page).text
    key = rule.id
    later = _brings(box, "Eve <eve@stranger.example>", cast.crm(cast.anna), headers=LISTED)
    sentence = anna.get(f"/incomingmail/show/{later.id}").text
    assert "The rule for eve@stranger.example lets this sender through." in sentence and f"/senderruleview/show/{key}" in sentence
    assert "The rule is removed." in anna.post(f"/incomingmail/unteach/{held.id}", data={"rule": key}, follow_redirects=True).text
    assert db.session.query(SenderRule).count() == 0 and held.state is State.CREATED and held.opportunity is not None
    assert "gone already" in anna.post(f"/incomingmail/unteach/{held.id}", data={"rule": key}, follow_redirects=True).text
    assert "/senderruleview/show" not in anna.get(f"/incomingmail/show/{later.id}").text


def test_a_manager_blocks_after_a_look_at_what_it_would_touch(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    for number in range(3):
        _brings(box, f"Shop <offers{number}@mail.shop.example>", text=f"Buy {number}\n")
    held = _brings(box, "Shop <offers9@mail.shop.example>", cast.crm(cast.anna))
    ada = client_of(cast.ada, language="en")
    asked = ada.get(f"/incomingmail/block/{held.id}").text
    assert "1 message of the last 90 days came from there, none of them is in history." in asked
    assert "4 messages of the last 90 days came from there, 3 of them are in history." in asked
    assert db.session.query(SenderRule).count() == 0
    ada.post(f"/incomingmail/block/{held.id}", data={"is_domain": "y", "note": "Only offers"})
    rule = db.session.query(SenderRule).one()
    assert (rule.sender, rule.effect, rule.note, held.state) == ("mail.shop.example", Effect.BLOCK, "Only offers", State.IGNORED)
    blocked = _brings(box, "Shop <offers10@mail.shop.example>")
    shown = ada.get(f"/incomingmail/show/{blocked.id}").text
    assert "Blocked by the rule for mail.shop.example." in shown and f"/senderruleview/show/{rule.id}" in shown


def test_nobody_blocks_a_mail_provider_or_us(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    held = _brings(box, "Eve <eve@gmail.com>", cast.crm(cast.anna))
    ada = client_of(cast.ada, language="en")
    assert "Everybody writes from gmail.com" in ada.get(f"/incomingmail/block/{held.id}").text
    refused = ada.post(f"/incomingmail/block/{held.id}", data={"is_domain": "y"}, follow_redirects=True)
    assert "Everybody writes from gmail.com" in refused.text and held.state is State.HELD
    colleague = _brings(box, "Jean <jean@grandouest.example>", "k.dudek@jesion.example")
    page = ada.get(f"/incomingmail/show/{colleague.id}").text
    assert "real prospect" not in page and "Block the sender" not in page
    assert "is ours" in ada.post(f"/incomingmail/block/{colleague.id}", follow_redirects=True).text
    assert db.session.query(SenderRule).count() == 0


def test_who_may_make_which_rule(box: Mailbox, cast: Cast, client_of: Clients) -> None:
    held = _brings(box, "Eve <eve@stranger.example>", cast.crm(cast.anna))
    anna = client_of(cast.anna, language="en")
    assert "Only managers" in anna.post(f"/incomingmail/block/{held.id}", follow_redirects=True).text
    for values in ({"sender": "shop.example", "effect": "person"}, {"sender": "eve@shop.example", "effect": "block"}):
        anna.post("/senderruleview/add", data=values)
    assert db.session.query(SenderRule).count() == 0
    for user, status in ((cast.tom, 404), (cast.jean, 404), (None, 302)):
        for door in ("prospect", "block", "unteach"):
            assert client_of(user).post(f"/incomingmail/{door}/{held.id}").status_code == status
    claire = client_of(cast.claire, language="en")
    assert "Rules for senders" in claire.get("/incomingmail/").text and "Rules for senders" not in anna.get("/incomingmail/").text
    claire.post("/senderruleview/add", data={"sender": "@Shop.example", "effect": "block", "note": ""})
    rule = db.session.query(SenderRule).one()
    assert (rule.sender, rule.taught_by) == ("shop.example", cast.claire)
    assert client_of(cast.anna).post(f"/senderruleview/delete/{rule.id}").status_code == 403
    assert "shop.example" in claire.get("/senderruleview/list/?_flt_0_effect=block").text
    claire.post(f"/senderruleview/action/disable/{rule.id}")
    assert not rule.is_active
    claire.post(f"/senderruleview/delete/{rule.id}")
    assert db.session.query(SenderRule).count() == 0


def test_a_rule_that_is_wrong_is_explained(cast: Cast, client_of: Clients) -> None:
    ada = client_of(cast.ada, language="en")
    assert "Type an address such as" in ada.post("/senderruleview/add", data={"sender": "shop", "effect": "block"}).text
    sender_rules.teach("shop.example", Effect.BLOCK, actor=actor(cast.ada))
    assert ada.post("/senderruleview/add", data={"sender": "shop.example", "effect": "allow"}).status_code == 200
    assert db.session.query(SenderRule).one().effect is Effect.BLOCK
    rule, is_new = sender_rules.teach("SHOP.example", Effect.ALLOW, actor=SYSTEM)
    assert (rule.effect, is_new) == (Effect.ALLOW, False)


def test_an_empty_list_says_how_it_fills_and_a_search_that_nothing_matches(cast: Cast, client_of: Clients) -> None:
    claire = client_of(cast.claire, language="en")
    teaches, matches = "No rule yet.", "No record matches this search."
    bare = claire.get("/senderruleview/list/").text
    assert teaches in bare and matches not in bare
    for asked in ("_flt_0_effect=block", "archived=1"):
        page = claire.get(f"/senderruleview/list/?{asked}").text
        assert matches in page and teaches not in page
