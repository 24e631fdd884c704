"""What people teach about senders, and what follows from it for their next mail."""

import pytest

from app.domain.errors import DomainError
from app.domain.messages import State
from app.domain.sender_rules import Effect, Rule, normal_sender, rule_for
from app.extensions import db
from app.inbound import teaching
from app.models import IncomingMessage, Mailbox, SenderRule
from app.models.crm_addresses import Policy
from app.operations import records, sender_rules, users
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor

SALES = "sales@crm.grandouest.example"
LISTED = "List-Id: <offers.shop.example>\nPrecedence: list"


@pytest.fixture
def box(cast: Cast) -> Mailbox:
    return make_mailbox(is_trusted=False)


def _brings(box: Mailbox, sender: str, to: str = SALES, **more: str) -> IncomingMessage:
    return deliver(box, note(sender, to, **more))


@pytest.mark.parametrize(("text", "sender"), [
    (" Eve@Shop.Example ", "eve@shop.example"), ("@shop.example", "shop.example"), ("shop.example", "shop.example"),
    ("shop", None), ("eve@", None), ("", None), ("eve shop.example", None), ("a@b@shop.example", None), (".example", None), ("x..y", None),
])
def test_how_a_sender_is_written(text: str, sender: str | None) -> None:
    assert normal_sender(text) == sender


def test_the_most_precise_rule_counts() -> None:
    rules = {name: Rule(1, name, Effect.BLOCK) for name in ("shop.example", "mail.shop.example", "eve@mail.shop.example")}
    found = [rule_for(rules, address) for address in ("eve@mail.shop.example", "x@a.mail.shop.example", "x@shop.example", "x@myshop.example")]
    assert [each and each.sender for each in found] == ["eve@mail.shop.example", "mail.shop.example", "shop.example", None]


@pytest.mark.database
def test_a_sender_who_is_let_through(box: Mailbox, cast: Cast) -> None:
    records.update(cast.sales, {"policy": Policy.STAFF}, actor=SYSTEM)
    sender = "Ewa Nowa <ewa@nowa.example>"
    assert [_brings(box, sender).reason, _brings(box, sender, headers=LISTED).reason] == ["policy_staff", "list"]
    sender_rules.teach("nowa.example", Effect.ALLOW, actor=SYSTEM)
    messages = [_brings(box, sender, headers=LISTED, text=f"Number {number}\n") for number in range(22)]
    assert messages[0].reason == "new_from_direct" and messages[0].reason_params["rule"] == "nowa.example"
    assert {each.reason for each in messages[1:]} == {"only_open"}
    assert _brings(box, sender, headers="Auto-Submitted: auto-replied").kind == "auto_reply"


@pytest.mark.database
def test_a_person_who_looks_like_a_machine(box: Mailbox, cast: Cast) -> None:
    sender, headers = "Zofia <no-reply@nowa.example>", "Auto-Submitted: auto-generated\nList-Id: <x.nowa.example>"
    assert _brings(box, sender, headers=headers).reason == "auto_reply"
    sender_rules.teach("no-reply@nowa.example", Effect.PERSON, actor=SYSTEM)
    message = _brings(box, sender, headers=headers)
    assert (message.reason, message.contact and message.contact.address) == ("new_from_direct", "no-reply@nowa.example")


@pytest.mark.database
def test_a_blocked_sender_and_a_bounce_from_there(box: Mailbox, cast: Cast) -> None:
    rule, _ = sender_rules.teach("jesion.example", Effect.BLOCK, actor=SYSTEM)
    message = _brings(box, "k.dudek@jesion.example")
    assert (message.state, message.reason, message.reason_params["rule_id"]) == (State.IGNORED, "blocked", rule.id)
    sender_rules.switch(rule, is_active=False, actor=SYSTEM)
    assert _brings(box, "k.dudek@jesion.example").reason == "only_open"
    records.update(rule, {"is_active": True, "sender": "dudek@jesion.example"}, actor=SYSTEM)
    assert _brings(box, "k.dudek@jesion.example").reason == "only_open"


