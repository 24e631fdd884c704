"""Whom to choose, in a firm of many: the server searches while one types; a small firm has a list."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.rights import Assigning
from app.extensions import db
from app.models import Opportunity, Team, User
from app.operations.transaction import atomic, record
from app.operations.users import the_firm
from app.permissions.actor import SYSTEM
from app.views.people_fields import FEW
from tests.browsing import sent_by
from tests.people import Cast
from tests.views.test_custom_fields import define

pytestmark = [pytest.mark.database, pytest.mark.feature("A11", "A3")]


@atomic
def hire(number: int) -> None:
    for each in range(number):
        db.session.add(User(first_name="Iga", last_name=f"Nowa{each:04}", username=f"iga{each}", email=f"iga{each}@grandouest.example",
                            password="-", active=True, language="pl", country="PL", time_zone="Europe/Warsaw"))


@atomic
def only_managers_give() -> None:
    firm = the_firm()
    firm.assigning = Assigning.MANAGERS
    record(SYSTEM, "update", firm)


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def found(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(path).get_json()
    return rows


PAGES = ("/opportunityview/edit/{deal}", "/opportunityview/give/{deal}", "/opportunityview/list/", "/board/", "/timelineview/list/", "/taskview/list/",
         "/teamview/edit/{team}", "/taskview/add",
         "/opportunityview/book/{deal}", "/access/person?user={ada}", "/work/person/{anna}")


def test_a_page_of_a_firm_of_many_names_only_who_is_there_already(cast: Cast, client_of: Any) -> None:
    keys = {"deal": cast.terminals.id, "team": cast.north.id, "ada": cast.ada.id, "anna": cast.anna.id}
    ada = client_of(cast.ada, "en")
    for path in PAGES:
        assert "Tom Baker</option>" in page(ada, path.format(**keys)) or "> Tom Baker</label>" in page(ada, path.format(**keys)), path
    hire(FEW)
    for path in PAGES:
        text = page(ada, path.format(**keys))
        assert "data-look=" in text and "Nowa0007" not in text, path


def test_the_search_finds_by_any_word_of_the_name_and_saving_takes_it(cast: Cast, client_of: Any) -> None:
    hire(FEW)
    ada, edit = client_of(cast.ada, "en"), f"/opportunityview/edit/{cast.terminals.id}"
    assert found(ada, "/opportunityview/lookup/owner?q=bak+tom") == [{"id": cast.tom.id, "text": "Tom Baker"}]
    assert len(found(ada, "/opportunityview/lookup/owner?q=nowa")) == 12
    assert found(ada, "/opportunityview/lookup/owner?teams=1&q=nor")[0] == {"id": f"t{cast.north.id}", "text": "North"}
    form = sent_by(page(ada, edit))
    assert form["owner"] == [str(cast.anna.id)] and "co_owners" not in form
    assert ada.post(edit, data=form | {"owner": cast.tom.id, "co_owners": [cast.anna.id, cast.jean.id]}).status_code == 302
    db.session.expire_all()
    deal = db.session.get_one(Opportunity, cast.terminals.id)
    assert (deal.owner, {each.id for each in deal.co_owners}) == (cast.tom, {cast.anna.id, cast.jean.id})
    refused = ada.post(edit, data=form | {"owner": 987654})
    assert "Choose somebody whom the list offers" in refused.get_data(as_text=True)
    team = f"/teamview/edit/{cast.north.id}"
    form = sent_by(page(ada, team))
    assert {int(each) for each in form["members"]} == {cast.claire.id, cast.anna.id, cast.jean.id}
    assert ada.post(team, data=form | {"members": [cast.claire.id, cast.tom.id]}).status_code == 302
    db.session.expire_all()
    assert {seat.user_id for seat in db.session.get_one(Team, cast.north.id).memberships} >= {cast.claire.id, cast.tom.id}


def test_nobody_is_offered_to_whom_one_may_not_give(cast: Cast, client_of: Any) -> None:
    hire(FEW)
    only_managers_give()
    anna = client_of(cast.anna, "en")
    assert [each["text"] for each in found(anna, "/opportunityview/lookup/owner?q=")] == ["Anna Wiśniewska"]
    edit = f"/opportunityview/edit/{cast.terminals.id}"
    answer = anna.post(edit, data=sent_by(page(anna, edit)) | {"owner": cast.tom.id})
    assert "Choose somebody whom the list offers" in answer.get_data(as_text=True)
    assert {each["text"] for each in found(client_of(cast.claire, "en"), "/opportunityview/lookup/owner?q=")} == {
        "Anna Wiśniewska", "Claire Morel", "Jean Lefèvre"
    }


def test_a_field_of_the_firm_that_names_a_colleague_is_searched_too(cast: Cast, client_of: Any) -> None:
    ada, edit = client_of(cast.ada, "en"), f"/opportunityview/edit/{cast.terminals.id}"
    name = f"x_{define(ada, 'Technician', 'person').code}"
    assert "Tom Baker</option>" in page(ada, edit)
    hire(FEW)
    text = page(ada, edit)
    assert f'data-name="{name}"' in text and "Nowa0007" not in text
    assert found(ada, "/teamview/lookup/members?all=1&q=tom") == [{"id": cast.tom.id, "text": "Tom Baker"}]
    assert ada.post(edit, data=sent_by(text) | {name: cast.tom.id}).status_code == 302
    again = page(ada, edit)
    assert sent_by(again)[name] == [str(cast.tom.id)] and 'value="Tom Baker"' in again


def test_the_board_is_narrowed_to_whom_one_finds(cast: Cast, client_of: Any) -> None:
    """Oneself and what nobody has come first; a chosen name is a filter that can be taken off."""
    hire(FEW)
    client = client_of(cast.ada)
    where = "/opportunityview/lookup/owner?all=1&self=1&q="
    assert [row["id"] for row in found(client, where)[:2]] == [cast.ada.id, 0]
    assert [row["id"] for row in found(client, where + "tom")] == [cast.tom.id]
    narrowed = page(client, f"/board/?owner={cast.tom.id}")
    assert 'data-name="owner"' in narrowed and f"<b>{cast.tom}</b>" in narrowed and cast.terminals.title not in narrowed
