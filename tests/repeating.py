"""What the run on PostgreSQL repeats of that on SQLite: every statement once, and what depends on more than its statements.

``pytest --asked var/asked.json`` writes, on SQLite, what each test asked of the database. On PostgreSQL it reads that and leaves
out a test of pages whose statements all come in others that are run, if the database refused none of them; and so the further
cases of a test without pages. Whatever else there is, what is marked ``both``, and what the file does not know, is repeated;
without the option, everything is.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import Engine, event

PAGES = {"client_of", "browser", "program_of"}
ELSEWHERE = "kurier"  # other processes ask, which nobody hears
REFUSED = -1
_LIST = re.compile(r"\((?:\?|:\w+|NULL)(?:, (?:\?|:\w+|NULL))*\)")


@dataclass
class Asked:
    seconds: float = 0.0
    statements: set[int] = field(default_factory=set)


def chosen(asked: dict[str, Asked], always: set[str]) -> set[str]:
    """``always``, and as few seconds of others as bring every statement."""
    seen = set(chain.from_iterable(asked[name].statements for name in always if name in asked))
    left = {name: one.statements - seen for name, one in sorted(asked.items()) if name not in always}
    found = set(always)
    while left := {name: statements for name, statements in left.items() if statements}:
        best = max(left, key=lambda name: len(left[name]) / (asked[name].seconds + 0.05))
        seen = left.pop(best)
        found.add(best)
        left = {name: statements - seen for name, statements in left.items()}
    return found


def fullest(asked: dict[str, Asked]) -> set[str]:
    """Of the cases of each test the one that asks most."""
    found: dict[str, str] = {}
    for name, one in asked.items():
        test = name.partition("[")[0]
        if test not in found or len(one.statements) > len(asked[found[test]].statements):
            found[test] = name
    return set(found.values())


class Listener:
    """Hears what the test that runs now asks; in every process of the tests."""

    def __init__(self) -> None:
        self._heard: set[int] = set()
        self._keys: dict[str, int] = {}
        event.listen(Engine, "before_cursor_execute", self._hear)
        event.listen(Engine, "handle_error", self._hear_refusal)

    def _hear(self, connection: object, cursor: object, statement: str, *more: object) -> None:
        key = self._keys.get(statement)
        if key is None:
            key = self._keys[statement] = crc32(_LIST.sub("(…)", statement).encode())
        self._heard.add(key)

    def _hear_refusal(self, context: object) -> None:
        self._heard.add(REFUSED)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self._heard.clear()  # what was made before the test is made for every other, too
        try:
            return (yield)
        finally:
            item.user_properties.append(("asked", sorted(self._heard)))


class Writer:
    """With several worker processes the one that leads hears of all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._asked: dict[str, Asked] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            asked: list[Any] = [value for name, value in report.user_properties if name == "asked"]
            self._asked[report.nodeid] = Asked(report.duration, set(chain.from_iterable(asked)))

    def pytest_sessionfinish(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = {name: [round(one.seconds, 1), sorted(one.statements)] for name, one in self._asked.items() if one.statements}
        self._path.write_text(json.dumps(content), encoding="utf-8")


class Chooser:
    def __init__(self, path: Path) -> None:
        read = json.loads(path.read_text(encoding="utf-8"))
        self._asked = {name: Asked(seconds, set(statements)) for name, (seconds, statements) in read.items()}

    @pytest.hookimpl(trylast=True)  # after `-m` has chosen
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        here = {item.nodeid: self._asked[item.nodeid] for item in items if item.nodeid in self._asked}
        always = {item.nodeid for item in items if item.nodeid not in here or self._is_needed(item, here[item.nodeid].statements)}
        always |= fullest({item.nodeid: here[item.nodeid] for item in items if item.nodeid in here and not _has_pages(item)})
        repeated = chosen(here, always)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in repeated])
        items[:] = [item for item in items if item.nodeid in repeated]

    def _is_needed(self, item: Any, statements: set[int]) -> bool:
        return ELSEWHERE in item.fixturenames or REFUSED in statements or item.get_closest_marker("both") is not None


def _has_pages(item: Any) -> bool:
    return not PAGES.isdisjoint(item.fixturenames)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--asked", type=Path, help="what each test asks of the database: written on SQLite, and PostgreSQL repeats no more than it needs")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("asked", None)
    if path and config.getoption("database") == "sqlite":
        config.pluginmanager.register(Listener(), "asked-listener")
        if not hasattr(config, "workerinput"):
            config.pluginmanager.register(Writer(path), "asked-writer")
    elif path and path.exists():
        config.pluginmanager.register(Chooser(path), "asked-chooser")
