"""Lists that leave the program: the same rows in both forms, and only those that one may take away."""

import csv
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from typing import IO, Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale, ngettext
from openpyxl import load_workbook
from sqlalchemy import select

from app.extensions import db
from app.models import Account, Opportunity, Tag
from app.operations import contacts, records
from app.permissions.actor import SYSTEM
from app.reports.render import xlsx
from app.reports.render.csv import table
from app.support.text import fold
from tests.people import Cast

Client = Callable[..., FlaskClient]


@pytest.mark.feature("C48")
def test_the_same_rows_as_a_workbook_and_as_csv(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.claire)
    query = "?_flt_0_title=T"
    sheet = load_workbook(BytesIO(client.get(f"/opportunityview/export.xlsx{query}").data)).active
    assert sheet is not None
    answer = client.get(f"/opportunityview/export.csv{query}")
    assert answer.content_type == "text/csv; charset=utf-8"
    lines = list(csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [[str(cell.value or "") for cell in row][0] for row in sheet.iter_rows()] == [line[0] for line in lines]
    assert len(lines) == 3
    amount = lines[0].index(next(name for name in lines[0] if name in ("Montant", "Amount")))
    assert "128400.00" in [line[amount] for line in lines]


@pytest.mark.feature("C3")
@pytest.mark.parametrize("language", ["fr", "pl"])
def test_the_administrator_sees_as_many_as_the_database_holds(cast: Cast, client_of: Client, language: str) -> None:
    stored = sorted(db.session.scalars(select(Opportunity.title)))
    ada, anna = client_of(cast.ada, language), client_of(cast.anna, language)
    page = ada.get("/opportunityview/list/").text
    with force_locale(language):
        assert ngettext("%(num)s record", "%(num)s records", len(stored)) in page
    for client, sees in ((ada, stored), (anna, ["Terminale do magazynu"])):
        sheet = load_workbook(BytesIO(client.get("/opportunityview/export.xlsx").data)).active
        assert sheet is not None and sorted(str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)) == sees


def test_one_reads_the_whole_address_book_but_takes_away_ones_own(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.anna)
    assert "Stone" in client.get("/contactview/list/").text
    exported = client.get("/contactview/export.csv").data.decode("utf-8-sig")
    assert "Dudek" in exported and "Stone" not in exported and "Hamon" not in exported


def test_text_that_would_act_as_a_formula_does_not() -> None:
    content = table(["a"], [["=1+1"], ["@x"], ["+48 85 555 01 42"], ["-"], ["00123"]]).read().decode("utf-8-sig")
    assert content.split("\r\n")[1:-1] == ["'=1+1", "'@x", "+48 85 555 01 42", "'-", "00123"]


def test_a_long_workbook_has_the_same_cells_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 10,000 rows on another writer does it: nobody can tell."""
    header = ["Name", "Code", "Amount", "Day", "At", "Yes", "Name"]
    rows = [
        [f"=SUM(A{n})", f"{n:05}", Decimal(n) / 4, date(2026, 1, 1 + n % 28),
         datetime.combine(date(2026, 3, 1), time(8, n % 60)), n % 2 == 0, None if n else "\x0bé\u2028ł"]
        for n in range(60)
    ]
    short = _cells(xlsx.workbook("Été / [1]", header, rows))
    monkeypatch.setattr(xlsx, "MANY", 10)
    assert _cells(xlsx.workbook("Été / [1]", header, iter(rows))) == short
    assert short[0][:7] == [(name, "s", "General") for name in ("Name", "Code", "Amount", "Day", "At", "Yes", "Name (2)")]
    assert [value for value, _, _ in short[6]] == [
        "=SUM(A5)", "00005", 1.25, datetime.combine(date(2026, 1, 6), time()), datetime.combine(date(2026, 3, 1), time(8, 5)), False, None,
    ]
    assert {kind for _, kind, _ in short[6][:2]} == {"s"}


def _cells(file: IO[bytes]) -> list[list[Any]]:
    book = load_workbook(file)
    sheet = book.active
    assert sheet is not None and book.sheetnames == ["Été    1"] and sheet.freeze_panes == "A2"
    return [[(cell.value, cell.data_type, cell.number_format) for cell in row] for row in sheet.iter_rows()]


def test_what_stands_in_lists_of_a_record_comes_out_as_names_in_their_order(cast: Cast, client_of: Client, statements: list[str]) -> None:
    """Tags and people through a table between, addresses of a contact by their own; asked for once for all, not for each."""
    tags = [records.create(Tag, {"name": name}, actor=SYSTEM) for name in ("Żwir", "Asfalt")]
    for number in range(5):
        records.create(Account, {"name": f"Firma {number}", "tags": tags[: number % 3], "co_owners": [cast.jean, cast.tom][: number % 3]}, actor=SYSTEM)
    contacts.create_contact({"last_name": "Wielu", "address_lines": "z@wielu.example\na@wielu.example"}, actor=SYSTEM)
    ada = client_of(cast.ada, "en")

    def column(path: str, *names: str) -> dict[str, list[Any]]:
        sheet = load_workbook(BytesIO(ada.get(path).data)).active
        assert sheet is not None
        head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        return {str(row[head.index(names[0])]): [row[head.index(name)] for name in names[1:]] for row in rows}

    found = column("/accountview/export.xlsx", "Company name", "Tags", "Also responsible")
    assert found["Firma 0"] == [None, None] and found["Firma 1"] == ["Żwir", str(cast.jean)]
    assert {*found["Firma 2"][0].split(", ")} == {"Żwir", "Asfalt"} and {*found["Firma 2"][1].split(", ")} == {str(cast.jean), str(cast.tom)}
    assert column("/contactview/export.xlsx", "Last name", "E-mail addresses")["Wielu"] == ["z@wielu.example, a@wielu.example"]
    statements.clear()
    ada.get("/accountview/export.xlsx")
    few = len(statements)
    for number in range(5, 30):
        records.create(Account, {"name": f"Firma {number}", "tags": tags, "co_owners": [cast.jean]}, actor=SYSTEM)
    ada.get("/accountview/list/")
    statements.clear()
    ada.get("/accountview/export.xlsx")
    assert len(statements) <= few + 1


@pytest.mark.feature("C6")
def test_a_list_comes_out_in_the_order_that_it_is_looked_at(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    for direction in ("asc", "desc"):
        answer = client.get(f"/opportunityview/export.xlsx?_oc_OpportunityView=title&_od_OpportunityView={direction}")
        sheet = load_workbook(BytesIO(answer.data)).active
        assert sheet is not None
        titles = [str(row[0].value) for row in sheet.iter_rows(min_row=2)]
        assert len(titles) > 3 and titles == sorted(titles, key=fold, reverse=direction == "desc")
