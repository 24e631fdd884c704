"""The daily journeys with the keyboard alone: what has the focus, by role, name and state, and what is announced after each step.

Moving an opportunity is in ``test_board.py``. The same steps to be heard with NVDA: docs/screen_reader.md.
"""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models import Task
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk
from tests.journeys.program import Kurier
from tests.people import PASSWORD

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]

STRANGER = """\
From: Peter Vane <peter@vane.example>
To: Tom Baker <tom@grandouest.example>
Delivered-To: {crm}
Subject: Two checkweighers
Message-ID: <two-checkweighers@vane.example>
Date: Fri, 20 Nov 2026 09:00:00 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Good morning, what would two checkweighers cost?
"""


def focus(page: Page) -> str:
    """What a screen reader says of the place that has the focus: role, name, state, value."""
    return page.locator(":focus").aria_snapshot()


def described(page: Page) -> str:
    """The words that ``aria-describedby`` of that place leads to."""
    return str(page.evaluate(
        "(document.activeElement.getAttribute('aria-describedby') ?? '').split(' ').map(id => document.getElementById(id)?.innerText ?? '').join(' ').trim()"
    ))  # fmt: skip


def announced(page: Page) -> str:
    """What stands in the places that announce themselves."""
    return " ".join(text for text in page.locator("[role=status], [role=alert]").all_inner_texts() if text.strip())


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.feature("A1")
def test_signing_in(desk_of: Desks) -> None:
    page = (desk := desk_of()).page
    desk.open("/login/")
    order = [focus(page)]
    while 'button "Sign in"' not in "".join(order):
        press(page, "Tab")
        order.append(focus(page))
    assert [each.partition(" ")[2] for each in order] == [
        'textbox "User name or email address"', 'textbox "Password"', 'button "Show"', 'button "Sign in"',
    ]  # fmt: skip
    desk.tab_to("#username")
    page.keyboard.type("tom")
    press(page, "Tab")
    page.keyboard.type("not his password")
    with page.expect_navigation():
        press(page, "Enter")
    assert announced(page)
    desk.tab_to("#password")
    page.keyboard.type(PASSWORD)
    if not page.input_value("#username"):
        desk.tab_to("#username")
        page.keyboard.type("tom")
    with page.expect_navigation():
        press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    press(page, "Tab")
    assert focus(page).startswith('- link "Skip to the content"')
    press(page, "Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.feature("C18", "C36")
def test_a_record_with_two_errors(desk_of: Desks) -> None:
    page = (desk := desk_of("tom")).page
    desk.open("/opportunityview/list/")
    press(page, "n")
    page.wait_for_url("**/opportunityview/add")
    desk.tab_to("#probability")
    assert re.match('- (spinbutton|textbox) "Probability"', focus(page))
    assert described(page) == "Percent; empty: that of the step"
    page.keyboard.type("abc" if "textbox" in focus(page) else "700")
    with page.expect_navigation():
        press(page, "Control+Enter")
    assert page.title().startswith("2 errors: ")
    assert focus(page).startswith("- alert:")
    assert "Not saved: 2 fields need a correction" in focus(page)
    press(page, "Tab", "Enter")
    assert focus(page).startswith('- textbox "Title (required)"') and "[invalid]" in focus(page) or page.locator(":focus").get_attribute("aria-invalid")
    assert described(page)
    page.keyboard.type("Two dock scales")
    desk.tab_to("#probability")
    assert page.locator(":focus").get_attribute("aria-invalid") == "true"
    press(page, "Control+a")
    page.keyboard.type("70")
    with page.expect_navigation():
        press(page, "Control+Enter")
    assert "Saved." in announced(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Two dock scales")
    assert desk.fact("Probability") == "70%"


@pytest.mark.feature("D10")
def test_finding_a_contact(desk_of: Desks) -> None:
    page = (desk := desk_of("tom")).page
    desk.open("/today/")
    press(page, "Control+k")
    assert focus(page).startswith('- textbox "Search everywhere"')
    expect(page.get_by_role("dialog", name="Search or do")).to_be_visible()
    page.keyboard.type("oliv stone")
    with page.expect_navigation():
        press(page, "Enter")
    link = page.get_by_role("main").get_by_role("link", name="Olivia Stone").first
    for _ in range(80):
        press(page, "Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    assert 'link "Olivia Stone' in focus(page)
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Olivia Stone")


@pytest.mark.feature("C20", "C23")
def test_logging_a_call(kurier: Kurier, desk_of: Desks) -> None:
    page = (desk := desk_of("tom")).page
    desk.open(kurier.pages["Stone renewal"])
    press(page, "r")
    assert focus(page).startswith('- textbox "Text of the entry"')
    assert page.get_by_role("radio", name="Call").is_checked()
    page.keyboard.type("She wants the offer by Friday.")
    with page.expect_navigation():
        press(page, "Control+Enter")
    assert "Saved." in announced(page)
    first = page.locator(".k-line > li article").first
    assert "She wants the offer by Friday." in first.inner_text() and "Tom Baker" in first.get_by_role("heading", level=4).inner_text()


@pytest.mark.feature("C20", "C23")
def test_a_call_of_the_day_plans_the_next_one_with_one_press(kurier: Kurier, desk_of: Desks) -> None:
    page = (desk := desk_of("tom")).page
    desk.open("/today/")
    press(page, "r")
    page.keyboard.type("They decide next week.")
    desk.tab_to(".k-quick button:last-child")
    assert focus(page).startswith('- button "in a week"')
    press(page, "Enter")
    assert page.get_by_role("button", name="in a week").get_attribute("aria-pressed") == "true"
    assert page.get_by_label("Next step", exact=True).input_value() == "call"
    day = date.fromisoformat(page.locator("input[name=next_on]").input_value())
    with page.expect_navigation():
        press(page, "Control+Enter")
    assert "The call is in the history." in announced(page)
    planned = kurier.run(lambda: [task.due_at for task in db.session.query(Task).filter(Task.title.startswith("Make a call: "))], at=clock.now())
    assert day in [each.date() for each in planned if each is not None]


@pytest.mark.feature("C22", "C39")
def test_a_held_mail_is_found_and_released(kurier: Kurier, desk_of: Desks) -> None:
    page = (desk := desk_of("tom")).page
    (kurier.home / "inbox" / "stranger.eml").write_text(STRANGER.format(crm=kurier.crm["tom"]), encoding="utf-8")
    desk.wait_for("Two checkweighers", "/incomingmail/")
    listed = page.get_by_role("region", name="To decide").get_by_role("listitem").filter(has_text="Two checkweighers")
    assert "Held" in listed.inner_text(), "the state is a word"
    link = listed.get_by_role("link", name="Two checkweighers", exact=True)
    for _ in range(120):
        press(page, "Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two checkweighers")
    desk.tab_to("form[action*='/create/'] button, summary:has(+ form[action*='/create/'])")
    press(page, "Enter")
    if page.locator("details[open] form[action*='/create/']").count():
        desk.tab_to("form[action*='/create/'] button")
        press(page, "Enter")
    page.wait_for_load_state()
    expect(page.locator("[role=status]").filter(has_text=re.compile(r"\S")).first).to_be_visible()
    desk.open("/opportunityview/list/")
    assert "Two checkweighers" in desk.text()


def test_the_list_of_keys(desk_of: Desks) -> None:
    page = (desk := desk_of("tom")).page
    desk.open("/today/")
    press(page, "?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    assert focus(page).startswith('- button "Close"')
    desk.check_access()
    desk.tab_to("[data-keys-on]")
    press(page, "Space", "Escape")
    expect(keys).to_be_hidden()
    press(page, "n")
    assert page.url.endswith("/today/"), "single letters are off"
    page.evaluate("document.cookie = 'keys=on;path=/'")


@pytest.mark.feature("C20")
def test_what_was_done_is_taken_back(kurier: Kurier, desk_of: Desks) -> None:
    page = (desk := desk_of("tom")).page
    desk.open(kurier.pages["Stone renewal"])
    before = page.locator("[aria-current=step]").inner_text()
    with page.expect_navigation():
        page.locator(".k-steps button").first.press("Enter")
    assert page.locator("[aria-current=step]").inner_text() != before
    assert "Stone renewal is now in the step" in announced(page)
    desk.tab_to("main [role=status] button")
    assert focus(page) == '- button "Undo"'
    with page.expect_navigation():
        press(page, "Enter")
    assert page.locator("[aria-current=step]").inner_text().split(",")[0] == before.split(",")[0]
    desk.open("/contactview/add")
    page.fill("#last_name", "Nobody Long")
    with page.expect_navigation():
        press(page, "Control+Enter")
    page.locator("summary[aria-label=More]").press("Enter")
    with page.expect_navigation():
        page.get_by_role("button", name="Archive").press("Enter")
    assert "Nobody Long is archived." in announced(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").press("Enter")
    desk.open("/contactview/list/")
    assert "Nobody Long" in desk.text()


@pytest.mark.feature("C18")
def test_the_way_back_is_named_on_every_level(kurier: Kurier, desk_of: Desks) -> None:
    """A record, and a page below it: each step before the last is a link that leads there, the last is where one is."""
    page = (desk := desk_of("tom")).page
    desk.open(kurier.pages["Stone renewal"])
    here = page.get_by_role("navigation", name="You are here")
    expect(here.get_by_role("listitem")).to_have_text(["Opportunities", "Stone renewal"])
    expect(here.locator("[aria-current=page]")).to_have_text("Stone renewal")
    desk.open(kurier.pages["Stone renewal"].replace("/show/", "/merge/"))
    expect(here.get_by_role("listitem")).to_have_text(["Opportunities", "Stone renewal", "Merge with …"])
    expect(here.locator("[aria-current=page]")).to_have_text("Merge with …")
    desk.tab_to("nav.k-crumb li:nth-child(2) a")
    with page.expect_navigation():
        press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stone renewal")
    desk.follow(here.get_by_role("link", name="Opportunities"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Opportunities")
