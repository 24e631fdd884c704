"""A page of fifty records asks the database as often as a page of five."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from app.domain.messages import State
from app.extensions import db
from app.models import IncomingMessage, OutgoingMail, Task, User
from app.operations import records
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.people import Cast, make_account, make_contact, make_opportunity

pytestmark = pytest.mark.database
FEW, MANY = 5, 50
SIZE = "psize_{}=100"
LISTS = {
    "opportunities": f"/opportunityview/list/?{SIZE.format('OpportunityView')}",
    "accounts": f"/accountview/list/?{SIZE.format('AccountView')}",
    "contacts": f"/contactview/list/?{SIZE.format('ContactView')}",
    "tasks": f"/taskview/list/?{SIZE.format('TaskView')}",
    "history": f"/timelineview/list/?{SIZE.format('TimelineView')}",
    "audit": f"/auditview/list/?{SIZE.format('AuditView')}",
    "sent mail": f"/outboxview/list/?{SIZE.format('OutboxView')}",
    "incoming mail": "/incomingmail/",
    "today": "/today/",
    "alerts": "/alerts/",
    "activity": "/activity/",
    "board": "/board/",
    "export of opportunities": "/opportunityview/export.xlsx",
    "export of contacts": "/contactview/export.xlsx",
}


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@atomic
def _fill(first: int, last: int, team: Any, users: list[Any]) -> None:
    """Records of every listed type, each with relations of its own."""
    for number in range(first, last):
        user = users[number % len(users)]
        contact = make_contact(f"Ewa Nowa{number}", f"ewa@n{number}.example", make_account(f"Firma {number}", user), user)
        opportunity = make_opportunity(f"Szansa {number}", contact, user, team=team, amount=number)
        write_note(opportunity, f"Notatka {number}", actor=SYSTEM)
        records.create(
            Task, {"title": f"Zadanie {number}", "assignee": user, "author": users[0], "opportunity": opportunity, "contact": contact,
                   "account": contact.accounts[0], "due_at": clock.now() - timedelta(days=number)}, actor=SYSTEM,
        )
        db.session.add(IncomingMessage(
            key=f"k{number}", subject=f"Mail {number}", state=State.ATTACHED, reason="only_open", acting_user_id=user.id,
            reason_params={"opportunity": opportunity.title, "contact": str(contact)}, opportunity_id=opportunity.id, contact_id=contact.id,
        ))
        db.session.add(OutgoingMail(
            key=f"k{number}", event="notice", to_address=user.email, to_user_id=user.id, language="en", subject=f"Mail {number}", text="x",
            header_id=f"k{number}@crm.example",
        ))


def test_a_list_asks_as_often_for_many_rows_as_for_few(cast: Cast, client_of: Callable[[User], FlaskClient]) -> None:
    users, client = [cast.ada, cast.anna, cast.jean, cast.tom], client_of(cast.ada)
    _fill(0, FEW, cast.north, users)
    few = _asked(client)
    _fill(FEW, MANY, cast.north, users)
    many = _asked(client)
    # One more is the count: a list that stands whole on its page needs none.
    grown = {name: (len(few[name]), len(many[name]), _most_repeated(many[name])) for name in LISTS if len(many[name]) > len(few[name]) + 1}
    assert grown == {}
    assert all(len(found) < 60 for found in many.values()), {name: len(found) for name, found in many.items()}


def _asked(client: FlaskClient) -> dict[str, list[str]]:
    """The statements of each page."""
    found = {}
    for name, url in LISTS.items():
        assert client.get(url).status_code == 200, url  # whatever is kept for the next request is there now
        with _counted() as statements:
            assert client.get(url).status_code == 200
        found[name] = statements
    return found


def _most_repeated(statements: list[str]) -> str:
    return max(statements, key=statements.count)[:300]


