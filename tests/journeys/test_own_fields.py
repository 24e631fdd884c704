"""An administrator adds fields while a salesperson works: with the next page they are there, and one shows with the value of another."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import PORTABLE, Desk
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]


def _field(ada: Desk, name: str, kind: str) -> None:
    ada.open("/customfieldview/add")
    ada.page.get_by_label("Name in English").fill(name)
    ada.page.get_by_label("Name in Polish").fill(f"{name} (pl)")
    ada.page.get_by_label("Kind").select_option(label=kind)
    ada.page.get_by_role("checkbox", name="Opportunities").check()


@pytest.mark.feature("A26")
def test_fields_are_there_while_people_work(kurier: Kurier, desk_of: Desks) -> None:
    ada, anna = desk_of("ada"), desk_of("anna")
    anna.open("/opportunityview/list/")
    _field(ada, "Delivery", "One of a list")
    ada.page.get_by_label("Values of the list").fill("Collected | Retirée | Odbiór\nBy lorry | Camion | Ciężarówka")
    ada.check_access()
    ada.page.keyboard.press("Control+Enter")
    ada.page.wait_for_url("**/customfieldview/show/*")
    _field(ada, "Loading ramp", "Line of text")
    ada.page.get_by_role("checkbox", name="Delivery: By lorry").check()
    ada.page.get_by_role("checkbox", name="Required").check()
    ada.page.get_by_role("button", name="Save").press("Enter")
    ada.page.wait_for_url("**/customfieldview/show/*")

    page = anna.page
    anna.follow(page.locator("tbody th a").first)
    here = page.url
    anna.open(here.removeprefix(anna.url).replace("/show/", "/edit/"))
    delivery, ramp = page.locator("#x_delivery"), page.locator("#x_loading_ramp")
    expect(delivery).to_be_visible()
    expect(ramp).to_be_hidden()
    delivery.focus()
    delivery.select_option(label="Ciężarówka")
    expect(ramp).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".k-errs")).to_contain_text("Loading ramp (pl)")
    anna.check_access()
    page.locator(".k-errs a").press("Enter")
    expect(ramp).to_be_focused()
    page.keyboard.type("Brama 4")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{here}*")
    assert anna.fact("Delivery (pl)") == "Ciężarówka" and anna.fact("Loading ramp (pl)") == "Brama 4"
    anna.check_access()
    anna.open("/opportunityview/list/?_flt_0_x_loading_ramp=brama")
    assert len(re.findall("rowheader", page.content())) == 1
