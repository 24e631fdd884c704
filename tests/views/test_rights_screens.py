"""Rights as an administrator sets them up: in words, without knowing a name of a permission."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from app.extensions import db
from app.models import Opportunity, Privilege, Profile, Role, Team, User
from app.permissions.rights import PROFILES
from app.views.access import ACTIONS
from app.views.rights_words import FURTHER, NOUNS
from tests.browsing import sent_by
from tests.people import Cast
from tests.permissions.test_engine import person

pytestmark = pytest.mark.database


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def form_of(client: FlaskClient, path: str) -> dict[str, Any]:
    """What the form of the page would send as it stands."""
    return sent_by(page(client, path))


def profile(code: str) -> Profile:
    return db.session.scalars(select(Profile).where(Profile.code == code)).one()


@pytest.mark.feature("A6", "X1")
def test_saving_a_profile_as_it_stands_changes_nothing(cast: Cast, client_of: Any) -> None:
    client = client_of(cast.ada, "en")
    for code in ("user", "team_manager", "telesales"):
        known = profile(code)
        key, before, fields = known.id, dict(known.actions), dict(known.fields)
        path = f"/profileview/edit/{key}"
        assert client.post(path, data=form_of(client, path)).status_code == 302
        db.session.expire_all()
        after = profile(code)
        assert {n: a for n, a in after.actions.items() if any(v != "none" for v in a.values())} == {
            n: dict(a) | dict.fromkeys(after.actions[n].keys() - a.keys(), "none") for n, a in before.items()
        }
        assert after.fields == fields


@pytest.mark.feature("A6", "A23")
def test_telesales_that_sees_no_amount_in_a_firm_of_two_teams(cast: Cast, client_of: Any) -> None:
    """Two teams with a manager each, a person across both, telesales without amounts: through the screens alone."""
    client = client_of(cast.ada, "en")
    form = form_of(client, f"/teamview/edit/{cast.south.id}") | {
        "members": [cast.tom.id, cast.jean.id], "managers": [cast.tom.id], "parent": cast.north.id,
    }
    assert client.post(f"/teamview/edit/{cast.south.id}", data=form).status_code == 302
    made = client.post("/profileview/add", data={
        "name": "Callers", "right-Opportunity-read": "mates", "right-Account-read": "all", "right-Contact-read": "all",
        "field-Opportunity-amount": "hidden",
    })
    assert made.status_code == 302
    callers = db.session.scalars(select(Profile).where(Profile.name == "Callers")).one()
    role = db.session.scalars(select(Role).where(Role.name == "Telesales")).one()
    assert client.post(f"/roles/edit/{role.id}", data={"name": role.name, "profiles": [callers.id]}).status_code == 302
    anna = f"/users/edit/{cast.anna.id}"
    form = form_of(client, anna) | {"roles": [role.id], "password": ""}
    assert client.post(anna, data=form).status_code == 302

    caller = client_of(cast.anna, "en")
    seen = page(caller, "/opportunityview/list/")
    assert "Terminale do magazynu" in seen and "Traçabilité ligne 3" in seen and "Stone renewal" not in seen
    assert "86,400" not in seen and ">Amount<" not in seen
    assert caller.get(f"/opportunityview/edit/{cast.terminals.id}").status_code in (403, 404)
    tree = page(client, "/teamview/tree")
    assert tree.index("North") < tree.index("South") and "Managers: Tom Baker" in tree
    access = page(client, f"/access/person?user={cast.anna.id}")
    assert "profile Callers, role Telesales" in access and "those of North and their members" in access and ">Amount<" in access.replace("Field ", ">")
    assert db.session.get_one(User, cast.tom.id).memberships[0].is_manager
    assert "Stone renewal" in page(client_of(cast.tom, "en"), "/opportunityview/list/")


@pytest.mark.feature("A6")
@pytest.mark.parametrize(("language", "deals", "audit", "every", "own", "none", "yes", "no"), [
    ("fr", "Opportunités", "Journal d’audit", "celles de tous", "les siennes", "aucune", "Oui", "Non"),
    ("pl", "Szanse sprzedaży", "Dziennik zmian", "wszystkie", "własne", "żadne", "Tak", "Nie"),
])
def test_everything_that_somebody_may_stands_on_one_page(
    cast: Cast, client_of: Any, language: str, deals: str, audit: str, every: str, own: str, none: str, yes: str, no: str
) -> None:
    """Each type of record that a profile gives, by each verb, in the words of the reader."""
    client, officer = client_of(cast.ada, language), person("Dora", "Data protection officer", [])

    def access(user: User) -> dict[str, list[str]]:
        table = page(client, f"/access/person?user={user.id}").partition("k-access")[2].partition("</table>")[0]
        lines = re.findall(r'rowheader">([^<]*)</th>(.*?)</tr>', table)
        return {title: [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall("<td.*?</td>", cells)] for title, cells in lines}

    told = {"user": access(cast.anna), "data_protection_officer": access(officer)}
    assert told["user"][deals] == [own, yes, own, own, own] and audit not in told["user"]
    assert told["data_protection_officer"][audit] == [every, no, none, none, every]
    hang_on = {"ContactAddress", "ContactPhone", "SummarySending"}  # each goes with a type that is told
    for code, cells in told.items():
        with force_locale(language):
            titles = {name: str(words) for name, words in (NOUNS | FURTHER).items()}
        given = PROFILES[code].rights
        assert {titles[name] for name in given.keys() - hang_on} <= cells.keys()
        assert {each for line in cells.values() for each in line} <= {every, own, none, yes, no, ""}
        for name in given.keys() & FURTHER.keys():
            assert [each in (every, own, yes) for each in cells[titles[name]]] == [bool(given[name].of(action)) for action in ACTIONS], name


@pytest.mark.feature("A10", "E21")
def test_privileges_and_teams_refuse_what_makes_no_sense(cast: Cast, client_of: Any) -> None:
    client = client_of(cast.ada, "en")
    words = page_of(client.post("/privilegeview/add", data={"team": cast.south.id, "record_type": "Account"}))
    assert "a team or a role, one of the two" in words
    granted = client.post("/privilegeview/add", data={"team": cast.south.id, "record_type": "Account", "for_team": cast.north.id, "may_write": "y"})
    assert granted.status_code == 302 and db.session.query(Privilege).one().may_write
    team: dict[str, list[int]] = {"members": [], "managers": []}
    assert client.post(f"/teamview/edit/{cast.south.id}", data={"name": "South", "parent": cast.north.id, **team}).status_code == 302
    words = page_of(client.post(f"/teamview/edit/{cast.north.id}", data={"name": "North", "parent": cast.south.id, **team}))
    assert "cannot stand below itself" in words
    db.session.expire_all()
    assert db.session.get_one(Team, cast.north.id).parent is None


def page_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


@pytest.mark.feature("X1")
def test_why_somebody_sees_a_record_or_does_not(cast: Cast, client_of: Any) -> None:
    client, asked = client_of(cast.ada, "en"), f"/access/record?record=o{cast.terminals.id}"
    assert f"record=o{cast.terminals.id}" in page(client, f"/opportunityview/show/{cast.terminals.id}")
    headings = re.compile(r"<h2[^>]*>([^<]+)</h2>")
    for user, answers, reason in (
        (cast.anna, ["See: Yes", "Change: Yes", "Delete: Yes"], "profile User (salesperson), role User (salesperson)"),
        (cast.claire, ["See: Yes", "Change: Yes", "Delete: Yes"], "manages North"),
        (cast.tom, ["See: No", "Change: No", "Delete: No"], "reaches only their own"),
        (cast.ada, ["See: Yes", "Change: Yes", "Delete: Yes"], "An administrator may do everything."),
    ):
        text = page(client, f"{asked}&user={user.id}")
        assert headings.findall(text)[:3] == answers and reason in text, user
    assert "It belongs to Anna" in page(client, asked)
    assert client_of(cast.claire, "en").get(asked).status_code == 403
    assert client.get("/access/record?record=o999999").status_code == 404
    assert client.get("/access/record?record=x1").status_code == 404


@pytest.mark.feature("C2")
def test_a_firm_without_teams_has_no_screens_of_teams(cast: Cast, client_of: Any) -> None:
    client = client_of(cast.ada, "en")
    assert ">Teams<" in page(client, "/opportunityview/list/")
    form = form_of(client, "/firmview/edit/1")
    form.pop("has_teams")
    assert client.post("/firmview/edit/1", data=form).status_code == 302
    assert ">Teams<" not in page(client, "/opportunityview/list/")
    assert db.session.query(Opportunity).count() == 5


def make_role(client: FlaskClient, **values: Any) -> Role:
    answer = client.post("/roles/add", data=values)
    assert answer.status_code == 302, page_of(answer)
    return db.session.scalars(select(Role).where(Role.name == values["name"])).one()


@pytest.mark.feature("A4", "A7")
def test_a_role_sees_those_below_and_not_its_peers(cast: Cast, client_of: Any) -> None:
    client = client_of(cast.ada, "en")
    assert client.post("/profileview/add", data={"name": "Looks down", "right-Opportunity-read": "below"}).status_code == 302
    looks, ours = (db.session.scalars(select(Profile).where(Profile.name == name)).one() for name in ("Looks down", "User"))
    salesperson = db.session.scalars(select(Role).where(Role.name == "User")).one()
    head = make_role(client, name="Head of sales", profiles=[looks.id, ours.id])
    form = form_of(client, f"/roles/edit/{salesperson.id}") | {"above": head.id}
    assert client.post(f"/roles/edit/{salesperson.id}", data=form).status_code == 302
    for user in (cast.claire, cast.tom):  # two heads, whatever their teams
        path = f"/users/edit/{user.id}"
        assert client.post(path, data=form_of(client, path) | {"roles": [head.id], "password": ""}).status_code == 302
    assert client.post("/firmview/edit/1", data={k: v for k, v in form_of(client, "/firmview/edit/1").items() if k != "has_teams"}).status_code == 302
    seen = page(client_of(cast.claire, "en"), "/opportunityview/list/")
    assert "Terminale do magazynu" in seen and "Traçabilité ligne 3" in seen  # Anna's and Jean's
    assert "Stone renewal" not in seen  # a peer's
    assert client_of(cast.claire, "en").get(f"/opportunityview/show/{cast.renewal.id}").status_code == 404
    assert "Terminale do magazynu" not in page(client_of(cast.jean, "en"), "/opportunityview/list/")
    words = page(client, f"/access/person?user={cast.claire.id}")
    assert "profile Looks down, role Head of sales" in words and "those of everybody whose roles stand below theirs" in words


@pytest.mark.feature("A4")
def test_roles_of_the_firm_refuse_what_makes_no_sense(cast: Cast, client_of: Any) -> None:
    client = client_of(cast.ada, "en")
    head, board = make_role(client, name="Head"), make_role(client, name="Board")
    assert client.post(f"/roles/edit/{head.id}", data={"name": "Head", "above": board.id}).status_code == 302
    assert "cannot stand below itself" in page_of(client.post(f"/roles/edit/{board.id}", data={"name": "Board", "above": head.id}))
    assert "keeps its name" in page_of(client.post(f"/roles/edit/{cast.anna.roles[0].id}", data={"name": "Seller"}))
    assert "There is one like this already" in page_of(client.post("/roles/add", data={"name": "Head"}))
    anna = f"/users/edit/{cast.anna.id}"
    assert client.post(anna, data=form_of(client, anna) | {"roles": [head.id], "password": ""}).status_code == 302
    for role, sentence in ((head, "still have this role"), (cast.jean.roles[0], "A ready-made role stays")):
        assert sentence in page_of(client.post(f"/roles/delete/{role.id}", follow_redirects=True))
    gone = board.id
    assert client.post(f"/roles/delete/{gone}").status_code == 302
    db.session.expire_all()
    assert db.session.get(Role, gone) is None and db.session.get_one(Role, head.id).above is None
    assert "Public" not in page(client, "/roles/list/")
    assert client_of(cast.jean, "en").post("/roles/add", data={"name": "Mine"}).status_code == 403
