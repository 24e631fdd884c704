"""Somebody forgot their password: from the page of signing in, by a mail, to the first page of their day, on a telephone."""

import re
from email.message import Message

import pytest
from playwright.sync_api import expect

from app.jobs.sweep import sweep
from app.permissions.actor import Level
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.program import Kurier, eventually
from tests.people import make_user
from tests.servers.browser import Browser

pytestmark = [pytest.mark.database, PORTABLE]
NEW = "trois vélos sous un pont"


def _link(mail: Message) -> list[str]:
    texts = [bytes(part.get_payload(decode=True)).decode() for part in mail.walk() if part.get_content_type() == "text/plain"]
    return re.findall(r"http://\S+/password/new/\w+", "".join(texts))


@pytest.mark.feature("A1")
def test_solene_chooses_a_new_password_on_her_telephone(kurier: Kurier, browser: Browser) -> None:
    kurier.run(lambda: make_user("Solene", "Guivarch", Level.USER, "fr", []).id, at=clock.now())
    desk = Desk(browser.page(language="fr", width=390, height=844), kurier.url)
    page = desk.page
    desk.open("/login/")
    desk.follow(page.get_by_role("link", name=said("Forgotten your password?", "fr")))
    desk.check_access()
    page.keyboard.type("solene")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_role("status").last).to_be_focused()
    desk.check_access()

    def links() -> list[str]:
        return [link for one in kurier.smtp.messages if one.recipients == ("solene@grandouest.example",) for link in _link(one.message)]

    try:
        eventually(links, 10)
    except AssertionError:
        kurier.run(sweep, at=clock.now())  # as each minute
    page.goto(eventually(links)[0])
    desk.check_access()
    for field, password in (("#password", "azertyuiop123"), ("#again", "azertyuiop123")):
        page.fill(field, password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#password-error")).to_be_visible()
    desk.check_access()
    for field in ("#password", "#again"):
        page.fill(field, NEW)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/login/")
    desk.sign_in("solene", NEW)
    expect(page).to_have_url(re.compile("/today/"))
    page.goto(links()[0])
    expect(page.get_by_role("heading", level=1)).to_have_text(said("This link does not work any more", "fr"))
    desk.check_access()
