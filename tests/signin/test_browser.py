"""The way to the provider and back in a real browser: its policy for forms must let it go, and only there."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Mailbox
from tests.journeys.desk import Desk as Window
from tests.people import Cast
from tests.servers.browser import PATIENCE, Browser
from tests.servers.dovecot import Account
from tests.servers.pages import served
from tests.servers.provider import Provider

pytestmark = [pytest.mark.database]  # a browser, on a machine that does other things too


@pytest.fixture
def address(app: Flask, own_network: None) -> Iterator[str]:
    """The pages on a port of this machine."""
    with served(app) as url:
        yield url


@pytest.mark.feature("X2")
@pytest.mark.parametrize("width", [1280, 390])
def test_an_administrator_sets_up_a_mailbox_with_a_provider(
    width: int, address: str, app: Flask, cast: Cast, browser: Browser, provider: Provider, token_account: Account
) -> None:
    context = browser.playwright.new_context(ignore_https_errors=True, viewport={"width": width, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    window = Window(context.new_page(), address)
    page = window.page
    try:
        window.sign_in("ada")
        window.open("/mailboxview/add")
        texts = {"name": "Sales", "host": "127.0.0.1", "port": str(token_account.server.imap_port), "username": token_account.user}
        settings = provider.settings()
        page.select_option("#sign_in", settings.pop("sign_in"))
        page.select_option("#security", "none")
        for name, value in {**texts, **settings}.items():
            page.fill(f"#{name}", value)
        window.follow(page.get_by_role("button", name="Save"))
        assert "Nobody has signed in for this mailbox yet" in window.text()
        window.check_access()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Sign in with localhost").click()
        page.click("#yes")
        page.wait_for_url(f"{address}/mailboxview/show/**")
        assert "Signed in by Ada" in window.text()
        assert "code=" not in page.url
    finally:
        context.close()
    db.session.rollback()
    assert db.session.scalars(select(Mailbox)).one().sign_in == "other"
