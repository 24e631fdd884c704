"""Alerts in the morning email: as many as the page says, ten of them and the way to all."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.alerts import Rule
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import AlertSetting, SummarySubscription, User
from app.models.summaries import Edition
from app.operations import records
from app.operations.transaction import atomic
from app.outbound.summary import prepare
from app.permissions.actor import SYSTEM, acting
from app.queries import summary as queries
from app.support import clock
from tests.people import Cast, make_opportunity
from tests.summary.week import HALF_PAST_SEVEN, TUESDAY

pytestmark = pytest.mark.database


@atomic
def _forgotten(cast: Cast, count: int) -> None:
    cast.anna.language = cast.tom.language
    for number in range(count):
        item = make_opportunity(f"Forgotten {number:02}", cast.katarzyna, cast.anna)
        item.step_entered_at = item.last_activity_at = HALF_PAST_SEVEN - timedelta(days=40 + number)
    for item in (cast.terminals, cast.traceability, cast.labellers, cast.renewal):
        item.step_entered_at = item.last_activity_at = HALF_PAST_SEVEN


def _mail(user: User) -> tuple[str, str]:
    with acting(SYSTEM):
        subscription = db.session.query(SummarySubscription).filter_by(user_id=user.id, edition=Edition.MINE).one()
        mail = prepare(subscription, TUESDAY).mail
        assert mail is not None
        return mail.text, mail.html


def _count(text: str) -> int:
    found = re.search(r"(\d+) alert", text)
    assert found is not None, text
    return int(found[1])


@pytest.mark.feature("C47", "B20")
def test_the_email_and_the_page_count_the_same_alerts(cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        _forgotten(cast, 7)
        compute_alerts()
        text, html = _mail(cast.anna)
        page = client_of(cast.anna, "en").get("/summary/").get_data(as_text=True)
        day = client_of(cast.anna, "en").get("/today/").get_data(as_text=True)
    listed = text.partition("ALERTS")[2].partition("\n\n")[0]
    assert _count(text.partition("ALERTS")[2]) == 14
    assert len(re.findall(r"^\d+\. Forgotten", listed, re.MULTILINE)) == 10
    assert re.findall(r"^\d+\. (.+)$", listed, re.MULTILINE)[0] == "Forgotten 06"
    assert "See all 14 alerts: http" in listed
    assert "/alerts/" in listed
    assert "See all 14 alerts" in html
    assert "14 alerts" in page
    assert re.search(r'id="group-alerts">[^<]*<span class="k-count">14<', day)


def test_what_the_administrator_leaves_out_of_the_email_is_left_out(cast: Cast) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        _forgotten(cast, 3)
        compute_alerts()
        assert queries.of(cast.anna, Edition.MINE, TUESDAY).alerts.count == 6  # type: ignore[union-attr]
        setting = db.session.query(AlertSetting).filter_by(rule=Rule.STAGNANT).one()
        records.update(setting, {"is_mailed": False}, actor=SYSTEM)
        assert queries.of(cast.anna, Edition.MINE, TUESDAY).alerts.count == 3  # type: ignore[union-attr]
