"""Pages that are made from the code say what the code says, and documents point at what exists."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

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


# ---- what a screen reader says

SCRIPT = ROOT / "docs" / "screen_reader.md"
# Words of the screen reader itself, and of the script about it.
SPOKEN = {"edit", "link", "dialog", "required", "invalid entry", "complementary", "heading level 1", "heading level 2", "Say"}


def _sentences() -> list[re.Pattern[str]]:
    """What the program can say in English, and how it begins, with something short where a value stands; not what is nothing but values."""
    with (ROOT / "translations" / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    forms = [form for message in catalogue for form in ([message.id] if isinstance(message.id, str) else message.id)]
    said = [re.split(r"(?<=\.) ", form) for form in forms]
    parts = [re.split(r"%\(\w+\)s", " ".join(each[:number]).rstrip(".")) for each in said for number in range(1, len(each) + 1)]
    return [re.compile("[^.:;]{1,40}?".join(map(re.escape, each))) for each in parts if re.search(r"[A-Za-z]{2}", "".join(each))]


def _is_said(quote: str, sentences: list[re.Pattern[str]]) -> bool:
    def known(text: str) -> bool:
        return any(each.fullmatch(text.rstrip(".")) for each in sentences)

    def part(text: str) -> bool:
        return text in SPOKEN or known(text) or known(re.sub(r"^\d+ | \d+$|: …$", "", text))

    return part(quote) or all(part(each) for each in re.split(r"(?:[,;]|(?<=\.)) ", quote))


def test_the_script_for_the_screen_reader_quotes_what_screens_say() -> None:
    text, sentences = SCRIPT.read_text(encoding="utf-8"), _sentences()
    quotes = [*re.findall(r"“([^”]+)”", text), *re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text)]
    assert len(quotes) > 50 and [quote for quote in quotes if not _is_said(quote, sentences)] == []
    assert not _is_said("Row 1 is kept: Corrected.", sentences) and not _is_said("Organisation, edit", sentences)
