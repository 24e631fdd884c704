"""The board with the keyboard alone, by dragging, without a script, and when the move is refused or lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import PORTABLE, Desk
from tests.journeys.program import Kurier
from tests.servers.browser import Browser

pytestmark = [pytest.mark.database, PORTABLE]  # a browser, on a machine that does other things too
Desks = Callable[..., Desk]
NAME = "Stone renewal"


def _says(page: Page, words: str) -> None:
    expect(page.locator("[data-board-said]")).to_have_text(words)


def _is_in(page: Page, step: str) -> None:
    """The card is in the list of ``step``, as a screen reader hears it, and has the focus."""
    lane = page.get_by_role("list", name=re.compile(f"^{step} "))
    expect(lane.get_by_role("link", name=NAME)).to_be_focused()
    assert f'- link "{NAME}"' in lane.aria_snapshot()


def _move_without_script(desk: Desk, step: str) -> None:
    desk.open("/board/")
    desk.page.get_by_label(f"Move {NAME} to a step").click()
    desk.page.get_by_label("Move to the step").select_option(label=step)
    desk.follow(desk.page.get_by_role("button", name="Move", exact=True))
    assert f"{NAME} is now in the step {step}." in desk.text()


@pytest.mark.feature("C28")
def test_a_card_moves_with_the_keyboard_alone(desk_of: Desks) -> None:
    _move_without_script(desk_of("tom", scripts=False), "Discovery")
    desk = desk_of("tom")
    page = desk.page
    desk.open("/board/")
    desk.tab_to(".k-deal-name")
    page.keyboard.press("Space")
    _says(page, f"{NAME} is picked up. It stands in Discovery (step 1 of 5). "
          "Left and right arrow choose the step, Space puts it down, Escape leaves it where it was.")  # fmt: skip
    page.keyboard.press("ArrowLeft")
    _says(page, "There is no step on this side of Discovery (step 1 of 5).")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    _says(page, f"{NAME}: put it down in Proposal (step 3 of 5)?")
    page.keyboard.press("Escape")
    _says(page, f"{NAME} stays in Discovery (step 1 of 5).")
    _is_in(page, "Discovery")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    _says(page, f"{NAME} stays in Discovery (step 1 of 5).")
    expect(page.get_by_label(f"Move {NAME} to a step")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    _says(page, f"{NAME} is now in the step Qualification.")
    _is_in(page, "Qualification")
    row = page.get_by_role("row", name=re.compile("^Qualification"))
    assert row.get_by_role("cell").first.inner_text() == "1"
    page.reload()
    assert NAME in page.get_by_role("list", name=re.compile("^Qualification ")).inner_text()
    desk.tab_to(".k-deal-foot summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Neg")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    _says(page, f"{NAME} is now in the step Negotiation.")
    _is_in(page, "Negotiation")
    page.keyboard.press("Enter")
    page.wait_for_url("**/opportunityview/show/**")


@pytest.mark.feature("C28")
def test_a_refused_or_lost_move_puts_the_card_back_and_says_why(desk_of: Desks) -> None:
    first, other = desk_of("tom"), desk_of("tom", scripts=False)
    _move_without_script(other, "Qualification")
    is_lost = False
    page = first.page  # whose requests are caught from its first moment on: a page that stands already lets one pass
    page.route("**/opportunityview/move/**", lambda route: route.abort() if is_lost else route.continue_())
    first.open("/board/")
    _move_without_script(other, "Proposal")
    page.get_by_role("link", name=NAME).focus()
    for key in ("Space", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    _says(page, "Somebody else changed this opportunity meanwhile. Look at it, then move it again.")
    _is_in(page, "Proposal")
    is_lost = True
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    _says(page, f"Kurier did not answer, so {NAME} stays in Proposal (step 3 of 5). Try again.")
    _is_in(page, "Proposal")


@pytest.mark.feature("C28")
def test_a_card_is_dragged(desk_of: Desks) -> None:
    _move_without_script(desk_of("tom", scripts=False), "Discovery")
    desk = desk_of("tom")
    desk.open("/board/")
    page = desk.page
    page.locator(".k-deal", has_text=NAME).drag_to(page.get_by_role("region", name=re.compile("^Final terms")))
    _says(page, f"{NAME} is now in the step Final terms.")
    _is_in(page, "Final terms")


@pytest.mark.feature("C28", "C36")
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True), (320, False)])
def test_it_is_open_to_all_at_every_size(width: int, dark: bool, kurier: Kurier, desk_of: Desks, browser: Browser) -> None:
    desk_of("ada")
    context = browser.context(width=width, dark=dark)
    context.add_cookies(kurier.cookies["ada"])
    desk = Desk(context.new_page(), kurier.url)
    desk.open("/board/")
    desk.check_access()
    page = desk.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('main a, main button, main summary, main select')].filter(e => e.checkVisibility())"
        ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height]).filter(([, height]) => height < 24)"
    )
    assert not small
    steps = page.get_by_role("navigation", name="Steps").get_by_role("link")
    if width < 768:
        steps.last.click()
        expect(page.get_by_role("heading", name=re.compile("^Final terms"))).to_be_in_viewport()
    else:
        assert steps.count() == 0
