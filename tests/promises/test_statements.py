"""The pages that people open all day ask the database ten times at most, whatever hangs on what they show."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Contact, Opportunity, Task, Team, User
from app.operations import opportunities, records
from app.operations.telling import Asked, tell
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.operations.users import create_user
from app.permissions.actor import SYSTEM, Actor
from app.queries.opportunities import steps_of
from app.support import clock
from tests.people import Cast

pytestmark = pytest.mark.database
MOST = 10


@atomic
def _live(cast: Cast, *, actor: Actor) -> None:
    """An opportunity with a past: notes of people, a move, two tasks, a second contact without a name."""
    item = cast.terminals
    for user in (cast.anna, cast.jean, cast.tom):
        write_note(item, f"Said by {user}", actor=actor)
    tell(item, "@Claire Morel: ask them again", asked=Asked(cast.anna), actor=actor)
    opportunities.move(item, steps_of(item.pipeline_id)[2], actor=actor)
    for number in range(2):
        records.create(Task, {
            "title": f"Task {number}", "assignee": cast.jean, "author": cast.anna, "opportunity": item, "due_at": clock.now(),
        }, actor=actor)
    records.update(item, {"contacts": [*item.contacts, records.create(Contact, {"last_name": "", "owner": cast.tom}, actor=actor)]}, actor=actor)


@atomic
def _crowd(cast: Cast, *, actor: Actor) -> None:
    """More people and teams than a pick-list shows, and more than a page of opportunities."""
    roles = list(cast.anna.roles)
    for n in range(14):
        records.create(Team, {"name": f"Team {n}"}, actor=actor)
        values = {"first_name": f"P{n}", "last_name": "Q", "email": f"p{n}@grandouest.example", "password": "zielony rower pod mostem", "roles": roles}
        create_user(values, actor=actor)
    for n in range(26):
        records.create(Opportunity, {"title": f"Regał {n}", "owner": cast.anna, "account": cast.terminals.account}, actor=actor)


@pytest.mark.parametrize("who", ["ada", "anna", "claire"])
@pytest.mark.feature("C26")
def test_pages_ask_at_most_ten_times(
    cast: Cast, client_of: Callable[[User | None], FlaskClient], statements: list[str], who: str
) -> None:
    _live(cast, actor=SYSTEM)
    _crowd(cast, actor=SYSTEM)
    pages = {
        "list": "/opportunityview/list/", "in another order": "/opportunityview/list/?_oc_OpportunityView=amount&_od_OpportunityView=asc",
        "rare word": "/search/?q=dudek", "common word": "/search/?q=e", "board": "/board/",
        "record": f"/opportunityview/show/{cast.terminals.id}",
    }
    client = client_of(db.session.get_one(User, getattr(cast, who).id))
    asked = {}
    for name, address in pages.items():
        assert client.get(address).status_code == 200, address  # what a process keeps is there now
        statements.clear()
        client.get(address)
        asked[name] = list(statements)
    assert {name: (len(found), found) for name, found in asked.items() if len(found) > MOST} == {}
