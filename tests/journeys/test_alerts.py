"""Anna works her alerts off with the keyboard alone: she takes one in charge, plans, dismisses; in Polish."""

from collections.abc import Callable
from datetime import datetime

import pytest

from app.domain.alerts import Rule
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import Alert, Opportunity
from app.operations.records import create
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.program import AGE, Kurier

pytestmark = [pytest.mark.database, PORTABLE]
TITLES = ("Kasy fiskalne", "Czytniki kodów", "Wagi sklepowe")


def _forgotten() -> list[int]:
    """Three opportunities of Anna's that nobody touches any more."""
    with acting(SYSTEM):
        like = db.session.query(Opportunity).filter_by(title="Terminale do magazynu").one()
        values = {"owner": like.owner, "account": like.account, "contacts": like.contacts}
        return [create(Opportunity, {**values, "title": title}, actor=SYSTEM).id for title in TITLES]


def _computed() -> list[int]:
    compute_alerts()
    with acting(SYSTEM):
        found = db.session.query(Alert).filter(Alert.rule == Rule.STAGNANT, Alert.ended_at.is_(None))
        return [each.id for each in found if each.opportunity and each.opportunity.title in TITLES]


def _press(anna: Desk, *keys: str) -> None:
    for key in keys:
        anna.page.keyboard.press(key)


def _choose(anna: Desk, alert: int) -> None:
    """Down the list with J until the alert has the focus, then Enter."""
    wanted = f"a.k-day[href*='item=x{alert}#']"
    for _ in range(60):
        anna.page.keyboard.press("j")
        if anna.page.evaluate("selector => document.activeElement.matches(selector)", wanted):
            break
    with anna.page.expect_navigation():
        anna.page.keyboard.press("Enter")
    anna.page.locator(f"form[action='/alerts/take/{alert}'], form[action='/alerts/snooze/{alert}']").first.wait_for()


@pytest.mark.feature("B20", "B22", "C20")
def test_alerts_are_worked_off_with_the_keyboard(kurier: Kurier, desk_of: Callable[..., Desk]) -> None:
    long_ago: datetime = clock.now() - AGE
    assert len(kurier.run(_forgotten, at=long_ago)) == 3
    first, second, third = kurier.run(_computed, at=clock.now())
    anna = desk_of("anna", "pl")
    anna.open("/today/")
    assert said("Alerts", "pl") in anna.page.locator("#group-alerts").inner_text()

    _choose(anna, first)
    anna.check_access()
    with anna.page.expect_navigation():
        _press(anna, "t")  # take in charge
    anna.page.goto(f"{anna.url}/alerts/?item=x{first}")
    assert said("you take care of it", "pl") in anna.text()

    anna.open("/today/")
    _choose(anna, second)
    _press(anna, "d")  # dismiss, and say why
    anna.tab_to("input[name=reason]")
    anna.page.keyboard.type("Klient wraca w styczniu")
    with anna.page.expect_navigation():
        _press(anna, "Enter")
    assert anna.page.locator(f"a.k-day[href*='item=x{second}#']").count() == 0

    anna.open("/today/")
    _choose(anna, third)
    anna.tab_to("aside .btn-primary")  # the first remedy: on to the next step
    with anna.page.expect_navigation():
        _press(anna, "Enter")
    assert anna.page.locator(f"a.k-day[href*='item=x{third}#']").count() == 0
    anna.open("/alerts/?shown=over")
    assert "Klient wraca w styczniu" in anna.text()
    assert said("Resolved", "pl") in anna.text()
