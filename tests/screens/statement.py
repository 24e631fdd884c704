"""Writes what the check of every page found into the file that the statement on accessibility shows: ``pytest --statement``.

The check is long and may be made in pieces: each is kept until all of them were heard, and only the whole is written.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.screens.settings import PIECES, SHARES

FILE = Path(__file__).resolve().parent.parent.parent / "app" / "accessibility.json"
NAMES = ("pages", "looks", "found")
_KEPT = "kurier/accessibility"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-look", action="store_true", help="look at each page in every language, light and size")
    parser.addoption("--statement", action="store_true", help="write what was found into the statement on accessibility, once every piece was looked at")


class Statement:
    """Adds up what the pieces say of themselves; with several worker processes the one that leads hears of all."""

    def __init__(self, cache: pytest.Cache, whole: int) -> None:
        self._cache, self._whole = cache, whole
        self._heard: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = dict(report.user_properties)
        if report.when == "call" and "looks" in said:
            self._heard[report.nodeid] = {**said, "day": datetime.now(UTC).date().isoformat()}

    def pytest_sessionfinish(self) -> None:
        pieces = {**self._cache.get(_KEPT, {}), **self._heard}
        is_whole = len(pieces) == self._whole
        self._cache.set(_KEPT, {} if is_whole else pieces)
        if is_whole:
            said = pieces.values()
            content = {name: sum(int(each[name]) for each in said) for name in NAMES}
            content |= {"axe": max(each["axe"] for each in said), "day": min(each["day"] for each in said)}
            FILE.write_text(json.dumps(content, sort_keys=True) + "\n", encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--statement", False) and not hasattr(config, "workerinput"):
        assert config.cache is not None
        config.pluginmanager.register(Statement(config.cache, PIECES if config.getoption("every_look") else SHARES), "statement")
