"""Pages that are made from the code say what the code says, and documents point at what exists."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from app.cli.pages import pages

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_what_is_made_from_the_code_is_fresh() -> None:
    stale = [page.name for page, content in pages().items() if page.read_text(encoding="utf-8") != content]
    assert stale == [], "make them again: flask --app app crm pages"


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_links_and_named_files_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]
    files = re.findall(r"`((?:app|tests|docs|migrations|scripts|translations|bench)/[\w./-]+\.\w+)`", text)
    missing = [link for link in links if not (page.parent / link).exists()] + [name for name in files if not (ROOT / name).exists()]
    assert missing == []


def test_the_statement_on_accessibility_says_what_a_check_found() -> None:
    check = json.loads((ROOT / "app" / "accessibility.json").read_text(encoding="utf-8"))
    assert check["looks"] >= check["pages"] * 4 > 400 and check["found"] == 0 and date.fromisoformat(check["day"])
