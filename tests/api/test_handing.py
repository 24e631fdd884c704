"""Whose a record is, for programs: take, release, give and co-owners, with the rights of the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain.rights import Assigning
from app.extensions import db
from app.models import AuditLine, Opportunity
from app.operations.transaction import atomic, record
from app.operations.users import the_firm
from app.permissions.actor import SYSTEM
from tests.api.conftest import Program
from tests.people import Cast

pytestmark = [pytest.mark.database, pytest.mark.feature("A11", "E31")]
Make = Callable[..., Program]


def owner_of(item: Opportunity) -> int | None:
    db.session.rollback()
    return db.session.get_one(Opportunity, item.id, populate_existing=True).owner_id


def result(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = answer.get_json()["result"]
    return found


@atomic
def let_give(whom: Assigning) -> None:
    firm = the_firm()
    firm.assigning = whom
    record(SYSTEM, "update", firm)


def test_a_record_goes_round_and_its_history_says_so(program_of: Make, cast: Cast) -> None:
    anna, jean, deal = program_of(cast.anna), program_of(cast.jean), f"opportunity/{cast.terminals.id}"
    given = anna("POST", f"{deal}/give", {"to": {"user": cast.jean.id}, "note": "Part of Brittany"})
    assert given.json == {"id": cast.terminals.id}, "it is not Anna's to see any more"
    assert owner_of(cast.terminals) == cast.jean.id
    assert jean("POST", f"{deal}/release").status_code == 200 and owner_of(cast.terminals) is None
    taken = anna("POST", f"{deal}/take")
    assert result(taken)["owner"] == {"id": cast.anna.id, "name": "Anna Wiśniewska"}
    assert jean("POST", f"{deal}/take").status_code in (404, 409)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action.in_(("give", "release", "take"))).order_by(AuditLine.id)).all()
    assert [(each.action, each.actor_name) for each in lines] == [
        ("give", "Anna Wiśniewska (Export)"), ("release", "Jean Lefèvre (Export)"), ("take", "Anna Wiśniewska (Export)"),
    ]
    assert lines[0].after["note"] == "Part of Brittany"


def test_giving_is_refused_as_on_the_pages(program_of: Make, cast: Cast) -> None:
    anna, deal = program_of(cast.anna), f"opportunity/{cast.terminals.id}"
    for body in ({}, {"to": 7}, {"to": {"user": 999_999}}, {"to": {"team": "x"}}, {"to": {"user": cast.jean.id}, "status": "won"},
                 {"to": {"user": cast.jean.id}, "note": 5}):
        assert anna("POST", f"{deal}/give", body).status_code == 422, body
    assert anna("POST", f"opportunity/{cast.renewal.id}/give", {"to": {"user": cast.anna.id}}).status_code == 404
    assert program_of(cast.anna, Opportunity="read")("POST", f"{deal}/give", {"to": {"user": cast.jean.id}}).status_code == 403
    let_give(Assigning.MANAGERS)
    assert anna("POST", f"{deal}/give", {"to": {"user": cast.jean.id}}).status_code == 422, "nobody to whom she may give"
    assert anna("PUT", deal, {"co_owners": [cast.jean.id]}).status_code == 403
    assert owner_of(cast.terminals) == cast.anna.id


def test_several_people_are_responsible(program_of: Make, cast: Cast) -> None:
    anna, tom, deal = program_of(cast.anna), program_of(cast.tom), f"opportunity/{cast.terminals.id}"
    assert tom("GET", deal).status_code == 404
    assert anna("PUT", deal, {"co_owners": [cast.tom.id]}).status_code == 403, "of another team, in a new firm"
    let_give(Assigning.EVERYBODY)
    assert result(anna("PUT", deal, {"co_owners": [cast.tom.id]}))["co_owners"] == [{"id": cast.tom.id, "name": "Tom Baker"}]
    assert result(tom("GET", deal))["co_owners"] == [{"id": cast.tom.id, "name": "Tom Baker"}]
    assert tom("PUT", deal, {"co_owners": []}).status_code == 200 and tom("GET", deal).status_code == 404
    assert anna("PUT", deal, {"co_owners": [999_999]}).status_code == 422
