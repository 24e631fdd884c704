"""Who leads operators: theirs alone, order by order; and an order that is made from a template."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.errors import Forbidden
from app.domain.orders import Seat
from app.extensions import db
from app.models import Order, OrderAssignment, OutgoingMail
from app.operations import order_rows, orders, teams
from app.permissions.actor import SYSTEM, acting
from tests.browsing import sent_by
from tests.orders.office import FIRM, Office, acts, make_order, seat
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def places_on(page: str, name: str) -> int:
    """The lines of a table that begin with ``name``."""
    return len(re.findall(rf'<th scope="row"[^>]*>(?:<[^>]*>)*{name}', page))


@pytest.mark.feature("E23")
@pytest.mark.parametrize("language", ["fr", "pl"])
def test_a_supervisor_sees_the_own_operators_alone_and_gives_two_of_them_an_order(
    office: Office, client_of: Client, cast: Cast, language: str
) -> None:
    foreign = seat(office.order, cast.claire, Seat.SUPERVISOR)
    seat(office.order, cast.jean, Seat.OPERATOR, parent=foreign, quota=40)
    for user, name in ((cast.jean, "Wiersz Jeana"), (office.beata, "Wiersz Beaty")):
        with acting(acts(user)):
            order_rows.enter_row(office.order, FIRM | {"name": name, "nip": None, "phone": None}, actor=acts(user))
    second = make_order(office.zofia, name="firmy mięsne łódzkie")
    above = seat(second, office.renata, Seat.SUPERVISOR)
    renata = client_of(office.renata, language)

    for path in ("/orders/", f"/orderview/show/{office.order.id}"):
        page = renata.get(path).text
        assert "Beata Kania" in page and "Oskar Wilk" in page, path
        page = re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)
        assert "Jean Lefèvre" not in page and "Claire Morel" not in page, path
    rows = renata.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}").text
    assert "Wiersz Beaty" in rows and "Wiersz Jeana" not in rows
    assert "Wiersz Jeana" in client_of(cast.ada, language).get(f"/prospectrowview/list/?_flt_0_order={office.order.id}").text

    both = {"seat": "operator", "user": [str(office.beata.id), str(office.oskar.id)], "quota": "25"}
    renata.post(f"/orderview/assign/{office.order.id}", data={**both, "user": [str(cast.tom.id)], "parent": str(foreign.id)})
    assert db.session.query(OrderAssignment).filter_by(user_id=cast.tom.id).count() == 0, "below another supervisor"
    renata.post(f"/orderview/assign/{second.id}", data={**both, "seat": "coordinator"})
    assert db.session.query(OrderAssignment).filter_by(order_id=second.id, seat=Seat.COORDINATOR).count() == 0
    assert renata.post(f"/orderview/assign/{second.id}", data=both).status_code == 302
    given = db.session.query(OrderAssignment).filter_by(order_id=second.id, seat=Seat.OPERATOR).all()
    assert {(each.user_id, each.parent_id, each.quota) for each in given} == {(user.id, above.id, 25) for user in (office.beata, office.oskar)}
    for user in (office.beata, office.oskar):
        assert second.name in client_of(user, language).get(f"/my-order/?order={second.id}").text
        assert db.session.query(OutgoingMail).filter_by(event="notice:order", to_user_id=user.id).count() >= 1
        assert places_on(renata.get("/orders/").text, str(user)) == 2


def offered(page: str) -> list[str]:
    """Whom the form that gives a place offers."""
    found = re.search(r'<select[^>]*name="user"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert found is not None
    return re.findall(r">([^<]+)</option>", found[1])


@pytest.mark.feature("E23")
def test_a_supervisor_is_offered_the_own_operators_alone_and_whoever_steers_everybody(office: Office, client_of: Client, cast: Cast) -> None:
    second = make_order(office.zofia, name="firmy mięsne łódzkie")
    above = seat(second, office.renata, Seat.SUPERVISOR)
    renata, address = client_of(office.renata, "en"), f"/orderview/show/{second.id}"
    assert offered(renata.get(address).text) == ["Beata Kania", "Oskar Wilk"]
    seat(second, office.beata, Seat.OPERATOR, parent=above)
    assert offered(renata.get(address).text) == ["Oskar Wilk"]
    seat(second, office.oskar, Seat.OPERATOR, parent=above)
    page = renata.get(address).text
    assert offered(page) == [] and "All operators whom you lead have a place here already." in page
    assert {"Beata Kania", "Claire Morel", "Marek Lis"} <= {*offered(client_of(office.zofia, "en").get(address).text)}
    teams.found({"name": "Śląsk", "members": [cast.tom, office.renata], "managers": [office.renata]}, actor=SYSTEM)
    assert offered(renata.get(address).text) == [str(cast.tom)]


@pytest.mark.feature("E23")
def test_a_supervisor_gives_a_place_to_nobody_but_the_own_operators(office: Office, client_of: Client, cast: Cast) -> None:
    """Whatever is posted: neither does the order come to anybody of the firm, nor is it told who sits below others."""
    seat(office.order, cast.jean, Seat.OPERATOR, parent=seat(office.order, cast.claire, Seat.SUPERVISOR))
    second = make_order(office.zofia, name="firmy mięsne łódzkie")
    seat(second, office.renata, Seat.SUPERVISOR)
    renata = client_of(office.renata, "en")
    for order, user in ((second, cast.tom), (second, cast.ada), (office.order, cast.jean)):
        places = db.session.query(OrderAssignment).filter_by(user_id=user.id).count()
        answer = renata.post(f"/orderview/assign/{order.id}", data={"seat": "operator", "user": str(user.id)}, follow_redirects=True)
        assert "operators whom you lead" in answer.text and str(user) not in answer.text
        assert db.session.query(OrderAssignment).filter_by(user_id=user.id).count() == places


@pytest.mark.feature("E23")
def test_a_supervisor_seats_and_moves_nobody_but_the_own_operators_below_herself_whatever_is_sent(office: Office, client_of: Client, cast: Cast) -> None:
    second = make_order(office.zofia, name="firmy mięsne łódzkie")
    above, foreign = seat(second, office.renata, Seat.SUPERVISOR), seat(second, cast.claire, Seat.SUPERVISOR)
    renata, address = client_of(office.renata, "pl"), f"/orderview/assign/{second.id}"

    def seated() -> set[int]:
        return {each.user_id for each in db.session.query(OrderAssignment).filter_by(order_id=second.id, seat=Seat.OPERATOR)}

    refused = renata.post(address, data={"seat": "operator", "user": [str(cast.tom.id)]})
    assert refused.status_code == 403 and "operatorom, których nadzorujesz" in refused.text
    assert renata.post(address, data={"seat": "operator", "user": [str(office.beata.id), str(cast.tom.id)]}).status_code == 403
    assert seated() == set(), "all of them, or none"
    me = acts(office.renata)
    with pytest.raises(Forbidden), acting(me):
        orders.assign(second, office.beata, Seat.OPERATOR, parent=foreign, actor=me)
    with acting(me):
        mine = orders.assign(second, office.beata, Seat.OPERATOR, actor=me)
    assert mine.parent_id == above.id
    with pytest.raises(Forbidden), acting(me):
        orders.move_place(mine, foreign, actor=me)
    db.session.rollback()
    assert seated() == {office.beata.id} and db.session.get_one(OrderAssignment, mine.id).parent_id == above.id
    for who, whom in ((office.zofia, cast.tom), (office.kamil, cast.jean)):
        assert client_of(who, "pl").post(address, data={"seat": "operator", "user": [str(whom.id)]}).status_code == 302
    assert seated() == {office.beata.id, cast.tom.id, cast.jean.id}


@pytest.mark.feature("E23")
@pytest.mark.parametrize(("language", "label", "bad"), [
    ("fr", "Lignes par jour\u202f: Beata Kania, firmy mięsne łódzkie", "entier"), ("pl", "Wierszy dziennie: Beata Kania, firmy mięsne łódzkie", "całkowita"),
])
def test_a_supervisor_moves_the_rows_a_day_of_all_operators_at_once(
    office: Office, client_of: Client, cast: Cast, language: str, label: str, bad: str
) -> None:
    second = make_order(office.zofia, name="firmy mięsne łódzkie")
    above, foreign = seat(second, office.renata, Seat.SUPERVISOR), seat(office.order, cast.claire, Seat.SUPERVISOR)
    theirs = seat(office.order, cast.jean, Seat.OPERATOR, parent=foreign, quota=40)
    for user in (office.beata, office.oskar):
        seat(second, user, Seat.OPERATOR, parent=above, quota=20)
    renata = client_of(office.renata, language)
    page = renata.get("/orders/").text
    assert f'aria-label="{label}"' in page
    names = dict(re.findall(r'name="(quota-\d+)" value="(\d*)"', page))
    assert sorted(names.values()) == ["20", "20", "40", "40"]
    closing = [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in re.findall(r'<a[^>]*/closing/[^>]*>.*?</a>', page)]
    assert len({*closing}) == 4, "a list of links tells them apart"
    places = {(each.user_id, each.order_id): each for each in db.session.query(OrderAssignment).filter_by(seat=Seat.OPERATOR)}
    ill, well = places[office.beata.id, office.order.id], places[office.oskar.id, second.id]
    told = {**names, f"quota-{ill.id}": "", f"quota-{well.id}": "60", f"quota-{theirs.id}": "1", "quota-x": "5"}
    assert renata.post("/orders/quotas", data=told).location == "/orders/"
    db.session.expire_all()
    assert (ill.quota, well.quota, theirs.quota) == (None, 60, 40)
    for text in ("wiele", "-1", "2.5"):
        renata.post("/orders/quotas", data={**told, f"quota-{well.id}": "7", f"quota-{ill.id}": text})
        assert bad in renata.get("/orders/").text
    db.session.expire_all()
    assert (ill.quota, well.quota) == (None, 60)
    assert client_of(office.beata, language).post("/orders/quotas", data={f"quota-{ill.id}": "1"}).status_code in (302, 403)
    orders.close_order(office.order, actor=SYSTEM)
    renata.post("/orders/quotas", data={f"quota-{ill.id}": "9"})
    db.session.expire_all()
    assert ill.quota is None


@pytest.mark.feature("E17")
@pytest.mark.parametrize(("language", "shown"), [
    ("fr", ["0 sur 1 200", "4 janv. 2027", "31 mars 2027"]), ("pl", ["0 z 1 200", "4 sty 2027", "31 mar 2027"]),
])
def test_an_order_is_made_from_a_template_with_its_own_dates_territory_and_target(
    office: Office, client_of: Client, language: str, shown: list[str]
) -> None:
    client = client_of(office.zofia, language)
    path = f"/orderview/edit/{office.order.id}"
    assert client.post("/orderview/add", data=sent_by(client.get(path).text) | {"name": "wzór: mięso", "is_template": "y"}).status_code == 302
    template = db.session.query(Order).filter_by(name="wzór: mięso").one()
    assert template.is_template and client.post(f"/orderview/copy/{template.id}", data={"name": "mięso, zachód"}).status_code == 302
    made = db.session.query(Order).filter_by(name="mięso, zachód").one()
    assert not made.is_template and made.goal == office.order.goal and made.territory == ["PL-14"]
    told = {"territory": ["PL-32", "PL-08"], "target": "1200", "starts_on": "2027-01-04", "due_on": "2027-03-31"}
    path = f"/orderview/edit/{made.id}"
    assert client.post(path, data=sent_by(client.get(path).text) | told).status_code == 302
    db.session.expire_all()
    assert (made.territory, made.target, str(made.starts_on), str(made.due_on)) == (["PL-32", "PL-08"], 1200, "2027-01-04", "2027-03-31")
    page = re.sub(r"[\s\u202f]+", " ", re.sub(r"<[^>]+>", " ", client.get(f"/orderview/show/{made.id}").text))
    for said in ("zachodniopomorskie, lubuskie", *shown):
        assert said in page, said
