"""A standby ends when its moment comes, once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.opportunities import Status
from app.extensions import db
from app.jobs import reminders
from app.models import Opportunity, TimelineEntry
from app.operations.opportunities import cancel, put_on_standby
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.people import Cast


def woken() -> int:
    query = select(func.count()).select_from(TimelineEntry).where(TimelineEntry.code == "woken_by_reminder")
    return db.session.scalar(query) or 0


@pytest.mark.feature("C23")
def test_it_wakes_at_its_moment_and_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 1)
    until = clock.now() + timedelta(hours=1)
    for item in (cast.terminals, cast.labellers, cast.renewal):
        put_on_standby(item, until, actor=SYSTEM)
    put_on_standby(cast.traceability, until + timedelta(days=1), actor=SYSTEM)
    cancel(cast.renewal, reason="No budget", actor=SYSTEM)
    assert reminders.wake_due() == 0
    with clock.frozen(until + timedelta(seconds=1)):
        assert reminders.wake_due() == 2
        assert reminders.wake_due() == 0
    db.session.expire_all()
    states = [db.session.get_one(Opportunity, item.id).status for item in (cast.terminals, cast.labellers)]
    assert states == [Status.TODO, Status.TODO]
    assert cast.terminals.woken_at is not None
    assert cast.traceability.status is Status.STANDBY
    assert cast.renewal.status is Status.CANCELLED
    assert woken() == 2
