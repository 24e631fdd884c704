"""The tree of teams, with the keyboard alone: nested teams, and who manages them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models import Team
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]


def go(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def seats(name: str) -> dict[str, bool]:
    """Who sits in the team of that name, and whether they manage it."""
    team = db.session.query(Team).filter_by(name=name).one()
    return {str(seat.user): seat.is_manager for seat in team.memberships}


@pytest.mark.feature("E21", "A3")
def test_a_team_below_another_gets_its_people_and_its_manager(kurier: Kurier, desk_of: Desks) -> None:
    desk, team = desk_of("ada"), "Coast"
    page = desk.page
    desk.open("/teamview/tree")
    desk.check_access()
    desk.tab_to("main a[href$='/teamview/add']")
    go(page)
    desk.tab_to("#name")
    page.keyboard.type(team)
    desk.tab_to("#parent")
    page.keyboard.type("North")
    expect(page.locator("#parent option:checked")).to_have_text("North")
    _choose(desk, "members", "Tom Baker")
    _choose(desk, "managers", "Jean Lefèvre")
    desk.check_access()
    desk.tab_to("form[data-form] .btn-primary")
    go(page)
    assert kurier.run(lambda: seats(team), at=clock.now()) == {"Tom Baker": False, "Jean Lefèvre": True}

    desk.open("/teamview/tree")
    branch = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="North", exact=True)).first
    leaf = branch.get_by_role("listitem").filter(has_text=team)
    expect(leaf).to_contain_text("Managers: Jean Lefèvre")
    expect(leaf).to_contain_text("Members: Tom Baker")
    desk.check_access()

    key = kurier.run(lambda: db.session.query(Team).filter_by(name="North").one().id, at=clock.now())
    desk.open(f"/teamview/edit/{key}")  # a circle is refused in words, with the form as it was
    desk.tab_to("#parent")
    page.keyboard.type(team)
    expect(page.locator("#parent option:checked")).to_have_text(team)
    desk.tab_to("form[data-form] .btn-primary")
    go(page)
    expect(page.get_by_text("A team cannot stand below itself. Choose another team above it.").first).to_be_visible()
    expect(page.locator("#parent option:checked")).to_have_text(team)
    desk.check_access()


def _choose(desk: Desk, field: str, name: str) -> None:
    """Tick a person in the list, or search for them: that is how people are chosen once they are many."""
    page = desk.page
    box = page.locator(f"[name={field}]").and_(page.get_by_label(name, exact=True))
    if not box.count():
        desk.tab_to(f"[data-name={field}] [role=combobox]")
        page.keyboard.type(name)
        expect(page.get_by_role("option", name=name).first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator(f"[data-name={field}]")).to_contain_text(name)
        return
    for _ in range(120):
        page.keyboard.press("Tab")
        if box.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Space")
            expect(box).to_be_checked()
            return
    raise AssertionError(f"the Tab key never reaches {name} in {field}")
