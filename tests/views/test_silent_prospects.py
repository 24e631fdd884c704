"""A prospect with whom nothing happens: exactly one alert, kept for three months more or given up with one click, and what was said of it stays."""

from datetime import date, timedelta
from html import unescape

import pytest

from app.domain.alerts import AlertState, Rule
from app.domain.engagements import EngagementState, renewed_until
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import Alert, Engagement, TimelineEntry
from app.operations import opportunities, records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.browsing import Person, Sign
from tests.people import Cast, make_opportunity

pytestmark = pytest.mark.database


@atomic
def _prospect(cast: Cast, days: int, name: str = "Biuro Zawada") -> Engagement:
    """Of Anna, without a word for so many ``days``; nothing is being sold to its account."""
    item = records.create(
        Engagement, {"name": name, "state": EngagementState.PROSPECT, "account": cast.marie.accounts[0], "lead_contact": cast.marie, "owner": cast.anna},
        actor=SYSTEM,
    )
    item.last_activity_at = clock.now() - timedelta(days=days)
    db.session.flush()
    return item


def _alerts(item: Engagement) -> list[Alert]:
    db.session.rollback()
    return db.session.query(Alert).filter_by(engagement_id=item.id, rule=Rule.SILENT_PROSPECT, ended_at=None).all()


def _history(item: Engagement) -> list[str]:
    return [entry.body for entry in db.session.query(TimelineEntry).filter_by(engagement_id=item.id).order_by(TimelineEntry.id) if entry.body]


@pytest.mark.feature("B24", "B21", "B22")
def test_kept_for_three_months_more_with_one_click(cast: Cast, client_of: Sign) -> None:
    silent, fresh = _prospect(cast, 91), _prospect(cast, 90, "Biuro Nowe")
    compute_alerts()
    compute_alerts()
    (alert,) = _alerts(silent)
    assert _alerts(fresh) == []
    anna = Person(client_of(cast.anna, "en"))
    page = unescape(anna.get(f"/today/?item=x{alert.id}").text)
    assert "nothing happened for 91 days, and nothing is being sold" in page
    assert [name in page for name in ("Keep for 3 months more", "Add a report", "Give up")] == [True] * 3
    assert anna.post(f"/alerts/remedy/{alert.id}", remedy="renew", text="Wraca po wakacjach", back="today").status_code == 302
    db.session.refresh(silent)
    until = renewed_until(None, clock.now().date())
    assert silent.prospect_until is not None and abs((silent.prospect_until - until).days) <= 1, "her day may be another one than that of the test"
    assert db.session.get_one(Alert, alert.id).state is AlertState.RESOLVED and "Wraca po wakacjach" in _history(silent)
    compute_alerts()
    assert _alerts(silent) == []
    shown = unescape(anna.get(f"/engagementview/show/{silent.id}").text)
    assert "Wraca po wakacjach" in shown and "Kept as a prospect until" in shown
    with clock.frozen(clock.now() + timedelta(days=95)):
        compute_alerts()
        assert len(_alerts(silent)) == 1, "when the three months are over it is asked again"


@pytest.mark.feature("B24", "B22", "B10")
def test_given_up_or_reported_on(cast: Cast, client_of: Sign) -> None:
    lost, told = _prospect(cast, 100), _prospect(cast, 100, "Biuro Drugie")
    compute_alerts()
    anna = Person(client_of(cast.anna, "pl"))
    refused = anna.post(f"/alerts/remedy/{_alerts(lost)[0].id}", remedy="abandon", text=" ", back="today")
    assert refused.status_code == 409 and db.session.get_one(Engagement, lost.id).state is EngagementState.PROSPECT
    assert anna.post(f"/alerts/remedy/{_alerts(lost)[0].id}", remedy="abandon", text="Zamknęli firmę", back="today").status_code == 302
    assert anna.post(f"/alerts/remedy/{_alerts(told)[0].id}", remedy="report", text="Spotkanie w biurze", back="today").status_code == 302
    db.session.expire_all()
    assert (lost.state, told.state) == (EngagementState.ABANDONED, EngagementState.PROSPECT)
    assert "Zamknęli firmę" in _history(lost) and "Spotkanie w biurze" in _history(told)
    compute_alerts()
    assert _alerts(lost) == _alerts(told) == []


@pytest.mark.feature("B24")
def test_on_the_page_of_the_engagement_too(cast: Cast, client_of: Sign) -> None:
    item = _prospect(cast, 5)
    anna, tom = Person(client_of(cast.anna, "en")), Person(client_of(cast.tom, "en"))
    page = anna.get(f"/engagementview/show/{item.id}").text
    assert f'action="/engagementview/renew/{item.id}"' in page and f'action="/engagementview/abandon/{item.id}"' in page
    assert tom.post(f"/engagementview/renew/{item.id}", comment="x").status_code == 404
    assert anna.post(f"/engagementview/renew/{item.id}", comment="Po targach").status_code == 302
    first = db.session.get_one(Engagement, item.id).prospect_until
    assert first is not None
    assert anna.post(f"/engagementview/renew/{item.id}").status_code == 302
    db.session.expire_all()
    assert item.prospect_until == renewed_until(first, first), "three months after its date, not after today"
    assert anna.post(f"/engagementview/abandon/{item.id}", reason="Bez budżetu").status_code == 302
    assert f'action="/engagementview/renew/{item.id}"' not in anna.get(f"/engagementview/show/{item.id}").text


@pytest.mark.feature("B20", "B23")
def test_who_is_told_and_when_it_is_over(cast: Cast, client_of: Sign) -> None:
    item = _prospect(cast, 200)
    compute_alerts()
    (alert,) = _alerts(item)
    seen = {
        name: f"x{alert.id}" in client_of(getattr(cast, name), "en").get("/alerts/").text for name in ("anna", "claire", "jean", "tom", "ada")
    }
    assert seen == {"anna": True, "claire": True, "jean": False, "tom": False, "ada": True}, "its owner, the manager, an administrator"
    sale = make_opportunity("Nowa próba", cast.marie, cast.jean)
    compute_alerts()
    assert _alerts(item) == [], "something is being sold to the account"
    opportunities.lose(sale, reason="Prix", actor=SYSTEM)
    compute_alerts()
    assert len(_alerts(item)) == 1
    records.update(item, {"state": EngagementState.ACTIVE}, actor=SYSTEM)
    compute_alerts()
    assert _alerts(item) == []


@pytest.mark.parametrize(("before", "today", "until"), [
    (None, date(2026, 11, 30), date(2027, 2, 28)), (date(2026, 12, 15), date(2026, 11, 30), date(2027, 3, 15)),
    (date(2026, 1, 1), date(2026, 11, 5), date(2027, 2, 5)), (None, date(2023, 11, 30), date(2024, 2, 29)),
])
def test_three_months(before: date | None, today: date, until: date) -> None:
    assert renewed_until(before, today) == until
