"""CRM addresses: one's own, everybody's anew, a group that feeds one, and the signed one of an opportunity."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.inbound.stages.directory import opportunity_address
from app.models import CrmAddress, Firm, OutgoingMail
from app.operations import records
from app.operations.opportunities import win
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast

Clients = Callable[..., FlaskClient]
pytestmark = pytest.mark.database
ANNA = "Anna <anna@grandouest.example>"


def _told(cast: Cast) -> list[OutgoingMail]:
    return list(db.session.query(OutgoingMail).filter_by(event="new_address").order_by(OutgoingMail.to_address))


@pytest.mark.feature("X1")
def test_ones_own_address_says_since_when_and_what_came(cast: Cast, client_of: Clients) -> None:
    anna, secret = client_of(cast.anna, language="en"), cast.crm(cast.anna)
    assert "Yours since" in anna.get("/me/").text and "No message came to it yet." in anna.get("/me/").text
    box = make_mailbox(is_trusted=False)
    for number in range(2):
        deliver(box, note(ANNA, "k.dudek@jesion.example", envelope=secret, text=f"{number}\n"))
    assert "2 messages came to it." in anna.get("/me/").text
    anna.post("/me/address")
    assert "still works until" in anna.get("/me/").text and _told(cast) == []


@pytest.mark.feature("X1")
def test_an_administrator_renews_everybodys(cast: Cast, client_of: Clients) -> None:
    before = {cast.crm(user) for user in (cast.ada, cast.anna, cast.claire, cast.jean, cast.tom)}
    records.update(db.session.get_one(Firm, 1), {"address_pattern": "crm+{}@grandouest.example"}, actor=SYSTEM)
    ada = client_of(cast.ada, language="en")
    assert "/crmaddressview/renew" in ada.get("/crmaddressview/list/").text
    asked = ada.get("/crmaddressview/renew").text
    assert "The addresses of 5 users have another form." in asked and "Renew 5 addresses" in asked and _told(cast) == []
    assert "5 users have a new address" in ada.post("/crmaddressview/renew", follow_redirects=True).text
    assert [mail.to_address.partition("@")[0] for mail in _told(cast)] == ["anna", "claire", "jean", "tom"]
    fresh = db.session.query(CrmAddress).filter_by(user_id=cast.anna.id, valid_until=None).one()
    assert fresh.address.startswith("crm+anna-") and fresh.address in _told(cast)[0].text and _told(cast)[0].language == "pl"
    assert "have this form already" in ada.get("/crmaddressview/renew").text
    still = deliver(make_mailbox(is_trusted=False), note(ANNA, "k.dudek@jesion.example", envelope=next(a for a in before if a.startswith("anna"))))
    assert still.reason == "only_open"


def test_who_renews(cast: Cast, client_of: Clients) -> None:
    for user, status in ((cast.claire, 403), (cast.anna, 403), (None, 302)):
        client = client_of(user)
        for answer in (client.get("/crmaddressview/renew"), client.post("/crmaddressview/renew")):
            assert answer.status_code in (status, 302) and (answer.status_code == status or "/crmaddressview" not in answer.location)
    assert "/crmaddressview/renew" not in client_of(cast.anna).get("/crmaddressview/list/").text
    assert _told(cast) == []


def test_a_group_is_named_on_the_screen(cast: Cast, client_of: Clients) -> None:
    ada = client_of(cast.ada, language="en")
    values = {"address": "shop@crm.grandouest.example", "kind": "public", "policy": "everyone", "unknown_recipient": "create"}
    assert "Type the List-Id as" in ada.post("/crmaddressview/add", data={**values, "list_id": "no list"}).text
    ada.post("/crmaddressview/add", data={**values, "list_id": "Shop <Shop.Groups.example>"})
    assert db.session.query(CrmAddress).filter_by(address=values["address"]).one().list_id == "shop.groups.example"


@pytest.mark.feature("X1")
def test_the_address_of_an_opportunity_stands_on_its_page(cast: Cast, client_of: Clients) -> None:
    page, address = f"/opportunityview/show/{cast.terminals.id}", opportunity_address(cast.terminals)
    anna = client_of(cast.anna, language="en")
    shown = anna.get(page).text
    assert f"<code>{address}</code>" in shown and f'data-copy="{address}"' in shown and "joins this opportunity" in shown
    message = deliver(make_mailbox(is_trusted=False), note("Eve <eve@new.example>", address))
    assert message.opportunity == cast.terminals
    win(cast.terminals, actor=SYSTEM)
    assert address not in anna.get(page).text
