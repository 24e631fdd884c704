"""The pages that people open all day ask the database ten times at most, whatever hangs on what they show."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.alerts import Rule
from app.domain.messages import State
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import Alert, Contact, ContactPhone, IncomingMessage, Opportunity, Task, Team, User
from app.operations import opportunities, records
from app.operations.telling import Asked, tell
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.operations.users import create_user
from app.permissions.actor import SYSTEM, Actor
from app.queries import alerts
from app.support import clock
from tests.people import Cast, make_account, make_contact

pytestmark = pytest.mark.database
MOST = 10
PILE = 201  # of each group: one more than is listed


@atomic
def _live(cast: Cast, *, actor: Actor) -> None:
    """An opportunity with a past: notes of people, a move, two tasks, a second contact without a name."""
    item = cast.terminals
    for user in (cast.anna, cast.jean, cast.tom):
        write_note(item, f"Said by {user}", actor=actor)
    tell(item, "@Claire Morel: ask them again", asked=Asked(cast.anna), actor=actor)
    opportunities.move(item, item.pipeline.steps[2], actor=actor)
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


@atomic
def _pile(cast: Cast) -> None:
    """More than the page of the day lists of each: tasks that are late, opportunities to do, messages that wait, and the alerts about them."""
    item, long_ago = cast.terminals, clock.now() - timedelta(days=90)
    quiet = {"pipeline_id": item.pipeline_id, "step_id": item.step_id, "currency": "PLN", "last_activity_at": long_ago, "step_entered_at": long_ago}
    for n in range(PILE):
        db.session.add_all([
            Task(title=f"Late {n}", assignee_id=cast.claire.id, author_id=cast.anna.id, due_at=long_ago, opportunity_id=item.id),
            Opportunity(title=f"Quiet {n}", owner_id=cast.claire.id, account_id=item.account_id, **quiet),
            Opportunity(title=f"Free {n}", team_id=cast.north.id, **quiet),
            IncomingMessage(key=f"held {n}", state=State.HELD, reason="no_external", acting_user_id=cast.claire.id, received_at=long_ago),
        ])


@pytest.mark.feature("C20")
def test_the_page_of_a_full_desk_asks_at_most_ten_times(
    cast: Cast, client_of: Callable[[User | None], FlaskClient], statements: list[str]
) -> None:
    _pile(cast)
    compute_alerts()
    client = client_of(cast.claire)
    page = client.get("/today/").text
    counts = {group: int(count) for group, count in re.findall(r'id="group-(\w+)">[^<]*<span class="k-count">(\d+)<', page)}
    assert {name: counts[name] for name in ("overdue", "todo", "free", "held")} == dict.fromkeys(("overdue", "todo", "free", "held"), PILE)
    assert counts["alerts"] == alerts.MOST < db.session.query(Alert).count()
    for kind in "otmx":  # an opportunity, a task, a message, an alert in the panel
        address = f"/today/?item={re.findall(rf'item=({kind}[0-9]+)#chosen', page)[0]}"
        client.get(address)
        statements.clear()
        assert 'id="chosen"' in client.get(address).text
        assert len(statements) <= MOST, (address, statements)


@atomic
def _mixed(cast: Cast) -> None:
    """Alerts about messages that wait, of the reader and of a colleague, and about doubles."""
    long_ago = clock.now() - timedelta(days=90)
    for n, user in enumerate((cast.claire, cast.claire, cast.anna)):
        db.session.add(IncomingMessage(
            key=f"held {n}", state=State.HELD, reason="no_external", acting_user_id=user.id, team_id=cast.north.id, received_at=long_ago,
        ))
    for n in range(3):
        account = make_account(f"Twice {n}", cast.claire)
        account.siren = "732829320"
        make_contact("Ewa Twice", f"ewa{n}@twice.example", account, cast.claire).phones.append(ContactPhone(number="+48500000001"))


@pytest.mark.feature("C20")
def test_a_desk_with_alerts_of_every_kind_asks_at_most_ten_times(
    cast: Cast, client_of: Callable[[User | None], FlaskClient], statements: list[str]
) -> None:
    _mixed(cast)
    compute_alerts()
    rules = set(db.session.scalars(select(Alert.rule).where(Alert.ended_at.is_(None))))
    assert {Rule.HELD, Rule.DOUBLE_ACCOUNT, Rule.DOUBLE_CONTACT} <= rules
    client = client_of(cast.claire)
    page = client.get("/today/").text
    assert page.count("Twice 0") and "Ewa Twice" in page
    for item in re.findall(r"item=([omx][0-9]+)#chosen", page):
        statements.clear()
        assert client.get(f"/today/?item={item}").status_code == 200
        assert len(statements) <= MOST, (item, statements)
