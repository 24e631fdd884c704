"""Many records at once, with the keyboard: how many, what, how far, and back; the worker goes on when nobody looks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Contact, User
from app.operations import records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.journeys.desk import Desk
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database]
Desks = Callable[..., Desk]
COUNT = 120


@atomic
def _people() -> None:
    ada = db.session.query(User).filter_by(username="ada").one()
    for n in range(COUNT):
        records.create(Contact, {"first_name": "Visitor", "last_name": f"Fair {n:03}", "owner": ada}, actor=SYSTEM)


@pytest.mark.feature("C36")
def test_a_hundred_and_twenty_are_archived_and_come_back(kurier: Kurier, desk_of: Desks) -> None:
    kurier.run(_people, at=clock.now())
    ada = desk_of("ada")
    page = ada.page
    ada.open("/contactview/list/?_flt_2_last_name=Fair")
    ada.tab_to("[data-pick-all]")
    page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_have_text("25 selected")
    ada.tab_to(".k-bulk a")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(f"{COUNT} records are changed.")
    ada.check_access()
    page.get_by_label("What to change").select_option(label="Archive")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Continue").press("Enter")
    page.get_by_role("button", name=f"Archive {COUNT} records").press("Enter")
    page.wait_for_url("**/bulk/*")
    here = page.url
    page.close()  # nobody looks: the worker goes on
    ada = desk_of("ada")
    page = ada.page
    page.goto(here)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", str(COUNT))
    expect(page.get_by_role("status").filter(has_text=f"Done: {COUNT} of {COUNT}.")).to_be_visible()
    ada.check_access()
    page.get_by_role("button", name="Take it back").press("Enter")
    page.wait_for_url(lambda url: url != here)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", str(COUNT))
    ada.open("/contactview/list/?_flt_2_last_name=Fair")
    assert page.locator(".k-head [role=status]").inner_text() == f"{COUNT} records"
