"""The day on a telephone of 360 pixels, with a finger: nothing scrolls sideways, everything is large enough to touch."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import PORTABLE, Desk
from tests.journeys.program import Kurier
from tests.servers.browser import PATIENCE, Browser

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]
WIDTH = 360


@pytest.fixture
def telephone(kurier: Kurier, desk_of: Desks, browser: Browser) -> Desk:
    desk_of("tom")
    context = browser.playwright.new_context(
        viewport={"width": WIDTH, "height": 740}, has_touch=True, is_mobile=True, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies(kurier.cookies["tom"])
    return Desk(context.new_page(), kurier.url)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, page.url


@pytest.mark.feature("C36")
def test_the_core_tasks_fit_a_telephone(telephone: Desk, kurier: Kurier) -> None:
    page = telephone.page
    telephone.open("/today/")
    fits(page)
    bar = page.get_by_role("navigation", name="Shortcuts")
    bar.get_by_role("link", name="Opportunities").tap()
    page.wait_for_url("**/opportunityview/list/")
    fits(page)
    page.get_by_role("link", name="New opportunity").tap()
    page.fill("#title", "Pallet scales for the yard")
    fits(page)
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pallet scales for the yard")
    fits(page)
    page.locator(".k-compose label", has_text="Call").tap()
    page.get_by_role("textbox", name="Text of the entry").fill("He calls back on Monday.")
    page.get_by_role("button", name="Add to the history").tap()
    expect(page.locator(".k-line article").first).to_contain_text("He calls back on Monday.")
    fits(page)
    page.locator(".k-steps button").first.tap()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    fits(page)
    page.locator("summary[data-key=w]").tap()
    fits(page)
    page.get_by_role("button", name="Close as won").tap()
    expect(page.locator("main > [role=status]").first).to_contain_text("Pallet scales for the yard is won.")
    bar.get_by_role("button", name="Search").tap()
    page.get_by_role("textbox", name="Search everywhere").fill("olivia")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="Olivia Stone").first.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Olivia Stone")
    fits(page)
    assert page.locator("a[href^='mailto:']").count()
    telephone.check_access()
    page.context.close()


@pytest.mark.feature("C36")
def test_the_other_pages_of_the_day_fit_too(telephone: Desk) -> None:
    """And a task is written and done, with a finger."""
    page = telephone.page
    for path in ("/board/", "/opportunityview/list/?layout=extended", "/taskview/list/", "/accountview/list/", "/alerts/", "/incomingmail/", "/results/",
                 "/summary/", "/activity/", "/colleagues/", "/me/", "/contactview/add"):
        telephone.open(path)
        fits(page)
    telephone.open("/taskview/add")
    page.fill("#title", "Order the scales")
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Order the scales")
    fits(page)
    page.get_by_role("button", name="Mark as done").first.tap()
    expect(page.get_by_role("main")).to_contain_text("Done")
    page.context.close()
