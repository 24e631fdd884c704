"""What somebody tried is in the audit once; a right that goes, a person who goes, and two at the same moment."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import AuditLine, Opportunity, Profile, User
from app.operations import records, users
from app.permissions.actor import SYSTEM
from app.permissions.decide import actor_of
from tests.people import Cast

pytestmark = pytest.mark.database
Sign = Callable[..., FlaskClient]


def _profile(**changes: Any) -> None:
    user = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(user, {"actions": {**user.actions, **changes}}, actor=SYSTEM)


def _refused() -> list[tuple[str, int | None, str]]:
    found = db.session.scalars(select(AuditLine).where(AuditLine.action.in_(("refuse", "refuse_field"))).order_by(AuditLine.id))
    return [(line.action, line.actor_id, str(line.after.get("asked") or line.after.get("field"))) for line in found]


@pytest.mark.feature("A24")
def test_a_forged_field_is_audited_once(cast: Cast, client_of: Sign) -> None:
    user = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(user, {"fields": {"Opportunity": {"amount": "hidden"}}}, actor=SYSTEM)
    assert client_of(cast.anna).post(f"/opportunityview/win/{cast.terminals.id}", data={"amount": "1"}).status_code == 403
    assert _refused() == [("refuse_field", cast.anna.id, "amount")]


@pytest.mark.feature("C7")
def test_asking_for_a_foreign_record_is_audited(cast: Cast, client_of: Sign) -> None:
    client, foreign = client_of(cast.anna), f"/opportunityview/show/{cast.traceability.id}"
    assert client.get(foreign).status_code == 404 and client.get("/opportunityview/show/987654").status_code == 404
    assert client.post(f"/opportunityview/win/{cast.traceability.id}").status_code == 404
    win = f"POST /opportunityview/win/{cast.traceability.id}"
    assert _refused() == [("refuse", cast.anna.id, f"GET {foreign}"), ("refuse", cast.anna.id, win)]


@pytest.mark.feature("A24")
def test_what_a_form_may_not_do_is_refused_and_audited_and_not_only_said(cast: Cast, client_of: Sign) -> None:
    key, client = cast.terminals.id, client_of(cast.anna, "en")
    letter = {"about": "Offer", "text": "Dear Katarzyna"}
    assert client.post(f"/opportunityview/write/{key}", data=letter).status_code == 409, "a rule refuses it: nobody is chosen"
    _profile(TimelineEntry={"read": "own"})
    assert client.post(f"/opportunityview/write/{key}", data=letter).status_code == 403
    assert _refused() == [("refuse", cast.anna.id, f"POST /opportunityview/write/{key}")]


@pytest.mark.feature("A6")
def test_a_right_that_is_withdrawn_is_gone_with_the_next_request(cast: Cast, client_of: Sign) -> None:
    """The form was open already: what it sends is refused."""
    client, key = client_of(cast.anna, "en"), cast.terminals.id
    form = client.get(f"/opportunityview/edit/{key}")
    assert form.status_code == 200
    _profile(Opportunity={"read": "own"})
    assert client.post(f"/opportunityview/edit/{key}", data={"title": "x", "version": cast.terminals.version}).status_code == 403
    assert client.get(f"/opportunityview/show/{key}").status_code == 200
    _profile(Opportunity={})
    assert client.get(f"/opportunityview/show/{key}").status_code in (403, 404)
    db.session.expire_all()
    assert db.session.get_one(Opportunity, key).title == "Terminale do magazynu"


@pytest.mark.feature("E16")
def test_a_person_who_is_switched_off_gets_no_summary_that_waited(cast: Cast, app: Any) -> None:
    """Between the plan and the sending the person goes: the job finds nobody to write to."""
    from app.queries.summary import subscriptions

    assert cast.anna.id in {each.user_id for each in subscriptions()}
    users.update_user(cast.anna, {"active": False}, actor=SYSTEM)
    assert cast.anna.id not in {each.user_id for each in subscriptions()}
    gone = actor_of(db.session.get_one(User, cast.anna.id), db.session())
    assert gone.id is None and not gone.sees_all


def test_two_with_the_same_right_at_the_same_moment(cast: Cast, client_of: Sign) -> None:
    """Both had the page open; the second is told, and overwrites nothing."""
    key, version = cast.terminals.id, cast.terminals.version
    anna, claire = client_of(cast.anna, "en"), client_of(cast.claire, "en")
    asked = {"step": str(cast.terminals.step_id), "version": str(version), "owner": str(cast.anna.id)}
    first = anna.post(f"/opportunityview/edit/{key}", data={"title": "Of Anna", **asked})
    second = claire.post(f"/opportunityview/edit/{key}", data={"title": "Of Claire", **asked})
    assert first.status_code == 302 and second.status_code == 200 and "Somebody else changed this record" in second.get_data(as_text=True)
    db.session.expire_all()
    assert db.session.get_one(Opportunity, key).title == "Of Anna"
