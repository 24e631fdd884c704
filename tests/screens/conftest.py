"""The pages of a firm on a port of this machine, and visitors of every level who look at them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.permissions.actor import Level
from tests.promises.firm import Records
from tests.screens.settings import Look
from tests.servers.browser import Browser
from tests.servers.pages import served
from tests.visitor import open_session

HERE = Path(__file__).parent
SCRIPTS = (Path(axe_playwright_python.__file__).parent / "axe.min.js", HERE / "look.js")


class Gallery:
    """One tab for each level and language; ``hang`` opens an address there, ``show`` sets size and light."""

    def __init__(self, browser: Browser, url: str, key_of: Callable[[Level, str], str]) -> None:
        self._browser, self.url, self._key_of = browser, url, key_of
        self._tabs: dict[tuple[Level, str], Page] = {}

    def hang(self, reader: Level, language: str, path: str) -> Page:
        tab = self._tabs.get((reader, language)) or self._tabs.setdefault((reader, language), self._tab(reader, language))
        answer = tab.goto(f"{self.url}{path}")
        assert answer is not None
        assert answer.status < 500, f"{answer.status} {path}"
        return tab

    def _tab(self, reader: Level, language: str) -> Page:
        context: BrowserContext = self._browser.context(language=language)
        for script in SCRIPTS:
            context.add_init_script(path=script)
        if key := self._key_of(reader, language):
            context.add_cookies([{"name": "session", "value": key, "url": self.url}])
        return context.new_page()

    def axe_version(self) -> str:
        return str(next(iter(self._tabs.values())).evaluate("axe.version"))

    def show(self, tab: Page, look: Look) -> None:
        tab.set_viewport_size({"width": look.width, "height": 800})
        tab.emulate_media(color_scheme="dark" if look.theme == "dark" else "light")
        tab.context.new_cdp_session(tab).send("Page.setFontSizes", {"fontSizes": {"standard": look.text, "fixed": look.text}})


@pytest.fixture
def gallery(bare_app: Flask, firm: Records, browser: Browser) -> Iterator[Gallery]:
    bare_app.testing = False

    def key_of(level: Level, language: str) -> str:
        if level not in firm.people:
            return ""
        client = bare_app.test_client()
        with bare_app.app_context():
            key = open_session(firm.people[level])
        with client.session_transaction() as session:
            session["sid"], session["_user_id"], session["_fresh"], session["locale"] = key, str(firm.people[level]), True, language
        cookie = client.get_cookie("session")
        assert cookie is not None
        return str(cookie.value)

    with served(bare_app) as url:
        yield Gallery(browser, url, key_of)
