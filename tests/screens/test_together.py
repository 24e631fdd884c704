"""Notes that name colleagues, work asked of them, and what follows a closed opportunity: by the keyboard, and announced."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models import Opportunity
from app.operations import opportunities
from app.permissions.actor import SYSTEM, Level, acting
from tests.promises.firm import Records
from tests.screens.conftest import Gallery

pytestmark = [pytest.mark.portable("what the browser does")]
Tab = Callable[..., Page]


@pytest.fixture
def tab(gallery: Gallery) -> Tab:
    return lambda path, level=Level.USER: gallery.hang(level, "en", path)


def _press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.feature("B11", "B16")
def test_a_colleague_is_named_by_the_keyboard_and_sees_it(tab: Tab, firm: Records) -> None:
    record = f"/opportunityview/show/{firm.keys['Opportunity']['own']}"
    page = tab(record)
    text, names = page.get_by_role("textbox", name="Text of the entry"), page.get_by_role("listbox", name="Colleagues")
    text.press_sequentially("The price is set, @ad")
    expect(names.get_by_role("option")).to_have_count(1)
    expect(names.get_by_role("option", selected=True)).to_contain_text("Ada Nowak")
    expect(text).to_have_attribute("aria-activedescendant", "mention-0")
    expect(page.locator("[data-say]")).to_have_text("Suggestions: 1. Choose with the arrow keys, take with Enter.")
    page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    expect(text).to_be_focused()
    text.press_sequentially("a")
    page.get_by_role("option", name="Ada Nowak").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(text).to_have_value("The price is set, @Ada Nowak ")
    text.press_sequentially("and @qqq")
    expect(page.locator("[data-say]")).to_have_text("Nobody of that name.")
    _press(page, "Control+Enter")
    expect(page.locator("main")).to_contain_text("Informed: Ada Nowak (not seen yet)")

    hers = tab("/colleagues/", Level.ADMINISTRATOR)
    expect(hers.get_by_role("region", name="What I was told")).to_contain_text("The price is set")
    tab(record, Level.ADMINISTRATOR)
    expect(hers.locator("form[data-seen]")).to_be_hidden()
    tab("/colleagues/", Level.ADMINISTRATOR)
    expect(hers.get_by_role("button", name="I have seen it")).to_have_count(0)
    tab(record)
    expect(page.locator("main")).to_contain_text("Informed: Ada Nowak (seen")


@pytest.mark.feature("B11")
def test_work_is_asked_of_a_colleague_who_is_searched_for(tab: Tab, firm: Records) -> None:
    page = tab(f"/opportunityview/show/{firm.keys['Opportunity']['own']}")
    page.get_by_role("textbox", name="Text of the entry").fill("Check the contract, please.")
    page.locator(".k-asking summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    who = page.get_by_role("combobox", name="Who does it")
    expect(who).to_be_focused()
    who.press_sequentially("nowak")
    expect(page.get_by_role("option", name="Ada Nowak")).to_be_visible()
    expect(who).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(who).to_have_value("Ada Nowak")
    page.get_by_role("button", name="Add to the history").focus()
    _press(page, "Enter")
    expect(page.locator(".k-line article").first).to_contain_text("Ada Nowak")
    tab("/colleagues/")
    expect(page.get_by_role("region", name="What I asked for")).to_contain_text("Check the contract, please.")


@pytest.mark.feature("C49")
def test_a_follow_up_is_begun_by_the_keyboard(tab: Tab, bare_app: Flask, firm: Records) -> None:
    key = firm.keys["Opportunity"]["own"]
    with bare_app.app_context(), acting(SYSTEM):
        opportunities.win(db.session.get_one(Opportunity, key), actor=SYSTEM)
    page = tab(f"/opportunityview/show/{key}")
    expect(page.get_by_role("region", name="Tasks")).not_to_contain_text("Ring them up")
    page.locator("summary", has_text="Follow up").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Process")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Start the follow-up")).to_be_focused()
    _press(page, "Enter")
    expect(page.get_by_role("region", name="Tasks")).to_contain_text("Ring them up")
