"""Who sits where: places given, moved and closed, what each of them sees of an order, and its final close."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.orders import OrderState, RowState, Seat
from app.extensions import db
from app.models import Order, OrderAssignment, OutgoingMail, ProspectRow
from app.operations import teams, users
from app.permissions.actor import SYSTEM
from tests.orders.office import FIRM, Office, enter, make_order, row_of, seat
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


@pytest.mark.feature("E21", "E23", "E24", "E30")
def test_places_are_given_moved_and_closed_on_the_page_of_the_order(office: Office, client_of: Client, cast: Cast) -> None:
    principal = client_of(office.zofia, "en")
    principal.post(f"/orderview/assign/{office.order.id}", data={"seat": "operator", "user": [str(cast.jean.id), str(cast.tom.id)], "quota": "25"})
    found = {each.user_id: each for each in db.session.query(OrderAssignment).filter_by(order_id=office.order.id)}
    assert found[cast.jean.id].quota == 25 and found[cast.tom.id].seat is Seat.OPERATOR
    assert db.session.query(OutgoingMail).filter_by(event="notice:order", to_user_id=cast.jean.id).count() == 1
    renata = client_of(office.renata, "en")
    page = renata.get(f"/orderview/show/{office.order.id}").text
    assert "Beata Kania" in page and "<b>Jean" not in page
    mine = found[office.beata.id].id
    assert "1 operator" in renata.get(f"/orderview/closing/{office.order.id}?place={mine}").text
    renata.post(f"/orderview/close/{office.order.id}", data={"place": mine})
    assert client_of(office.beata, "en").post(f"/my-order/save?order={office.order.id}", data=FIRM).status_code == 409
    assert client_of(office.oskar, "en").post(f"/my-order/save?order={office.order.id}", data=FIRM).status_code == 302
    renata.post(f"/orderview/place/{office.order.id}", data={"place": mine, "what": "reopen"})
    assert client_of(office.beata, "en").post(f"/my-order/save?order={office.order.id}", data={**FIRM, "nip": ""}).status_code == 302
    assert renata.post(f"/orderview/close/{office.order.id}").status_code == 403
    teams.found({"name": "Śląsk", "members": [cast.claire, cast.anna, office.renata], "managers": [office.renata]}, actor=SYSTEM)
    renata.post(f"/orderview/assign/{office.order.id}", data={"seat": "operator", "user": [str(cast.claire.id), str(cast.anna.id)], "quota": "10"})
    above = found[office.renata.id].id
    mine = {each.user_id for each in db.session.query(OrderAssignment).filter_by(order_id=office.order.id, parent_id=above)}
    assert mine == {office.beata.id, office.oskar.id, cast.claire.id, cast.anna.id}


@pytest.mark.feature("E30")
def test_a_principal_gives_an_order_to_a_group_and_each_hears_of_it(office: Office, client_of: Client, cast: Cast) -> None:
    made = make_order(office.zofia, name="firmy mięsne śląskie")
    principal = client_of(office.zofia, "en")
    above = ""
    for place, user in (("coordinator", office.kamil), ("supervisor", office.renata), ("operator", office.oskar), ("verifier", office.marek)):
        principal.post(f"/orderview/assign/{made.id}", data={"seat": place, "user": str(user.id), "parent": above if place != "verifier" else ""})
        above = str(db.session.query(OrderAssignment).filter_by(order_id=made.id, user_id=user.id).one().id)
    found = {each.user_id: each for each in db.session.query(OrderAssignment).filter_by(order_id=made.id)}
    chain = [found[user.id].id for user in (office.zofia, office.kamil, office.renata)]
    assert [found[user.id].parent_id for user in (office.kamil, office.renata, office.oskar)] == chain
    told = {each.to_user_id for each in db.session.query(OutgoingMail).filter_by(event="notice:order")}
    assert {office.kamil.id, office.renata.id, office.oskar.id, office.marek.id} <= told
    page = principal.get(f"/orderview/show/{made.id}").text
    assert all(name in page for name in ("Kamil Duda", "Renata Górska", "Oskar Wilk", "Marek Lis"))


@pytest.mark.feature("E29")
def test_a_principal_does_everything_inside_an_own_order(office: Office, client_of: Client) -> None:
    theirs, mine = enter(office), f"/my-order/save?order={office.order.id}"
    zofia = client_of(office.zofia, "en")
    assert zofia.post(mine, data={"name": "Własny wiersz", "go": "next"}).status_code == 302
    assert zofia.post(f"/verify/judge/{theirs.id}", data={"verdict": "accept"}).status_code == 302
    assert row_of(theirs.id).state is RowState.VERIFIED
    zofia.post(f"/orderview/attribute/{office.order.id}", data={"label": "Uboje", "kind": "whole"})
    assert "Uboje" in zofia.get(f"/my-order/?order={office.order.id}").text
    zofia.post(f"/orderview/close/{office.order.id}")
    db.session.expire_all()
    assert db.session.get_one(Order, office.order.id).state is OrderState.CLOSED
    exported = zofia.get(f"/prospectrowview/export.csv?_flt_0_order={office.order.id}").text
    assert "Zakład Mięsny Podlasek" in exported and "Własny wiersz" in exported


@pytest.mark.feature("E19", "E28")
def test_the_final_close_counts_first_and_can_be_exported(office: Office, client_of: Client) -> None:
    enter(office)
    kamil = client_of(office.kamil, "en")
    page = kamil.get(f"/orderview/closing/{office.order.id}").text
    assert "1 supervisor" in page and "2 operators" in page and "1 row still to verify" in page
    kamil.post(f"/orderview/close/{office.order.id}")
    db.session.expire_all()
    assert db.session.get_one(Order, office.order.id).state is OrderState.CLOSED
    assert all(each.closed_at for each in db.session.query(OrderAssignment).filter_by(order_id=office.order.id))
    row, beata = db.session.query(ProspectRow).one(), client_of(office.beata, "en")
    assert beata.post(f"/my-order/change/{row.id}", data={**FIRM, "city": "Radom", "version": row.version}).status_code == 409
    assert row_of(row.id).city == "Siedlce" and "Save and go on" not in beata.get(f"/my-order/row/{row.id}").text
    assert client_of(office.marek, "en").post(f"/verify/judge/{row.id}", data={"verdict": "accept"}).status_code in (403, 409)
    assert row_of(row.id).state is RowState.SUBMITTED
    sheet = kamil.get(f"/prospectrowview/export.csv?_flt_0_order={office.order.id}").text
    assert "8567346215" in sheet and "Zakład Mięsny Podlasek" in sheet


@pytest.mark.feature("E29")
def test_another_principal_sees_nothing_of_it(office: Office, client_of: Client, cast: Cast) -> None:
    enter(office)
    other = client_of(cast.tom, "en")
    assert other.get(f"/orderview/show/{office.order.id}").status_code == 404
    assert "Podlasek" not in other.get("/prospectrowview/export.csv").text
    assert "Podlasek" not in other.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}").text


@pytest.mark.feature("E25", "E26", "E27")
def test_a_supervisor_has_what_was_given_a_coordinator_has_all(office: Office, client_of: Client, cast: Cast) -> None:
    second, other = make_order(office.zofia, name="firmy mięsne pomorskie"), make_order(cast.anna, name="meble śląskie")
    seat(second, office.renata, Seat.SUPERVISOR)
    renata, kamil = client_of(office.renata, "en"), client_of(office.kamil, "en")
    page = renata.get("/orders/").text
    assert "firmy mięsne mazowieckie" in page and "firmy mięsne pomorskie" in page and other.name not in page
    page = kamil.get("/orders/").text
    assert all(each.name in page for each in (office.order, second, other))
    enter(office)
    above = seat(office.order, cast.tom, Seat.SUPERVISOR)
    beata = db.session.query(OrderAssignment).filter_by(order_id=office.order.id, user_id=office.beata.id).one()
    kamil.post(f"/orderview/place/{office.order.id}", data={"place": beata.id, "what": "move", "parent": above.id, "quota": "40"})
    assert "Beata Kania" not in renata.get("/orders/").text
    assert "Podlasek" not in renata.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}").text
    moved = db.session.query(ProspectRow).one()
    assert (moved.assignment_id, moved.operator_id) == (beata.id, office.beata.id)
    assert "1 of 900" in kamil.get("/orders/").text


@pytest.mark.feature("E21")
def test_people_are_listed_while_few_and_searched_for_where_many(office: Office, client_of: Client) -> None:
    client = client_of(office.zofia, "en")
    page = client.get(f"/orderview/show/{office.order.id}").text
    assert re.search(r'<select[^>]*name="user"[^>]*multiple', page)
    for number in range(25):
        users.create_user(
            {"first_name": "Jan", "last_name": f"Nowak{number}", "username": f"jan{number}", "email": f"jan{number}@zlecenia.example", "password": PASSWORD,
             "roles": [], "teams": [], "language": "pl", "country": "PL"}, actor=SYSTEM)
    page = client.get(f"/orderview/show/{office.order.id}").text
    asked = re.findall(r'data-look="([^"]+)" data-name="user" data-many', page)
    assert asked and "Nowak7" not in page
    assert [each["text"] for each in client.get(asked[0].replace("&amp;", "&") + "&q=nowak7").get_json()] == ["Jan Nowak7"]
