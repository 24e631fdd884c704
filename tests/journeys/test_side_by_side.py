"""Three colleagues, three languages, one record; and the records themselves, made, changed, put away and exported."""

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from openpyxl import load_workbook

from app.domain.timeline import FACTS
from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]
READERS = {"anna": "pl", "claire": "fr", "ada": "en"}
# Sentences of the page and of its automatic history; they need the catalogues in translations/.
WORDS = ("History", "To do", FACTS["opportunity_created"], "Put on standby", "Salesperson")


@pytest.mark.feature("X7", "C21", "C3")
def test_three_languages_one_record(kurier: Kurier, desk_of: Desks) -> None:
    anna = desk_of("anna", "pl")
    anna.open("/opportunityview/add")
    for field, value in {"title": "Waga 2 t, Łódź", "amount": "12500,5", "currency": "PLN"}.items():
        anna.page.fill(f"#{field}", value)
    with anna.page.expect_navigation():
        anna.page.keyboard.press("Control+Enter")
    path, texts = anna.page.url.removeprefix(kurier.url), {}
    for name, language in READERS.items():
        desk = desk_of(name, language)
        desk.open(path)
        assert desk.page.locator("html").get_attribute("lang") == language
        assert desk.page.get_by_role("heading", level=1).inner_text() == "Waga 2 t, Łódź"
        texts[language] = desk.text()
        assert " ".join(format_decimal(12500.5, "#,##0.00", locale=language).split()) in texts[language]
        desk.check_access()
    for sentence in WORDS:
        for language, text in texts.items():
            assert said(sentence, language) in text, (sentence, language)
            if language != "en":
                assert said(sentence, language) != sentence, f"the {language} catalogue does not know “{sentence}”"
                assert sentence not in text, (sentence, language)


@pytest.mark.feature("A3", "X1")
def test_anna_is_put_into_two_teams(desk_of: Desks) -> None:
    ada = desk_of("ada")
    for team in ("Board", "Fairs"):
        ada.open("/teamview/add")
        ada.page.fill("#name", team)
        with ada.page.expect_navigation():
            ada.page.locator("form[data-form]").get_by_role("button", name="Save", exact=True).click()
    ada.open("/users/list/")
    ada.follow(ada.page.get_by_role("link", name="Anna Wiśniewska", exact=True))
    ada.follow(ada.page.get_by_role("link", name="Edit"))
    for team in ("Board", "Fairs"):
        ada.page.get_by_role("group", name="Teams").get_by_label(team).check()
    with ada.page.expect_navigation():
        ada.page.locator("form[data-form]").get_by_role("button", name="Save", exact=True).click()
    for team in ("North", "Board", "Fairs"):
        assert team in ada.fact("Teams")
    ada.open("/teamview/list/")
    assert "Anna Wiśniewska" in ada.page.get_by_role("row", name="Board").inner_text()


@pytest.mark.feature("D10", "D11", "X1")
@pytest.mark.parametrize(
    ("name", "language", "phone", "stored"),
    [("claire", "fr", "06 39 98 12 34", "+33639981234"), ("anna", "pl", "85 555 01 42", "+48855550142")],
)
def test_a_contact_is_made_changed_and_put_away(desk_of: Desks, name: str, language: str, phone: str, stored: str) -> None:
    desk = desk_of(name, language)
    desk.open("/contactview/add")
    desk.page.select_option("#title", label=said("Mrs", language))
    for field, value in {"first_name": "Irène", "last_name": f"Nowak {language}", "address_lines": f"irene.{language}@nowak.example",
                         "phone_lines": phone}.items():  # fmt: skip
        desk.page.fill(f"#{field}", value)
    desk.check_access()
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Control+Enter")
    assert desk.page.get_by_role("heading", level=1).inner_text() == f"Irène Nowak {language}"
    assert desk.page.locator(f"a[href='tel:{stored}']").count()
    desk.check_access()
    desk.page.locator("[data-key=e]").click()
    desk.page.fill("#job", "Directrice")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Control+Enter")
    assert "Directrice" in desk.text()
    desk.page.locator("summary", has=desk.page.locator("svg use[href$='three-dots']")).click()
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name=said("Archive", language)).click()
    desk.open("/contactview/list/")
    assert f"Nowak {language}" not in desk.text()
    desk.open("/contactview/list/?archived=1")
    assert f"Nowak {language}" in desk.text()


@pytest.mark.feature("C48", "C3", "X1")
def test_a_filtered_list_is_exported(desk_of: Desks, tmp_path: Path) -> None:
    ada, anna = desk_of("ada"), desk_of("anna", "pl")
    ada.open("/opportunityview/list/")
    every = {row[0] for row in exported(ada, tmp_path, "Export to Excel")}
    assert {"Stone renewal", "Terminale do magazynu", "Balances 2025"} <= every

    choose(ada, lambda: ada.page.select_option("#s-status", label="Won"))
    won = shown(ada)
    assert "Balances 2025" in won and "Stone renewal" not in won
    _, *rows = exported(ada, tmp_path, "Export to Excel")
    assert [row[0] for row in rows] == won
    assert 7000 in rows[won.index("Balances 2025")]

    choose(anna, lambda: anna.page.fill("#s-title", "magazyn"))
    assert shown(anna) == ["Terminale do magazynu"]
    header, row = exported(anna, tmp_path, said("Export to Excel", "pl"))
    assert header[0] == said("Title", "pl")
    assert row[0] == "Terminale do magazynu"
    assert 86400 in row
    anna.open("/opportunityview/list/")
    assert "Stone renewal" not in {row[0] for row in exported(anna, tmp_path, said("Export to Excel", "pl"))}


def choose(desk: Desk, fill_in: Callable[[], object]) -> None:
    """Filter the list of opportunities as its form says."""
    desk.open("/opportunityview/list/")
    desk.page.locator(".k-filter summary").click()
    fill_in()
    with desk.page.expect_navigation():
        desk.page.locator(".k-filter-form button").click()


def shown(desk: Desk) -> list[str]:
    """The first column of the list."""
    return desk.page.locator(".k-listing tbody th").all_inner_texts()


def exported(desk: Desk, folder: Path, label: str) -> list[tuple[object, ...]]:
    """The rows of the workbook that the browser saves, its header first."""
    desk.page.locator(".k-head details:has(a[href*='export.xlsx']) > summary").click()
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name=label).click()
    path = folder / "export.xlsx"
    download.value.save_as(path)
    sheet = load_workbook(path).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))
