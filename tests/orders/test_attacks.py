"""What an operator must not reach by addresses and forms of their own making; and the doors of closing, double entry and quality by HTTP."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.orders import Checking, OrderState, RowState, Seat
from app.extensions import db
from app.models import Order, OrderAssignment, ProspectRow, RowVerification
from app.operations import order_rows, orders, records, verification
from app.permissions.actor import SYSTEM, acting
from app.queries.steering import today_of
from app.support import clock
from tests.orders.office import FIRM, Office, acts, make_order, seat
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def enter(office: Office, who: str = "beata", **more: object) -> ProspectRow:
    person = acts(getattr(office, who))
    with acting(person):
        return order_rows.enter_row(office.order, FIRM | more, actor=person)


def place_of(office: Office, who: str) -> OrderAssignment:
    return db.session.query(OrderAssignment).filter_by(order_id=office.order.id, user_id=getattr(office, who).id).one()


def test_an_operator_reaches_no_foreign_row_by_its_address(office: Office, client_of: Client) -> None:
    theirs = enter(office, "oskar")
    before = (theirs.name, theirs.version, theirs.state)
    client = client_of(office.beata, "en")
    for page in (f"/my-order/row/{theirs.id}", f"/prospectrowview/show/{theirs.id}", f"/prospectrowview/convert/{theirs.id}", f"/verify/row/{theirs.id}"):
        assert client.get(page).status_code in (403, 404) or "Podlasek" not in client.get(page).text, page
    forged = {**FIRM, "name": "Moje", "version": theirs.version, "go": "next", "result": "reached", "body": "Halo", "verdict": "accept", "rowid": theirs.id}
    for address in ("my-order/change", "my-order/call", "my-order/say", "my-order/discard", "my-order/objection", "my-order/bring-back", "verify/judge",
                    "prospectrowview/make"):
        assert client.post(f"/{address}/{theirs.id}", data=forged).status_code in (403, 404), address
    client.post("/prospectrowview/hand", data={"rowid": theirs.id, "user": office.beata.id})
    db.session.expire_all()
    row = db.session.get_one(ProspectRow, theirs.id)
    assert (row.name, row.version, row.state, row.owner_id) == (*before, None)


def test_an_operator_enters_nothing_into_an_order_of_others_or_a_closed_one(office: Office, client_of: Client) -> None:
    foreign = make_order(office.zofia, name="cudze")
    client = client_of(office.beata, "en")
    for address in (f"/my-order/save?order={foreign.id}", "/my-order/save?order=999999", "/my-order/save?order=x", f"/my-order/choose/{foreign.id}",
                    f"/my-order/check?order={foreign.id}"):
        assert client.post(address, data=FIRM).status_code == 404, address
    orders.close_place(place_of(office, "beata"), actor=SYSTEM)
    answer = client.post(f"/my-order/save?order={office.order.id}", data=FIRM)
    assert answer.status_code == 409 and "closed for you" in answer.text and 'value="8567346215"' in answer.text
    assert db.session.query(ProspectRow).count() == 0


def test_fields_that_no_form_offers_change_nothing(office: Office, client_of: Client) -> None:
    client = client_of(office.beata, "en")
    forged = {"state": "verified", "operator_id": office.oskar.id, "owner_id": office.beata.id, "number": 77, "verified_at": "2026-01-01", "order_id": 1,
              "is_drawn": "0", "account_id": 1, "x_made_up": "1", "public_ref": "mine", "source1_by_id": office.oskar.id}
    assert client.post(f"/my-order/save?order={office.order.id}", data={**FIRM, **forged, "go": "next"}).status_code == 302
    row = db.session.query(ProspectRow).one()
    assert (row.state, row.operator_id, row.owner_id, row.number, row.account_id, row.source1_by_id) == (
        RowState.SUBMITTED, office.beata.id, None, 1, None, office.beata.id)
    for forbidden in (f"/orderview/assign/{office.order.id}", f"/orderview/close/{office.order.id}", f"/orderview/reopen/{office.order.id}",
                      f"/orderview/place/{office.order.id}", f"/orderview/link/{office.order.id}", f"/orderview/attribute/{office.order.id}",
                      f"/orderview/hand-over/{office.order.id}", f"/orderview/edit/{office.order.id}", f"/verify/take/{office.order.id}"):
        assert client.post(forbidden, data={"seat": "operator", "user": office.beata.id}).status_code in (403, 404), forbidden
    assert db.session.get_one(Order, office.order.id).state is OrderState.OPEN


@pytest.mark.feature("E28", "E24")
def test_reopening_goes_one_level_at_a_time_on_the_page(office: Office, client_of: Client) -> None:
    kamil, renata, beata = (client_of(getattr(office, who), "en") for who in ("kamil", "renata", "beata"))
    page, keys = f"/orderview/place/{office.order.id}", {who: place_of(office, who).id for who in ("renata", "beata")}
    kamil.post(f"/orderview/close/{office.order.id}")
    save = f"/my-order/save?order={office.order.id}"
    assert renata.post(page, data={"place": keys["beata"], "what": "reopen"}, follow_redirects=True).status_code in (200, 403)
    assert beata.post(save, data=FIRM).status_code == 409
    kamil.post(f"/orderview/reopen/{office.order.id}")
    assert beata.post(save, data=FIRM).status_code == 409
    answer = kamil.post(page, data={"place": keys["beata"], "what": "reopen"}, follow_redirects=True)
    assert "still closed for Renata" in answer.text
    for who in ("renata", "beata"):
        assert beata.post(save, data=FIRM).status_code == 409
        kamil.post(page, data={"place": keys[who], "what": "reopen"})
    assert beata.post(save, data=FIRM).status_code == 302


@pytest.mark.feature("E5", "E32")
def test_double_entry_is_compared_on_the_page_of_the_verifier_and_measured(office: Office, client_of: Client) -> None:
    records.update(office.order, {"checking": Checking.DOUBLE}, actor=SYSTEM)
    first, second = enter(office, phone="221234567"), enter(office, "oskar", city="Radom", phone="221234567")
    marek = client_of(office.marek, "en")
    page = marek.get(f"/verify/row/{first.id}").text
    assert "They differ in 1 field" in page and "The other entry says: Radom" in page
    marek.post(f"/verify/judge/{first.id}", data={"verdict": "accept", "version": first.version})
    db.session.expire_all()
    assert {row.id: row.state for row in db.session.query(ProspectRow)} == {first.id: RowState.VERIFIED, second.id: RowState.DISCARDED}
    quality = client_of(office.zofia, "en").get(f"/orderview/quality/{office.order.id}").text
    assert "1 company entered twice" in quality and "Attributes in which two entries differ" in quality and "City" in quality and "100 %" in quality


@pytest.mark.feature("E5", "E32")
def test_two_verifiers_are_compared(office: Office, client_of: Client, cast: Cast) -> None:
    seat(office.order, office.oskar, Seat.VERIFIER)
    made = [enter(office, nip=f"{number:010}", phone=None, name=f"Firma {number}") for number in range(2)]
    marek = acts(office.marek)
    with acting(marek):
        for row in made:
            verification.judge(row, [], actor=marek)
    zofia = client_of(office.zofia, "en")
    zofia.post(f"/verify/judge/{made[0].id}", data={"verdict": "accept"})
    zofia.post(f"/verify/judge/{made[1].id}", data={"verdict": "reject", "wrong-city": "1", "problem-city": "Nie tam"})
    db.session.expire_all()
    assert [each.is_second for each in db.session.query(RowVerification).order_by(RowVerification.id)] == [False, False, True, True]
    assert {row.state for row in db.session.query(ProspectRow)} == {RowState.VERIFIED}
    page = zofia.get(f"/orderview/quality/{office.order.id}").text
    assert "2 second opinions" in page and "agreement 50 of 100" in page


@pytest.mark.feature("E18")
@pytest.mark.parametrize(("kind", "words"), [("continues", "continues"), ("splits", "split"), ("shares_rows", "shares")])
def test_a_linked_order_shows_the_rows_of_the_other_as_doubles(office: Office, client_of: Client, kind: str, words: str) -> None:
    enter(office)
    other = make_order(office.zofia, name="drugie")
    zofia = client_of(office.zofia, "en")
    zofia.post(f"/orderview/link/{other.id}", data={"kind": kind, "order": office.order.id})
    assert words in zofia.get(f"/orderview/show/{other.id}").text and "is linked from" in zofia.get(f"/orderview/show/{office.order.id}").text
    asked = zofia.post(f"/my-order/check?order={other.id}", data={"nip": "856 734 62 15"}).get_json()["doubles"]
    assert asked[0]["text"].startswith("Row 1 of a linked order")


def test_numbers_of_an_order_are_of_the_rows_that_one_sees(office: Office) -> None:
    enter(office)
    enter(office, "oskar", nip="5260250274", phone=None)
    midnight = clock.now() - timedelta(hours=1)
    for who, count in (("beata", 1), ("renata", 2), ("zofia", 2)):
        with acting(acts(getattr(office, who))):
            found = today_of([office.order.id], midnight)[office.order.id]
        assert (found.counted, found.today, found.waiting) == (count, count, count), who
