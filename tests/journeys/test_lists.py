"""A list as its person wants it: one line or more a row, columns, language, and views that are kept and shared."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Opportunity, Task, User
from app.operations import records
from app.operations.opportunities import win
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]
LINE = 29  # pixels: one line of text and its air
SCREEN, TARGET = 900, 23.9  # the height of a desk's window; WCAG 2.5.8, and what browsers round


@atomic
def _thirty(owner: str) -> None:
    """Opportunities of ``owner``; the first has a note, and a task that is late."""
    user = db.session.query(User).filter_by(username=owner).one()
    made = [records.create(Opportunity, {"title": f"Regały {n:02}, hala wysokiego składowania w Łomży", "owner": user}, actor=SYSTEM) for n in range(30)]
    write_note(made[0], "Chce próbki do piątku", actor=SYSTEM)
    records.create(Task, {"title": "Wysłać próbki", "opportunity": made[0], "assignee": user, "due_at": clock.now() - timedelta(days=2)}, actor=SYSTEM)


@atomic
def _late_ones() -> None:
    """Of Claire three whose task was due yesterday, one that is due today, and one that is late and won."""
    claire = db.session.query(User).filter_by(username="claire").one()
    for number in range(5):
        item = records.create(Opportunity, {"title": f"Palettes {number}", "owner": claire}, actor=SYSTEM)
        due = clock.now() if number == 3 else clock.now() - timedelta(days=1)
        records.create(Task, {"title": "Rappeler", "opportunity": item, "assignee": claire, "due_at": due}, actor=SYSTEM)
        if number == 4:
            win(item, actor=SYSTEM)


@pytest.fixture(scope="module")
def many(kurier: Kurier) -> None:
    kurier.run(lambda: _thirty("jean"), at=clock.now())


@pytest.mark.feature("C26")
def test_the_compact_layout_shows_twenty_five_rows_of_one_line(many: None, desk_of: Desks) -> None:
    jean = desk_of("jean", "fr")
    jean.open("/opportunityview/list/?_flt_2_title=Rega")
    rows = jean.page.locator(".k-listing tbody tr")
    assert rows.count() == 25
    assert max(rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")) <= LINE
    jean.follow(jean.page.get_by_role("link", name=said("Next", "fr")))
    assert rows.count() == 5


@pytest.mark.feature("C26")
@pytest.mark.parametrize("language", ["fr", "pl", "en"])
def test_the_compact_layout_fits_a_screen(many: None, desk_of: Desks, language: str) -> None:
    """At 1280 × 900 pixels every one of twenty-five rows is seen without scrolling, and so is the way to the next ones."""
    reader = desk_of("ada")
    reader.open(f"/lang/{language}")
    reader.page.set_viewport_size({"width": 1280, "height": SCREEN})
    for path in ("/opportunityview/list/?view=0", "/opportunityview/list/?_flt_2_title=Rega"):
        reader.open(path)
        expect(reader.page.locator("html")).to_have_attribute("lang", language)
        rows = reader.page.locator(".k-listing tbody tr")
        assert rows.count() == 25
        seen = rows.evaluate_all("rows => rows.map(row => [row.getBoundingClientRect().top, row.getBoundingClientRect().bottom])")
        assert seen[0][0] > 0 and max(bottom for _, bottom in seen) <= SCREEN
        pager = reader.page.get_by_role("link", name=said("Next", language)).bounding_box()
        assert pager is not None and pager["y"] + pager["height"] <= SCREEN
        assert reader.page.locator(".k-scroll").first.evaluate("each => each.scrollWidth <= each.clientWidth"), "no column lies under the edge"
        sides = "all => all.map(each => each.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
        assert min(rows.locator("a, button, label").evaluate_all(sides)) >= TARGET
    reader.open("/lang/en")


@pytest.mark.feature("C26", "C27")
def test_a_row_says_what_comes_next_and_is_starred_by_one_key(many: None, desk_of: Desks) -> None:
    jean = desk_of("jean", "fr")
    jean.open("/opportunityview/list/?_flt_2_title=00, hala")
    row = jean.page.locator(".k-listing tbody tr").first
    expect(row.locator(".c-next")).to_contain_text("Wysłać próbki")
    expect(row.locator(".c-next .k-late")).to_be_visible()
    jean.tab_to(".k-star")
    jean.page.keyboard.press("Enter")
    expect(row.locator(".k-star")).to_have_attribute("aria-pressed", "true")
    expect(row.locator(".k-star")).to_be_focused()
    jean.check_access()
    jean.page.keyboard.press("Space")
    expect(row.locator(".k-star")).to_have_attribute("aria-pressed", "false")


@pytest.mark.feature("C27")
def test_the_extended_layout_shows_the_last_note_and_the_next_step(many: None, desk_of: Desks) -> None:
    jean = desk_of("jean", "fr")
    jean.open("/opportunityview/list/?_flt_2_title=00, hala")
    layout = jean.page.get_by_role("navigation", name=said("Layout", "fr"))
    jean.follow(layout.get_by_role("link", name=said("Extended", "fr")))
    assert layout.locator("[aria-current=page]").inner_text().strip() == said("Extended", "fr")
    below = jean.page.locator(".k-more")
    assert "Chce próbki do piątku" in below.first.inner_text()
    assert below.locator(".k-late").first.inner_text().startswith("Wysłać próbki")
    jean.check_access()


@pytest.mark.feature("C31", "C26")
def test_a_view_is_saved_and_shared_and_everybody_counts_their_own(many: None, desk_of: Desks) -> None:
    claire, jean = desk_of("claire", "fr"), desk_of("jean", "fr")
    claire.open("/opportunityview/list/?_flt_2_title=Rega&layout=extended")
    claire.follow(claire.page.get_by_role("link", name=said("Save the view", "fr")))
    claire.page.fill("#name", "Les rayonnages")
    claire.page.select_option("#share", label=said("Team %(name)s", "fr") % {"name": "North"})
    with claire.page.expect_navigation():
        claire.page.locator("main .btn-primary").click()
    count = claire.page.locator(".k-head [role=status]").inner_text()
    assert count.startswith("30")
    jean.open("/opportunityview/list/")
    views = jean.page.get_by_role("navigation", name=said("Views", "fr"))
    jean.follow(views.get_by_role("link", name="Les rayonnages"))
    assert jean.page.locator(".k-head [role=status]").inner_text() == count
    assert jean.page.locator(".k-more").count() == 25, "the layout is part of the view"


@pytest.mark.feature("C31")
def test_my_late_ones_are_saved_and_shared_and_the_count_matches(many: None, kurier: Kurier, desk_of: Desks) -> None:
    """Three of Claire's, one of Jean's: the view is one, and each counts what is late of theirs, on the list as in what is exported."""
    kurier.run(_late_ones, at=clock.now())
    claire, jean = desk_of("claire", "fr"), desk_of("jean", "fr")
    claire.open("/opportunityview/list/")
    claire.follow(claire.page.get_by_role("navigation", name=said("Views", "fr")).get_by_role("link", name=said("My late ones", "fr")))
    expect(claire.page.locator(".k-listing .k-late")).to_have_count(3)
    claire.follow(claire.page.get_by_role("link", name=said("Save the view", "fr")))
    claire.page.fill("#name", "Nos retards")
    claire.page.select_option("#share", label=said("Team %(name)s", "fr") % {"name": "North"})
    with claire.page.expect_navigation():
        claire.page.locator("main .btn-primary").click()
    jean.open("/opportunityview/list/")
    jean.follow(jean.page.get_by_role("navigation", name=said("Views", "fr")).get_by_role("link", name="Nos retards"))
    for desk, late in ((claire, 3), (jean, 1)):
        expect(desk.page.locator(".k-listing tbody tr")).to_have_count(late)
        assert desk.page.locator(".k-head [role=status]").inner_text().startswith(f"{late} ")
        exported = desk.page.request.get(desk.page.url.replace("/list/", "/export.csv")).body().decode("utf-8-sig")
        assert len(exported.strip().split("\r\n")) == 1 + late


@pytest.mark.feature("C31", "C28")
def test_a_board_is_kept_as_a_view_of_the_list(desk_of: Desks) -> None:
    tom = desk_of("tom")
    tom.open("/board/?starred=1")
    tom.follow(tom.page.get_by_role("link", name="Save the view"))
    tom.page.fill("#name", "My stars")
    with tom.page.expect_navigation():
        tom.page.get_by_role("button", name="Save the view").click()
    assert "/board/" in tom.page.url and "starred=1" in tom.page.url
    tom.open("/opportunityview/list/")
    tom.follow(tom.page.get_by_role("navigation", name="Views").get_by_role("link", name="My stars"))
    tom.page.wait_for_url(re.compile("/board/.*starred=1"))
    assert tom.page.get_by_role("navigation", name="Views").locator("[aria-current=page]").inner_text() == "My stars"


@pytest.mark.feature("C18")
def test_language_columns_and_start_stay_the_next_day(kurier: Kurier, desk_of: Desks) -> None:
    tom = desk_of("tom")
    tom.open("/contactview/list/")
    tom.follow(tom.page.get_by_role("link", name="Columns"))
    shown = tom.page.locator(".k-order input[type=checkbox]:checked:not([disabled])")
    name = shown.last.locator("xpath=..").inner_text().strip()
    shown.last.uncheck()
    with tom.page.expect_navigation():
        tom.page.get_by_role("button", name="Save", exact=True).last.click()
    assert name not in tom.page.locator(".k-listing thead").inner_text()
    tom.open("/me/")
    tom.page.select_option("#start_page", label="Pipeline")
    with tom.page.expect_navigation():
        tom.page.locator("section:has(#start_page) button").click()
    tom.page.locator(".k-me summary").click()
    tom.follow(tom.page.get_by_role("link", name="Français"))
    kurier.cookies.pop("tom", None)
    again = desk_of("tom")
    again.open("/")
    assert again.page.url.startswith(f"{kurier.url}/board/"), "the page chosen to begin with"
    again.open("/contactview/list/")
    assert again.page.locator("html").get_attribute("lang") == "fr"
    header = again.page.locator(".k-listing thead").inner_text()
    assert said(name, "fr") not in header
    again.page.locator(".k-me summary").click()
    again.follow(again.page.get_by_role("link", name="English"))
    again.open("/me/")
    again.page.select_option("#start_page", index=0)
    with again.page.expect_navigation():
        again.page.locator("section:has(#start_page) button").click()
    kurier.cookies.pop("tom", None)
