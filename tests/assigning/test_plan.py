"""With many rows, whoever is also responsible for some finds theirs by indexes."""

import pytest
from sqlalchemy import select, text

from app.extensions import db
from app.models import Opportunity
from app.operations import records
from app.permissions.actor import SYSTEM
from app.permissions.rights import Action
from app.permissions.scope import held_by, rows
from tests.people import Cast, actor, make_opportunity

pytestmark = pytest.mark.database


def test_co_owners_find_theirs_by_indexes(cast: Cast) -> None:
    for number in range(3):
        deal = make_opportunity(f"Deal {number}", cast.olivia, cast.tom)
        records.update(deal, {"co_owners": [cast.anna]}, actor=SYSTEM)
    anna, table = actor(cast.anna), Opportunity.__table__
    names = [column.name for column in table.columns if column.name not in ("id", "public_ref", "owner_id", "team_id")]
    is_postgres = db.engine.dialect.name == "postgresql"
    series = "generate_series(1, 20000)" if is_postgres else "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n)"
    listed = ", ".join(names)
    numbers = "AS g(i)" if is_postgres else "AS g"
    many = f"INSERT INTO opportunity ({listed}, public_ref, owner_id, team_id) SELECT {listed}, 'r' || g.i, :tom, NULL"
    with db.engine.begin() as connection:
        connection.execute(
            text(f"{many} FROM opportunity, {series} {numbers} WHERE opportunity.id = :like"), {"tom": cast.tom.id, "like": cast.renewal.id}
        )
        connection.execute(text("ANALYZE"))
    conditions = [held_by(Opportunity, anna), rows(Opportunity, anna, Action.WRITE)]
    for condition in conditions:
        statement = select(table).where(condition)
        compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
        with db.engine.connect() as connection:
            assert len(connection.execute(statement).all()) == 4
            plan = "\n".join(str(tuple(row)) for row in connection.execute(text(f"{'EXPLAIN' if is_postgres else 'EXPLAIN QUERY PLAN'} {compiled}")))
        assert not is_postgres or "Seq Scan on opportunity " not in plan, plan  # SQLite weighs by owners, and here two have nearly all