@pytest.mark.database
def test_no_rule_makes_a_colleague(box: Mailbox, cast: Cast) -> None:
    for sender in ("anna@grandouest.example", "grandouest.example", "mail.grandouest.example", SALES, cast.crm(cast.anna)):
        with pytest.raises(DomainError, match="is ours"):
            sender_rules.teach(sender, Effect.ALLOW, actor=SYSTEM)
    rule, _ = sender_rules.teach("elsewhere.example", Effect.PERSON, actor=SYSTEM)
    users.update_user(cast.anna, {"email": "anna@elsewhere.example"}, actor=SYSTEM)
    forged = _brings(box, "anna@elsewhere.example", "k.dudek@jesion.example")
    assert (forged.reason, forged.is_authenticated) == ("not_authenticated", False)
    sender_rules.teach(rule.sender, Effect.BLOCK, actor=SYSTEM)
    assert _brings(box, "anna@elsewhere.example", "k.dudek@jesion.example").reason == "not_authenticated"


@pytest.mark.database
@pytest.mark.parametrize("domain", ["gmail.com", "wp.pl", "co.uk", "com.pl", "pl"])
def test_nobody_blocks_everybody(domain: str, cast: Cast) -> None:
    with pytest.raises(DomainError, match="Everybody writes from|Type an address"):
        sender_rules.teach(domain, Effect.BLOCK, actor=SYSTEM)
    sender_rules.teach("eve@gmail.com", Effect.BLOCK, actor=SYSTEM)


@pytest.mark.database
@pytest.mark.feature("X1")
def test_a_real_prospect_among_the_lists(box: Mailbox, cast: Cast) -> None:
    ignored = _brings(box, "Marek <marek@hurt.example>", headers=LISTED, subject="Zapytanie")
    assert ignored.reason == "list"
    rule = teaching.real_prospect(ignored, actor=actor(cast.ada))
    assert (ignored.state, ignored.reason, ignored.contact and ignored.contact.address) == (State.CREATED, "new_by_person", "marek@hurt.example")
    assert (rule.sender, rule.effect, rule.message, rule.taught_by) == ("marek@hurt.example", Effect.PERSON, ignored, cast.ada)
    again = _brings(box, "Marek <marek@hurt.example>", headers=LISTED)
    assert (again.reason, again.opportunity) == ("only_open", ignored.opportunity)
    records.delete(rule, actor=actor(cast.ada))
    assert _brings(box, "Marek <marek@hurt.example>", headers=LISTED).reason == "list"
    assert ignored.state is State.CREATED


@pytest.mark.database
def test_where_no_opportunity_can_be_made_nothing_is_taught(box: Mailbox, cast: Cast) -> None:
    lost = _brings(box, "Marek <marek@hurt.example>", "nobody@elsewhere.example", headers=LISTED)
    records.update(cast.sales, {"policy": Policy.STAFF}, actor=SYSTEM)
    teaching.real_prospect(lost, contact_values={"name": "Marek", "address": "marek@hurt.example"}, actor=actor(cast.ada))
    with pytest.raises(DomainError, match="in history already"):
        teaching.real_prospect(lost, actor=actor(cast.ada))
    assert db.session.query(SenderRule).count() == 1


@pytest.mark.database
def test_a_group_that_feeds_an_address(box: Mailbox, cast: Cast) -> None:
    headers = "List-Id: Sales <sales.groups.firm.example>\nPrecedence: list"
    assert _brings(box, "Ewa <ewa@nowa.example>", "sales@groups.firm.example", headers=headers).reason == "list"
    records.update(cast.sales, {"list_id": " Sales <Sales.Groups.firm.example> "}, actor=SYSTEM)
    message = _brings(box, "Ewa <ewa@nowa.example>", "sales@groups.firm.example", headers=headers, text="Again\n")
    assert (message.reason, message.crm_address_id, cast.sales.received) == ("new_from_direct", cast.sales.id, 1)
