"""Whose records are reached follows who is in a team and who has a role, at once; and an index finds them."""

import re
from typing import Any

import pytest
from sqlalchemy import select, text

from app.domain.rights import Action
from app.extensions import db
from app.models import Opportunity, TeamMembership
from app.operations import records
from app.operations.profiles import change_role
from app.permissions.actor import SYSTEM
from app.permissions.scope import rows
from tests.people import Cast
from tests.permissions.test_engine import actor, change, give, person, profile, role, titles

pytestmark = pytest.mark.database


@pytest.mark.feature("C7")
def test_who_comes_into_a_team_or_leaves_it_counts_at_once(cast: Cast) -> None:
    assert "Stone renewal" not in titles(cast.claire)
    seat = records.create(TeamMembership, {"team_id": cast.north.id, "user_id": cast.tom.id}, actor=SYSTEM)
    assert "Stone renewal" in titles(cast.claire), "it is of South, but its owner is one of hers"
    records.delete(seat, actor=SYSTEM)
    assert "Stone renewal" not in titles(cast.claire)


def test_who_gets_another_role_is_reached_by_it_or_not_at_once(cast: Cast) -> None:
    change_role(role("Telesales"), {"above": role("After-sales")}, actor=SYSTEM)
    after_sales = profile("after_sales")
    change(after_sales, actions={**after_sales.actions, "Opportunity": {"read": "below"}})
    above, below = person("Hugo", "After-sales", []), person("Tess", "Telesales", [])
    change(cast.renewal, owner=below, team=None)
    assert titles(above) == {"Stone renewal"}
    give(below, "Accounting")
    assert titles(above) == set(), "a role that stands elsewhere"
    give(below, "Telesales")
    assert titles(above) == {"Stone renewal"}


def test_what_a_manager_reaches_is_found_by_indexes(cast: Cast) -> None:
    """The plan, not the time: two indexes side by side, of owners and of teams."""
    table: Any = Opportunity.__table__
    asked = select(table.c.id, table.c.description).where(rows(Opportunity, actor(cast.claire), Action.READ))
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))  # of a dozen rows it would read the whole table, rightly
    word = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    plain = asked.compile(connection, compile_kwargs={"literal_binds": True})
    plan = "\n".join(str(line[-1]) for line in connection.exec_driver_sql(f"{word} {plain}"))
    assert re.search("ix_opportunity_(of_owner|owner_status)", plan) and re.search("ix_opportunity_(of_team|team_status)", plan), plan
