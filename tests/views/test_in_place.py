"""One value changed where it stands: in a list, on the page of a record; checked, refused and taken back."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.opportunities import Status
from app.extensions import db
from app.models import AuditLine, Contact, Opportunity
from app.operations import records
from tests.people import Cast, actor
from tests.views.test_hidden_fields import rule

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
PART = {"X-In-Place": "1"}


def _now(model: type[Any], key: int) -> Any:
    db.session.expire_all()
    return db.session.get_one(model, key)


def _places(page: str) -> set[str]:
    return {unescape(each) for each in re.findall(r'class="k-value" href="([^"]*)"', page)}


@pytest.mark.feature("C26")
def test_a_value_of_a_list_is_changed_and_taken_back(cast: Cast, client_of: Client) -> None:
    """Without a script: the link, its form, and the button beside the message."""
    client, item = client_of(cast.anna), cast.terminals
    key, before, step = item.id, item.amount, item.step_id
    places = _places(client.get("/opportunityview/list/").text)
    assert {f"/opportunityview/value/{key}?of={column}" for column in ("amount", "step", "status", "owner", "account")} <= places
    where = f"/opportunityview/value/{key}?of=amount"
    form = client.get(where).text
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None and 'name="amount"' in form and 'name="currency"' in form and 'name="title"' not in form
    assert client.post(where, data={"amount": "1 250,50", "currency": "PLN", "version": version[1]}).status_code == 302
    assert str(_now(Opportunity, key).amount) == "1250.50" and _now(Opportunity, key).step_id == step
    told = client.get("/opportunityview/list/").text
    undo = re.search(r'action="([^"]*undo=[^"]*)"', told)
    assert undo is not None and "Kwota" in told
    assert client.post(unescape(undo[1])).location.endswith("/opportunityview/list/")
    assert _now(Opportunity, key).amount == before


def test_a_refusal_stands_beside_the_field_and_changes_nothing(cast: Cast, client_of: Client) -> None:
    client, item = client_of(cast.anna), cast.terminals
    key, version = item.id, item.version
    answer = client.post(f"/opportunityview/value/{key}?of=amount", data={"amount": "much", "currency": "PLN", "version": version}, headers=PART)
    assert answer.status_code == 409 and 'aria-describedby="amount-help amount-error"' in answer.text and "<html" not in answer.text
    records.update(item, {"title": "Renamed"}, actor=actor(cast.ada))
    answer = client.post(f"/opportunityview/value/{key}?of=amount", data={"amount": "5", "currency": "PLN", "version": version}, headers=PART)
    assert answer.status_code == 409 and 'role="alert"' in answer.text and 'value="5"' in answer.text
    assert str(_now(Opportunity, key).amount) != "5.00"


@pytest.mark.parametrize(("typed", "said"), [
    ({"status": "lost"}, "reason"), ({"status": "standby", "until": "2001-01-01T09:00"}, "past"), ({"status": "nonsense"}, "choice"),
])
def test_a_status_asks_for_what_it_needs(cast: Cast, client_of: Client, typed: dict[str, str], said: str) -> None:
    client, key = client_of(cast.claire), cast.terminals.id
    where = f"/opportunityview/value/{key}?of=status"
    refused = client.post(where, data={**typed, "version": _now(Opportunity, key).version}, headers=PART)
    assert refused.status_code == 409, said
    assert _now(Opportunity, key).status is Status.TODO
    assert client.post(where, data={"status": "lost", "reason": "Too dear"}, headers=PART).status_code == 200
    assert _now(Opportunity, key).status is Status.LOST
    assert f"/opportunityview/reopen/{key}" in client.get("/opportunityview/list/").text


@pytest.mark.feature("A24")
def test_rights_of_rows_and_fields_hold(cast: Cast, client_of: Client) -> None:
    """A field that one may only read has no form; a record of others is not there; a page of the record offers what the list does."""
    key = cast.terminals.id
    assert client_of(cast.tom).get(f"/opportunityview/value/{key}?of=amount").status_code == 404
    rule("Opportunity", amount="read")
    anna = client_of(cast.anna)
    assert not any("of=amount" in each for each in _places(anna.get("/opportunityview/list/").text))
    answer = anna.post(f"/opportunityview/value/{key}?of=amount", data={"amount": "1"})
    assert answer.status_code == 403 and str(_now(Opportunity, key).amount) != "1.00"
    many = anna.post("/bulk/start?of=OpportunityView", data={"rowid": [str(key)], "what": "amount", "amount": "1"})
    assert many.status_code == 403 and str(_now(Opportunity, key).amount) != "1.00"
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "refuse_field").order_by(AuditLine.id))
    assert [(line.actor_id, line.subject_id, line.after["field"]) for line in lines] == [(cast.anna.id, key, "amount"), (cast.anna.id, None, "amount")]
    assert f"/opportunityview/value/{key}?of=owner" in _places(anna.get(f"/opportunityview/show/{key}").text)


def test_a_contact_keeps_its_lines_when_one_field_changes(cast: Cast, client_of: Client) -> None:
    client, contact = client_of(cast.anna), cast.katarzyna
    lines = [each.address for each in contact.addresses]
    assert client.post(f"/contactview/value/{contact.id}?of=job", data={"job": "Kierowniczka"}).status_code == 302
    assert [each.address for each in _now(Contact, contact.id).addresses] == lines and _now(Contact, contact.id).job == "Kierowniczka"
