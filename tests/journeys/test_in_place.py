"""A value changed in a list and on a record's page with the keyboard alone; and who else is there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Opportunity, User
from app.operations import records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]


@atomic
def _one(*, actor: Actor) -> int:
    owner = db.session.query(User).filter_by(username="tom").one()
    return records.create(Opportunity, {"title": "Ice machines", "owner": owner, "amount": 1200}, actor=actor).id


@pytest.mark.feature("C26", "C28")
def test_a_value_is_changed_with_the_keyboard_and_taken_back(kurier: Kurier, desk_of: Desks) -> None:
    kurier.run(lambda: _one(actor=SYSTEM), at=clock.now())
    tom = desk_of("tom")
    page = tom.page
    tom.open("/opportunityview/list/?_flt_2_title=Ice")
    row = page.locator("tr[data-fresh]")
    expect(row.locator("[data-in-place][tabindex='0']")).to_have_count(1)
    row.locator("[data-in-place]").first.focus()
    for _ in range(3):  # account, status, step, amount
        page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_contain_text("1,200")
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Ice machines: change Amount")
    expect(form.get_by_role("textbox", name="Amount")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("much")
    page.keyboard.press("Enter")
    expect(form.get_by_role("textbox", name="Amount")).to_have_attribute("aria-invalid", "true")
    tom.check_access()
    page.keyboard.press("Control+a")
    page.keyboard.type("1500")
    page.keyboard.press("Enter")
    expect(form).to_have_count(0)
    expect(page.locator(":focus")).to_contain_text("1,500")
    expect(page.locator("[data-say]")).to_contain_text("Ice machines: Amount is now")
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").press("Enter")
    expect(row).to_contain_text("1,200")


@pytest.mark.feature("C28")
def test_a_status_is_changed_on_the_page_and_another_person_is_named(desk_of: Desks) -> None:
    tom, ada = desk_of("tom"), desk_of("ada")
    tom.open("/opportunityview/list/?_flt_2_title=Ice")
    tom.follow(tom.page.get_by_role("link", name="Ice machines", exact=True))
    where = tom.page.url.removeprefix(tom.url)
    ada.open(where)
    expect(ada.page.locator("[data-here]")).to_contain_text("Tom Baker")
    status = tom.page.locator(".k-facts [data-in-place]").first
    status.press("Enter")
    choice = tom.page.locator("dialog[open] select")
    expect(choice).to_be_focused()
    choice.select_option("lost")
    tom.page.get_by_role("textbox", name="Reason").fill("Too dear")
    tom.page.keyboard.press("Enter")
    expect(status).to_contain_text("Lost")
