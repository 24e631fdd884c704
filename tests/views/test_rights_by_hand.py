"""What an administrator changes on the screens, and what the others see of it in theirs with their next click."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Account, Contact, Engagement, Opportunity, Order, ProspectRow, Role, Task, Team, User
from app.operations import order_rows, records
from app.permissions.actor import SYSTEM, acting
from tests.orders.office import FIRM, acts, make_office
from tests.people import PASSWORD, Cast
from tests.permissions.test_engine import person
from tests.views.test_rights_screens import form_of, page

pytestmark = [pytest.mark.database]
LIST = "/opportunityview/list/"


def _role(name: str) -> Role:
    return db.session.scalars(select(Role).where(Role.name == name)).one()


def _set(ada: FlaskClient, path: str, *without: str, **values: Any) -> None:
    form = {name: value for name, value in form_of(ada, path).items() if name not in without} | values
    assert ada.post(path, data=form).status_code == 302, path


@pytest.mark.feature("A8", "A3")
def test_who_is_put_into_a_team_has_its_role_with_the_next_click(cast: Cast, client_of: Any) -> None:
    ada, tom = client_of(cast.ada, "en"), client_of(cast.tom, "en")
    _set(ada, f"/teamview/edit/{cast.north.id}", roles=[_role("Data protection officer").id])
    assert tom.get("/auditview/list/").status_code == 403
    _set(ada, f"/users/edit/{cast.tom.id}", teams=[cast.south.id, cast.north.id], password="")
    assert tom.get("/auditview/list/").status_code == 200
    shown = page(ada, f"/users/show/{cast.tom.id}")
    assert "South" in shown and "North" in shown
    assert "South, North" in page(ada, "/users/list/") or "North, South" in page(ada, "/users/list/")
    _set(ada, f"/users/edit/{cast.tom.id}", teams=[cast.south.id], password="")
    assert tom.get("/auditview/list/").status_code == 403, "and loses it with the team"


@pytest.mark.feature("A10", "A9")
def test_a_privilege_opens_exactly_the_accounts_of_one_team(cast: Cast, client_of: Any) -> None:
    """First for a role, then for a team: what it names is edited, the rest is read."""
    ada = client_of(cast.ada, "en")
    helper, clerk = person("Hugo", "After-sales", [cast.south]), person("Carla", "Accounting", [])
    of_north, of_south = cast.marie.accounts[0], cast.olivia.accounts[0]
    records.update(of_north, {"team": cast.north}, actor=SYSTEM)
    for who, grant in ((helper, {"for_team": cast.south.id}), (clerk, {"for_role": _role("Accounting").id})):
        client = client_of(who, "en")
        changed = {"name": f"Named by {who.first_name}"}
        assert client.post(f"/accountview/edit/{of_north.id}", data=changed).status_code == 403
        assert ada.post("/privilegeview/add", data={"team": cast.north.id, "record_type": "Account", "may_write": "y", **grant}).status_code == 302
        assert client.post(f"/accountview/edit/{of_north.id}", data=form_of(client, f"/accountview/edit/{of_north.id}") | changed).status_code == 302
        db.session.expire_all()
        assert of_north.name == changed["name"]
        assert client.get(f"/accountview/edit/{cast.katarzyna.accounts[0].id}").status_code == 200, "of Anna, who is in North: a team means its people, too"
        assert client.get(f"/accountview/show/{of_south.id}").status_code == 200
    assert client_of(clerk, "en").post(f"/accountview/edit/{of_south.id}", data={"name": "Named by nobody"}).status_code == 403
    assert client_of(clerk, "en").get(LIST).status_code == 403, "a type that Accounting does not have"


@pytest.mark.feature("C10", "C11", "C2")
def test_what_colleagues_see_of_each_other_is_a_switch_of_the_firm(cast: Cast, client_of: Any) -> None:
    ada, anna = client_of(cast.ada, "en"), client_of(cast.anna, "en")
    foreign = f"/opportunityview/show/{cast.traceability.id}"
    for privacy, teams, of_team, of_all in (("team", True, True, False), ("all", True, True, True), ("own", True, False, False),
                                            ("team", False, False, False), ("all", False, True, True), ("own", False, False, False)):
        _set(ada, "/firmview/edit/1", "has_teams", privacy=privacy, **({"has_teams": "y"} if teams else {}))
        seen = page(anna, LIST)
        assert "Terminale do magazynu" in seen
        assert (cast.traceability.title in seen, "Stone renewal" in seen) == (of_team, of_all), (privacy, teams)
        assert anna.get(foreign).status_code == (200 if of_team else 404)
        assert (cast.traceability.title in page(anna, "/search/?q=ligne")) is of_team, (privacy, teams)


@pytest.mark.feature("C3", "E31")
def test_an_administrator_counts_what_the_database_holds(cast: Cast, client_of: Any) -> None:
    ada = client_of(cast.ada, "en")
    count = db.session.query(Opportunity).count()
    assert count == 5 and f"{count} records" in page(ada, LIST)
    for item in db.session.scalars(select(Opportunity)):
        assert ada.get(f"/opportunityview/edit/{item.id}").status_code == 200
    assert "4 records" in page(client_of(cast.claire, "en"), LIST), "a manager those of the own team"


@pytest.mark.feature("E16")
def test_a_person_is_made_blocked_and_the_work_goes_to_another(cast: Cast, client_of: Any) -> None:
    ada = client_of(cast.ada, "en")
    made = {"first_name": "Nina", "last_name": "Noel", "email": "nina@grandouest.example", "username": "nina", "password": "violet harbour tractor sunday",
            "language": "en", "roles": [_role("User").id], "teams": [cast.north.id], "country": "FR", "time_zone": "Europe/Paris"}
    assert ada.post("/users/add", data=made).status_code == 302
    nina = db.session.scalars(select(User).where(User.username == "nina")).one()
    desk = client_of(None)
    assert desk.post("/login/", data={"username": "nina", "password": made["password"]}).status_code == 302
    assert desk.get(LIST).status_code == 200
    records.update(cast.labellers, {"owner": nina}, actor=SYSTEM)
    moved = ada.post(f"/work/leave/{nina.id}", data={"to": f"u{cast.anna.id}"}, follow_redirects=True)
    assert "1 record moved." in moved.get_data(as_text=True)
    assert "/login/" in desk.get(LIST).location, "the open session ends"
    assert desk.post("/login/", data={"username": "nina", "password": made["password"]}).location.startswith("/login/")
    assert desk.get(LIST).status_code == 302
    assert cast.labellers.title in page(client_of(cast.anna, "en"), LIST)


@pytest.mark.feature("E16")
def test_a_person_is_blocked_and_let_in_again_on_the_own_form(cast: Cast, client_of: Any) -> None:
    ada, nina = client_of(cast.ada, "en"), person("Nina", "User", [cast.north])
    path, desk = f"/users/edit/{nina.id}", client_of(nina, "en")
    assert desk.get(LIST).status_code == 200
    _set(ada, path, "active", password="")
    assert "/login/" in desk.get(LIST).location
    desk.post("/login/", data={"username": nina.username, "password": PASSWORD})
    assert desk.get(LIST).status_code == 302
    _set(ada, path, password="", active="y")
    assert desk.post("/login/", data={"username": nina.username, "password": PASSWORD}).status_code == 302
    assert desk.get(LIST).status_code == 200


@pytest.mark.feature("A1")
@pytest.mark.parametrize(("language", "words", "logged"), [
    ("fr", "Identifiant ou mot de passe incorrect.", "connexion refusée"), ("pl", "Nieprawidłowy login lub hasło.", "odmowa logowania"),
])
def test_whoever_was_made_signs_in_with_the_own_password_alone(cast: Cast, client_of: Any, language: str, words: str, logged: str) -> None:
    ada, own = client_of(cast.ada, language), "violet harbour tractor sunday"
    made = {"first_name": "Anna", "last_name": "Nowa", "email": "anna.nowa@grandouest.example", "username": "anna.nowa", "password": own,
            "language": language, "roles": [_role("User").id], "teams": [cast.north.id], "country": "FR", "time_zone": "Europe/Paris"}
    assert ada.post("/users/add", data=made).status_code == 302
    desk = client_of(None)
    desk.get(f"/lang/{language}")
    for wrong in (PASSWORD, own.title()):  # of a colleague; in other letters
        answer = desk.post("/login/", data={"username": "anna.nowa", "password": wrong})
        assert words in page(desk, answer.location) and desk.get(LIST).status_code == 302, wrong
    lines = re.findall(r"<tr.*?</tr>", page(ada, "/auditview/list/"), re.DOTALL)
    assert sum(logged in line and "Anna Nowa" in line for line in lines) == 2
    assert desk.post("/login/", data={"username": "anna.nowa", "password": own}).status_code == 302
    assert "Anna Nowa" in page(desk, "/me/")


@pytest.mark.feature("C3", "E31")
def test_an_administrator_counts_every_type_as_the_database_does(cast: Cast, client_of: Any) -> None:
    office = make_office()
    person_of = acts(office.beata)
    with acting(person_of):
        order_rows.enter_row(office.order, FIRM, actor=person_of)
    ada = client_of(cast.ada, "en")
    records.create(Task, {"title": "Zadzwonić", "assignee": cast.anna}, actor=SYSTEM)
    records.create(Engagement, {"name": "Serwis wag", "account": cast.olivia.accounts[0], "owner": cast.tom}, actor=SYSTEM)
    for model, view in ((Account, "accountview"), (Contact, "contactview"), (Task, "taskview"), (Engagement, "engagementview"), (Order, "orderview"),
                        (ProspectRow, "prospectrowview"), (User, "users"), (Team, "teamview")):
        count = db.session.query(model).count()
        assert count and re.search(rf"\b{count} records?\b", page(ada, f"/{view}/list/")), view
