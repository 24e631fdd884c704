"""A team with one person from sales, one from accounts, one from after-sales shares one record, and nothing else of each other."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.languages import Language
from app.extensions import db
from app.models import Profile, Role, Team, User
from app.operations import users
from app.permissions.actor import SYSTEM
from tests.browsing import sent_by
from tests.people import PASSWORD, Cast, make_opportunity

pytestmark = [pytest.mark.database, pytest.mark.feature("A5")]
DEAL = "Terminale do magazynu"


def of_department(first: str, last: str, role: str) -> User:
    found = db.session.scalars(select(Role).where(Role.name == role)).one()
    return users.create_user(
        {"first_name": first, "last_name": last, "username": first.lower(), "email": f"{first.lower()}@grandouest.example",
         "password": PASSWORD, "roles": [found], "teams": [], "language": Language.EN, "country": "PL"}, actor=SYSTEM,
    )


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def save(client: FlaskClient, path: str, **values: Any) -> None:
    answer = client.post(path, data={**sent_by(text(client, path)), **values})
    assert answer.status_code == 302, answer.get_data(as_text=True)


def test_three_departments_share_one_record(cast: Cast, client_of: Any) -> None:
    zofia, sam = of_department("Zofia", "Kos", "Accounting"), of_department("Sam", "Reed", "After-sales")
    other = make_opportunity("Anna's other deal", cast.piotr, cast.anna)
    ada, anna, accounts, service = (client_of(each, "en") for each in (cast.ada, cast.anna, zofia, sam))
    show, edit = (f"/opportunityview/{each}/{cast.terminals.id}" for each in ("show", "edit"))

    rights = {f"right-Opportunity-{action}": "own" for action in ("read", "write")}
    save(ada, "/profileview/add", name="Shares deals", **rights, **{"right-TimelineEntry-read": "own", "right-TimelineEntry-create": "all"})
    shares = db.session.scalars(select(Profile).where(Profile.name == "Shares deals")).one()
    save(ada, "/teamview/add", name="For Jesion", members=[cast.anna.id, zofia.id, sam.id], profiles=[shares.id])
    team = db.session.scalars(select(Team).where(Team.name == "For Jesion")).one()
    assert [each.get(show).status_code for each in (accounts, service)] == [404, 404], "they are in the team, the record is not"

    given = anna.post(f"/opportunityview/give/{cast.terminals.id}", data={"to": f"t{team.id}", "note": "The three of us"})
    assert given.status_code == 302
    for client in (anna, accounts, service):
        assert DEAL in text(client, "/opportunityview/list/") and DEAL in text(client, show)
    save(accounts, edit, description="Paid in two parts")
    service.post(f"/opportunityview/note/{cast.terminals.id}", data={"kind": "note", "body": "Fitted on Tuesday"})
    seen = text(anna, show)
    assert "Paid in two parts" in seen and "Fitted on Tuesday" in seen and "The three of us" in seen
    for client in (accounts, service):
        assert other.title not in text(client, "/opportunityview/list/")
        assert client.get(f"/opportunityview/show/{other.id}").status_code == 404
    assert [client_of(each, "en").get(show).status_code for each in (cast.tom, cast.jean, cast.claire)] == [404, 404, 404]

    assert anna.post(f"/opportunityview/take/{cast.terminals.id}").status_code == 302
    assert accounts.get(show).status_code == 404, "it is Anna's alone"
    save(anna, edit, co_owners=[zofia.id, sam.id])
    assert "Fitted on Tuesday" in text(accounts, show)
    save(service, edit, description="Paid; fitted")
    save(ada, f"/teamview/edit/{team.id}", members=[cast.anna.id, sam.id])
    assert accounts.get(show).status_code in (403, 404), "out of the team, out of its rights"
    assert "Paid; fitted" in text(service, show)
