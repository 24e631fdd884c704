"""What drags on: a list of its own, the oldest first, with the days."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.domain.opportunities import Status
from app.extensions import db
from app.models import Opportunity
from app.operations import opportunities
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.queries.opportunities import steps_on_offer, too_long_in_step
from app.support import clock
from tests.people import Cast

pytestmark = [pytest.mark.database, pytest.mark.feature("C44")]
Client = Callable[..., FlaskClient]
URL = "/opportunityview/list/?stagnant=1"


@atomic
def rest(item: Opportunity, days: float) -> None:
    item.step_entered_at = clock.now() - timedelta(days=days)
    db.session.flush()


def titles(client: FlaskClient, url: str = URL) -> list[str]:
    found = re.findall(r"Terminale do magazynu|Traçabilité ligne 3|Étiqueteuses 2027|Balances 2025|Stone renewal", client.get(url).text)
    return list(dict.fromkeys(found))


def test_the_oldest_first_with_its_days(cast: Cast, client_of: Client) -> None:
    limit = cast.traceability.step.max_days
    rest(cast.traceability, limit + 3)
    rest(cast.terminals, limit + 30)
    rest(cast.labellers, limit - 1)
    rest(cast.renewal, limit + 9)
    rest(cast.scales, limit + 99)  # won
    ada, claire, jean = client_of(cast.ada, "en"), client_of(cast.claire, "en"), client_of(cast.jean, "en")
    assert titles(ada) == ["Terminale do magazynu", "Stone renewal", "Traçabilité ligne 3"]
    assert titles(claire) == ["Terminale do magazynu", "Traçabilité ligne 3"]
    assert titles(jean) == ["Traçabilité ligne 3"]
    page = jean.get(URL).text
    assert "Days in the step" in page and f">{limit + 3}<" in page
    assert titles(jean, "/opportunityview/export.csv?stagnant=1") == ["Traçabilité ligne 3"]
    assert "stagnant=1" in jean.get("/opportunityview/list/").text
    opportunities.put_on_standby(cast.terminals, clock.now() + timedelta(days=2), actor=SYSTEM)
    assert Status.STANDBY is cast.terminals.status and "Terminale do magazynu" in titles(ada), "asleep it drags on all the same"


def test_an_index_gives_the_order(cast: Cast, statements: list[str], client_of: Client) -> None:
    ada = client_of(cast.ada)
    ada.get(URL)
    statements.clear()
    assert ada.get(URL).status_code == 200 and len(statements) <= 10
    wanted = db.session.query(Opportunity.id).filter(too_long_in_step(steps_on_offer()), Opportunity.archived_at.is_(None))
    ordered = wanted.order_by(Opportunity.step_entered_at, Opportunity.id).limit(26).statement
    if db.engine.dialect.name == "sqlite":
        sql = str(ordered.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = " ".join(row[3] for row in db.session.connection().execute(text("EXPLAIN QUERY PLAN " + sql.replace(":", "\\:"))))
        assert "ix_opportunity_by_entered" in plan and "TEMP B-TREE" not in plan, plan
