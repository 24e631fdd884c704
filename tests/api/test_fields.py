"""Fields that a profile hides or only shows: the API knows them as little as the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import AuditLine, Opportunity, Profile
from app.operations import records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from tests.api.conftest import Program
from tests.browsing import tells
from tests.people import Cast

pytestmark = pytest.mark.database
Make = Callable[..., Program]


@atomic
def rule(record_type: str, **rules: str) -> None:
    """In the profile of salespeople."""
    user = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(user, {"fields": {**user.fields, record_type: rules}}, actor=SYSTEM)


def _amount(item: Opportunity) -> Any:
    db.session.rollback()
    return db.session.get_one(Opportunity, item.id).amount


@pytest.mark.feature("A23")
def test_a_hidden_field_is_in_no_answer_and_answers_no_question(program_of: Make, cast: Cast) -> None:
    rule("Opportunity", amount="hidden")
    rule("Contact", addresses="hidden")
    program, deal = program_of(cast.anna), f"opportunity/{cast.terminals.id}"
    for path in (deal, "opportunity/", f"contact/{cast.katarzyna.id}"):
        text = program("GET", path).text
        assert not tells(text, 86_400) and "PLN" not in text and "k.dudek" not in text and '"amount"' not in text and '"addresses"' not in text
    for asked in ("?q=(filters:!((col:amount,opr:gt,value:1)))", "?q=(filters:!((col:currency,opr:eq,value:PLN)))", "?q=(order_column:amount)"):
        assert program("GET", f"opportunity/{asked}").status_code == 422
    assert "86400" in program_of(cast.ada)("GET", deal).text


@pytest.mark.feature("A24")
@pytest.mark.parametrize("how", ["hidden", "read"])
def test_a_forged_value_is_refused_and_on_record_even_the_one_that_stands_there(how: str, program_of: Make, cast: Cast) -> None:
    rule("Opportunity", amount=how)
    program, deal, before = program_of(cast.anna), f"opportunity/{cast.terminals.id}", _amount(cast.terminals)
    assert ("86400" in program("GET", deal).text) is (how == "read")
    for sent in ({"amount": 1}, {"amount": str(before)}, {"currency": "PLN"}, {"title": "New", "amount": None}):
        assert program("PUT", deal, sent).status_code == 403
    assert program("POST", "opportunity/", {"title": "New", "amount": 5}).status_code == 403
    assert program("PUT", deal, {"title": "Renamed"}).status_code == 200
    assert _amount(cast.terminals) == before
    assert len(db.session.scalars(select(AuditLine).where(AuditLine.action == "refuse_field")).all()) == 5
