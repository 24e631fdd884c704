"""The one style sheet: made of all its parts, none of which is long or for nothing."""

import re
from pathlib import Path

from app.cli.styles import APP, ORDER, build_sheet

STYLES = sorted((APP / "styles").glob("*.css"))
_CLASS = re.compile(r"\.([a-z][a-z0-9-]*)(?![a-z0-9-]*%)")
_PUT_TOGETHER = ("a-", "c-", "k-bar-")  # the end is the name of an action, of a column, of a state


def test_the_sheet_holds_bootstrap_and_every_part(tmp_path: Path) -> None:
    target = tmp_path / "kurier.css"
    build_sheet(target)
    sheet = target.read_text(encoding="utf-8")
    assert sheet.startswith('@charset "UTF-8";/*!\n * Bootstrap  v5.3')
    assert [path.stem for path in STYLES] == sorted(ORDER)
    assert all(path.read_text(encoding="utf-8") in sheet for path in STYLES)


def test_a_sheet_that_is_the_same_keeps_its_time(tmp_path: Path) -> None:
    target = tmp_path / "kurier.css"
    build_sheet(target)
    before = target.stat().st_mtime_ns
    build_sheet(target)
    assert target.stat().st_mtime_ns == before
    target.write_text("old", encoding="utf-8")
    build_sheet(target)
    assert target.read_text(encoding="utf-8") != "old"


def test_parts_are_short_and_each_class_is_named_by_a_page() -> None:
    pages = [*(APP / "templates").rglob("*.html"), *(APP / "views").rglob("*.py"), *(APP / "static").glob("*.js")]
    words = {word for path in pages for word in re.findall(r"[a-z][a-z0-9-]*", path.read_text(encoding="utf-8"))}
    for path in STYLES:
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        unused = {name for name in _CLASS.findall(re.sub(r"\{[^{}]*\}", "{}", rules)) if name not in words and not name.startswith(_PUT_TOGETHER)}
        assert not unused, f"{path.name}: {sorted(unused)}"
        assert len(rules.splitlines()) < 400, path.name
