"""Jean sets up a second factor on his telephone, in French, and signs in with it."""

import time

import pyotp
import pytest

from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.program import Kurier
from tests.people import PASSWORD
from tests.servers.browser import Browser

pytestmark = [pytest.mark.database, PORTABLE]


def _fits(desk: Desk) -> bool:
    return bool(desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.feature("A1")
def test_jean_sets_up_a_second_factor_on_his_telephone(kurier: Kurier, browser: Browser) -> None:
    first, second = (Desk(browser.page(language="fr", width=390, height=844), kurier.url) for _ in range(2))
    first.sign_in("jean")
    second.sign_in("jean")
    first.open("/me/")
    assert _fits(first)
    first.check_access()
    first.open("/second-factor/")
    first.page.get_by_role("button", name=said("Set up", "fr"), exact=True).click()
    first.page.wait_for_selector("svg.k-qr")
    assert _fits(first)
    first.check_access()
    totp = pyotp.TOTP("".join(first.page.inner_text("#secret").split()))
    first.page.fill("#first-code", totp.now())
    with first.page.expect_navigation():
        first.page.keyboard.press("Enter")
    code = first.page.locator("#recovery-codes code").first.inner_text()
    assert first.page.locator("#recovery-codes code").count() == 10
    assert _fits(first)
    first.check_access()

    first.open("/logout/")
    first.sign_in("jean", PASSWORD)
    assert first.page.url.endswith("/login/second/")
    assert _fits(first)
    first.check_access()
    first.page.fill("#code", totp.at(time.time() + 30))  # each code is taken once
    with first.page.expect_navigation():
        first.page.keyboard.press("Enter")
    assert first.page.url.endswith("/today/")

    first.open("/me/")
    with first.page.expect_navigation():
        first.page.get_by_role("button", name=said("Sign out everywhere else", "fr"), exact=True).click()
    second.page.goto(f"{kurier.url}/me/")
    assert "/login/" in second.page.url
    first.open("/second-factor/")
    first.page.fill("#for-removal", code)
    with first.page.expect_navigation():
        first.page.get_by_role("button", name=said("Remove", "fr"), exact=True).click()
    assert said("Not set up", "fr") in first.text()
