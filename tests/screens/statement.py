"""Writes what the check of every page found into the file that the statement on accessibility shows: ``pytest --statement``."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parent.parent.parent / "app" / "accessibility.json"
NAMES = ("pages", "looks", "found")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-look", action="store_true", help="look at each page in every language, light and size")
    parser.addoption("--statement", action="store_true", help="write what was found into the statement on accessibility")


class Statement:
    """Adds up what the shares of the pages say of themselves; with several worker processes the one that leads hears of all."""

    def __init__(self) -> None:
        self.sums = dict.fromkeys(NAMES, 0)
        self.axe = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name in NAMES:
                self.sums[name] += int(str(value))
            elif name == "axe":
                self.axe = str(value)

    def pytest_sessionfinish(self) -> None:
        if self.sums["pages"]:
            content = {"axe": self.axe, "day": datetime.now(UTC).date().isoformat(), **self.sums}
            FILE.write_text(json.dumps(content, sort_keys=True) + "\n", encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--statement", False) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Statement(), "statement")
