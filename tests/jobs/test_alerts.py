"""Alerts raised and closed by the job: each rule once for each subject, gone with its cause, never twice, never half."""

from datetime import timedelta

import pytest

from app.domain.alerts import AlertState, Rule
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import Alert, Opportunity
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.support import clock
from tests.people import Cast, actor

pytestmark = pytest.mark.database


def live(rule: Rule | None = None) -> list[Alert]:
    found = db.session.query(Alert).filter(Alert.ended_at.is_(None)).order_by(Alert.id)
    return [each for each in found if rule in (None, each.rule)]


@atomic
def since(item: Opportunity, days: float, *columns: str) -> None:
    """The columns of ``item`` say that it was so many days ago."""
    for column in columns:
        setattr(item, column, clock.now() - timedelta(days=days))


def test_an_opportunity_left_alone_is_told_once_and_no_longer_when_somebody_cares(cast: Cast) -> None:
    since(cast.terminals, 8, "last_activity_at")
    assert compute_alerts() >= 1
    (found,) = live(Rule.UNTOUCHED)
    assert (found.opportunity_id, found.user_id, found.state) == (cast.terminals.id, cast.anna.id, AlertState.OPEN)
    assert compute_alerts() == 0
    assert len(live(Rule.UNTOUCHED)) == 1
    write_note(cast.terminals, "Zadzwoniłam.", actor=actor(cast.anna))
    compute_alerts()
    assert live(Rule.UNTOUCHED) == []
    db.session.refresh(found)
    assert found.state is AlertState.AUTO_CLOSED
