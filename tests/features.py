"""Which rows of the feature list have a test, and which of those passed.

As a plugin of pytest it writes what the run found: ``pytest --features-report var/features.json``. As a command
(``make features``) it prints the list; without a report it says only what has a test.
"""

import ast
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "var" / "features.json"
ROWS: dict[str, str] = dict(
    line.split("\t", 1) for line in (ROOT / "tests" / "features.tsv").read_text(encoding="utf-8").splitlines()
)


# ---- the plugin


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--features-report", type=Path, help="where to write which features passed, as JSON")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        rows = [row for mark in item.iter_markers("feature") for row in mark.args]
        if unknown := [row for row in rows if row not in ROWS]:
            raise pytest.UsageError(f"{item.nodeid}: no such feature: {', '.join(unknown)}")
        item.user_properties += [("feature", row) for row in rows]


class Results:
    """Row → test → outcome; with several worker processes the one that leads hears of all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        for name, row in report.user_properties:
            if name == "feature" and self.found[str(row)].get(report.nodeid) != "failed":
                self.found[str(row)][report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.found, indent=1, sort_keys=True), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("features_report", None)
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(path), "features-report")


# ---- the command


def marked() -> dict[str, list[str]]:
    """Row → tests that carry its mark, read from the sources."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            marks = getattr(node, "decorator_list", [])
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "pytestmark":
                marks = list(ast.walk(node.value))
            for row in {row for mark in marks for row in _rows(mark)}:
                found[row].append(f"{path.relative_to(ROOT)}::{getattr(node, 'name', '')}")
    return found


def _rows(mark: Any) -> list[str]:
    is_mark = isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "feature"
    return [str(argument.value) for argument in mark.args if isinstance(argument, ast.Constant)] if is_mark else []


def main(report: Path = REPORT) -> None:
    tests = marked()
    results: dict[str, dict[str, str]] = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    said: dict[str, int] = defaultdict(int)
    for row, title in sorted(ROWS.items(), key=lambda pair: ("XABCDE".index(pair[0][0]), int(pair[0][1:]))):
        word = _word(results.get(row, {}), len(tests.get(row, [])))
        said[word] += 1
        print(f"{row:4} {word:10} {title}")
    print("\n" + ", ".join(f"{count} {word.strip('– ') or 'without a test'}" for word, count in said.items()))


def _word(outcomes: dict[str, str], count: int) -> str:
    if not count:
        return "–"
    if not outcomes:
        return "not run"
    if "failed" in outcomes.values():
        return "FAILED"
    return "passed" if "passed" in outcomes.values() else "skipped"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
