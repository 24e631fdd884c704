"""An administrator teaches Kurier the form of a web site, by keyboard, on a wide screen and on a telephone."""

from collections.abc import Callable

import pytest

from tests.inbound.mailroom import note
from tests.journeys.desk import PORTABLE, Desk
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]
FILLED = "Visiteur : Zélie Morin\nLa joindre : zelie@morin.example\nMachine : Trieuse T4\nSon besoin : Deux trieuses pour mars.\n"
SITE = "Site <site@atelier-web.example>"


@pytest.mark.feature("X5", "C41")
def test_a_form_is_taught_from_a_pasted_mail_and_the_next_one_is_an_opportunity(kurier: Kurier, desk_of: Desks) -> None:
    ada = desk_of("ada")
    ada.open("/formlayoutview/list/")
    ada.check_access()
    ada.open("/formlayoutview/teach")
    ada.check_access()
    ada.tab_to("#teach-pasted")
    ada.page.keyboard.insert_text(note(SITE, "sales@crm.grandouest.example", subject="Demande", text=FILLED).decode())
    ada.tab_to("button[name=read]")
    with ada.page.expect_navigation():
        ada.page.keyboard.press("Enter")
    for width in (390, 1280):
        ada.page.set_viewport_size({"width": width, "height": 844})
        ada.check_access()
        assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for label, key in (("Visiteur", "F"), ("La joindre", "E-m"), ("Son besoin", "Me")):
        ada.page.get_by_label(f"Meaning of {label}").focus()
        ada.page.keyboard.type(key)
    with ada.page.expect_navigation():
        ada.page.get_by_role("button", name="Preview").press("Enter")
    assert "It would make an opportunity." in ada.text() and "Contact Zélie Morin" in ada.text()
    ada.page.fill("#name", "Site of the workshop")
    with ada.page.expect_navigation():
        ada.page.keyboard.press("Control+Enter")
    assert ada.fact("Comes from") == "site@atelier-web.example"
    ada.check_access()

    next_one = note(SITE, "sales@crm.grandouest.example", subject="Demande de Zélie", text=FILLED, headers="Auto-Submitted: auto-generated")
    (kurier.home / "inbox" / "form.eml").write_bytes(next_one)
    ada.wait_for("Zélie Morin", "/contactview/list/?_flt_0_last_name=Morin")
    ada.follow(ada.page.get_by_role("link", name="Zélie Morin", exact=True))
    ada.follow(ada.page.locator("[aria-labelledby=side-deals] a").last)
    assert "Machine Trieuse T4 Son besoin Deux trieuses pour mars." in ada.text()
