"""With the keyboard alone: who writes a contact that is there already is told so, tags a record with a new word, and makes one of two."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import PORTABLE, Desk
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]


@pytest.mark.feature("C17", "B2")
def test_a_double_is_announced_tagged_and_merged(kurier: Kurier, desk_of: Desks) -> None:
    anna = desk_of("anna")
    page = anna.page
    anna.open("/contactview/list/")
    name = page.locator("tbody th a").first.inner_text()
    first, _, last = name.rpartition(" ")

    anna.open("/contactview/add")
    page.locator("#first_name").fill(first)
    page.locator("#last_name").fill(last)
    said = page.locator("[data-alike-said][role=status] li")
    expect(said.first).to_contain_text(name)
    anna.check_access()
    page.locator("#tags").fill("Targi Poznań")
    expect(page.locator("#tags-found [role=option]").last).to_contain_text("Targi Poznań")
    page.locator("#tags").press("Enter")
    expect(page.locator(".k-picked")).to_contain_text("Targi Poznań")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(name)
    here = page.url

    anna.open(here.removeprefix(anna.url).replace("/show/", "/merge/"))
    double = page.locator("main ul a", has_text=name).first
    with page.expect_navigation():
        double.press("Enter")
    expect(page.locator("form h2").first).to_be_visible()
    anna.check_access()
    with page.expect_navigation():
        page.locator("form[method=post] button.btn-primary").press("Enter")
    assert re.search(r"/contactview/show/\d+", page.url)
    with page.expect_navigation():
        page.locator(".k-note form button").first.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
