"""An administrator of a new installation: from nothing to a mailbox that is read, along one page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.run.test_run import said, started
from tests.servers.browser import Browser
from tests.servers.dovecot import Account


@pytest.fixture
def administrator(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    """Somebody at the browser who has started an empty installation and reads what it printed."""
    with started(tmp_path / "var") as run:
        lines = said(run).splitlines()
        url = next(word for line in lines for word in line.split() if word.startswith("http://127"))
        password = next(line.split() for line in lines if line.strip().startswith("admin "))[1]
        desk = Desk(browser.page(), url.rstrip("/"))
        desk.sign_in("admin", password)
        yield desk


@pytest.mark.feature("X2", "C22")
def test_from_nothing_to_a_connected_mailbox(administrator: Desk, mail_account: Account) -> None:
    desk, page = administrator, administrator.page
    desk.open("/")
    assert page.url.endswith("/start/")
    assert "5 steps are left." in page.locator(".k-head [role=status]").inner_text()
    desk.check_access()
    desk.tab_to("main .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/firmview/edit/1")
    page.fill("#name", "Grand Ouest")
    page.fill("#domain_lines", "grandouest.example")
    page.fill("#address_pattern", "{}@crm.grandouest.example")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    desk.open("/start/")
    assert "Done" in page.locator("#step-firm").inner_text()
    page.get_by_role("link", name="Add the mailbox").click()
    values = {"name": "All CRM mail", "host": "127.0.0.1", "port": str(mail_account.server.imap_port), "username": mail_account.user,
              "password": mail_account.password}  # fmt: skip
    for name, value in values.items():
        page.fill(f"#{name}", value)
    page.select_option("#kind", "imap")
    page.select_option("#security", "none")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    desk.wait_for("2 steps are left.", "/start/", seconds=60)
    expect(page.locator("#step-read")).to_contain_text("Done")
    desk.check_access()
