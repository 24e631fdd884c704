"""Lists that leave the program: the same rows in both forms, and only those that one may take away."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.reports.render.csv import table
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


def test_one_reads_the_whole_address_book_but_takes_away_ones_own(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.anna)
    assert "Stone" in client.get("/contactview/list/").text
    exported = client.get("/contactview/export.csv").data.decode("utf-8-sig")
    assert "Dudek" in exported and "Stone" not in exported and "Hamon" not in exported


def test_text_that_would_act_as_a_formula_does_not() -> None:
    content = table(["a"], [["=1+1"], ["@x"], ["+48 85 555 01 42"], ["-"], ["00123"]]).decode("utf-8-sig")
    assert content.split("\r\n")[1:-1] == ["'=1+1", "'@x", "+48 85 555 01 42", "'-", "00123"]
