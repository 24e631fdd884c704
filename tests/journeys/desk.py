"""Somebody at a browser, and what they see there."""

import gettext
import time
from functools import lru_cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from app.cli.run import ROOT
from tests.people import PASSWORD

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
PORTABLE = pytest.mark.portable("a browser goes through pages; the rows are tested on both")
_TABS = 120  # more than any page has places for the focus


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", ROOT / "translations", [language], fallback=True)


def said(sentence: str, language: str) -> str:
    """The English ``sentence`` of the program in ``language``, as the catalogue has it that ``Kurier`` compiled."""
    return _catalogue(language).gettext(sentence)


class Desk:
    """One visitor with a ``page`` of their own."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def open(self, path: str) -> None:
        answer = self.page.goto(f"{self.url}{path}")
        assert answer is not None
        assert answer.ok, f"{answer.status} {path}"

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """Type it and press Enter; whether it was taken is the caller's to see."""
        self.open("/login/")
        self.page.fill("#username", name)
        self.page.fill("#password", password)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follow(self, link: Locator) -> None:
        """Click on what leads to another page, and be there."""
        with self.page.expect_navigation():
            link.click()

    def text(self) -> str:
        """What a person reads on the page, blanks as one space."""
        return " ".join(self.page.inner_text("body").split())

    def wait_for(self, text: str, path: str = "", seconds: float = 60) -> None:
        """Look at ``path`` (default: the present page) again and again until it says ``text``."""
        deadline = time.monotonic() + seconds
        address = f"{self.url}{path}" if path else self.page.url
        while True:
            self.page.goto(address)
            if text in self.text():
                return
            assert time.monotonic() < deadline, f"{address} never said {text!r} but:\n{self.text()}"

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is where ``selector`` says."""
        for _ in range(_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"the Tab key never reaches {selector} on {self.page.url}")

    def check_access(self) -> None:
        """No finding of axe on this page, of whatever impact."""
        found: Any = Axe().run(self.page, options={"runOnly": list(TAGS)}).response["violations"]
        assert not found, [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]

    def fact(self, label: str) -> str:
        """The value that is seen beside ``label`` on the page of a record; empty when it is not there."""
        row = self.page.locator("dt", has_text=label).first
        seen = "value => { const it = value.cloneNode(true); it.querySelectorAll('.visually-hidden').forEach(e => e.remove()); return it.textContent }"
        return " ".join(row.locator("xpath=following-sibling::dd[1]").evaluate(seen).split()) if row.count() else ""
