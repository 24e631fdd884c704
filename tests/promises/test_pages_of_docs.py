"""Pages that are made from the code say what the code says."""

from pathlib import Path

from app.cli.rights import markdown

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def test_the_page_of_rights_is_fresh() -> None:
    made = (DOCS / "permissions.md").read_text(encoding="utf-8")
    assert made == markdown(), "make it again: flask --app app crm rights --markdown > docs/permissions.md"
