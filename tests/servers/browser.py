"""Debian's Chromium, driven by Playwright; it reaches loopback and nothing else.

That without a window of its own (``chromium-headless-shell``) takes a quarter of the other's time; where only the other is, that one serves.
"""

import os
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.servers.process import NotInstalled

_PROGRAMS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
PATIENCE = 60_000  # milliseconds, on a machine that does much else
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
_LOCALES = {"en": "en-GB", "fr": "fr-FR", "pl": "pl-PL"}


class Browser:
    """A running browser; ``page()`` opens a visitor without history, ``close_pages()`` forgets them all.

    Playwright keeps an event loop in this thread while it runs: ``asyncio.run`` fails beside it.
    """

    def __enter__(self) -> "Browser":
        program = next((each for each in _PROGRAMS if each.exists()), None)
        if program is None:
            raise NotInstalled("chromium-headless-shell is not installed: run scripts/install-test-tools.")
        self._driver = sync_playwright().start()
        expect.set_options(timeout=PATIENCE)
        try:
            self.playwright: PlaywrightBrowser = self._driver.chromium.launch(
                executable_path=program, args=list(_FLAGS), env={**os.environ, "TZ": "UTC"}
            )
        except BaseException:
            self._driver.stop()
            raise
        self._contexts: list[BrowserContext] = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close_pages()
        self.playwright.close()
        self._driver.stop()

    def context(
        self,
        *,
        language: str = "en",
        width: int = 1280,
        height: int = 900,
        scripts: bool = True,
        dark: bool = False,
        time_zone: str = "Europe/Paris",
    ) -> BrowserContext:
        """A visitor: cookies of their own, ``language`` en, fr or pl."""
        context = self.playwright.new_context(
            locale=_LOCALES[language],
            timezone_id=time_zone,
            viewport=ViewportSize(width=width, height=height),
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        return context

    def page(
        self, *, language: str = "en", width: int = 1280, height: int = 900, scripts: bool = True
    ) -> Page:
        return self.context(language=language, width=width, height=height, scripts=scripts).new_page()

    def close_pages(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts.clear()
