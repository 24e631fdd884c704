"""Files as people really have them: a clear word for each that cannot be read, and nothing half imported."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from app.domain.imports import ImportState
from app.extensions import db
from app.models import Account, Opportunity
from app.support import sheet_reader
from tests.people import Cast
from tests.views.test_imports import finish, give, workbook

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body><office:spreadsheet><table:table table:name="Lista">{}'
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)


def ods(*rows: Any) -> bytes:
    """The least that is a spreadsheet of LibreOffice."""
    cells = ["".join(_cell(each) for each in row) for row in rows]
    return open_document("".join(f"<table:table-row>{row}</table:table-row>" for row in cells))


def open_document(rows: str) -> bytes:
    """``rows`` in the words of the format."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')
        archive.writestr("content.xml", ODS.format(rows))
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>' if value else "<table:table-cell/>"


def xls(*rows: Any) -> bytes:
    """The least that is an old workbook of Excel: records of BIFF 5, texts and numbers alone, in a file system of one file."""
    sheet = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0))
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            text = str(value).encode("cp1250")
            sheet += (_record(0x0203, struct.pack("<HHHd", at, place, 0, value)) if isinstance(value, int)
                      else _record(0x0204, struct.pack("<HHHH", at, place, 0, len(text)) + text))
    start = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0)) + _record(0x0042, struct.pack("<H", 1250))
    named = struct.pack("<BBB", 0, 0, 5) + b"Lista"
    start += _record(0x0085, struct.pack("<I", len(start) + 4 + 4 + len(named) + 4) + named) + _record(0x000A)
    return _one_file("Book", start + sheet + _record(0x000A))


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _one_file(name: str, content: bytes) -> bytes:
    """A compound file (MS-CFB): the table of sectors, the directory, then the file, which is large enough for sectors of its own."""
    content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
    count, end, free = len(content) // 512, 0xFFFFFFFE, 0xFFFFFFFF
    table = [0xFFFFFFFD, end, *range(3, count + 2), end]
    head = sheet_reader.OLE + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    entries = [_entry("Root Entry", 5, 1, end, 0), _entry(name, 2, free, 2, len(content))]
    return b"".join([head, struct.pack("<109I", 0, *[free] * 108), struct.pack("<128I", *table, *[free] * (128 - len(table))),
                     b"".join(entries).ljust(512, b"\0"), content])


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    free, words = 0xFFFFFFFF, f"{name}\0".encode("utf-16-le")
    return words.ljust(64, b"\0") + struct.pack("<HBBIII36xIQ", len(words), kind, 1, free, free, child, start, size)


def read(client: FlaskClient, content: bytes, name: str, of: str = "Account") -> Any:
    where = give(client, of, content, name)
    client.post(f"{where}/run")
    return finish()


def made(**wanted: Any) -> Account:
    return db.session.query(Account).filter_by(**wanted).one()


def test_a_spreadsheet_of_libreoffice(cast: Cast, client_of: Client) -> None:
    run = read(client_of(cast.ada, "en"), ods(["Nazwa firmy", "NIP", "Kod pocztowy"], ["Żółty Młyn", 8567346215, "01-234"]), "lista.ods")
    assert run.counts == {"created": 1} and made(nip="8567346215").name == "Żółty Młyn"


def test_macros_are_read_as_a_workbook_and_never_run(cast: Cast, client_of: Client) -> None:
    out = BytesIO(workbook(["Nazwa firmy", "NIP"], ["Z makrem", "8567346215"]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open(): Kill \"*\": End Sub")
    assert read(client_of(cast.ada, "en"), out.getvalue(), "makro.xlsm").counts == {"created": 1} and made(name="Z makrem")


def test_merged_headers_are_told(cast: Cast, client_of: Client) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Lista klientów 2026"], ["Nazwa firmy", "Adres e-mail", None], ["Scalona", "biuro@scalona.example", "drugi@scalona.example"]):
        sheet.append(row)
    sheet.merge_cells("B2:C2")
    out = BytesIO()
    book.save(out)
    client = client_of(cast.ada, "en")
    where = give(client, "Account", out.getvalue())
    page = client.get(where, follow_redirects=True).text
    assert "Cells of the header are merged" in page and "Column C" in page
    assert finish().state is ImportState.MAPPING and db.session.query(Account).filter_by(name="Scalona").count() == 0


def test_a_sheet_down_to_the_last_row_is_refused_whole(cast: Cast, client_of: Client) -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"], book.active["A2"], book.active["A1048576"] = "Nazwa firmy", "Pierwsza", "Ostatnia"
    out = BytesIO()
    book.save(out)
    client = client_of(cast.ada, "en")
    where = give(client, "Account", out.getvalue())
    assert finish().state is ImportState.FAILED and "at most 250,000 are read at once" in client.get(where).text
    assert db.session.query(Account).filter_by(name="Pierwsza").count() == 0


def test_a_text_with_too_many_rows_leaves_nothing_behind(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(cast.ada, "en")
    lines = b"Nazwa firmy\r\n" + b"Firma\r\n" * sheet_reader.MOST_ROWS
    where = give(client, "Account", lines, "x.csv")
    assert finish().state is ImportState.FAILED and "has too many rows" in client.get(where).text
    assert db.session.query(Account).filter_by(name="Firma").count() == 0


def test_days_and_numbers_as_people_type_them(cast: Cast, client_of: Client) -> None:
    rows = [("1 234,50", "30.11.2026", "1234.50"), ("1\u00a0234,5", "30/11/2026", "1234.50"), ("1\u202f234,50 zł", "30 listopada 2026", "1234.50"),
            ("1.234,50", "2026-11-30", "1234.50"), ("1,234.50", "30 novembre 2026", "1234.50"), ("12", "30.11.26", "12.00")]
    table = [["Tytuł", "Kwota", "Planowane zamknięcie"], *([f"Szansa {n}", amount, day] for n, (amount, day, _) in enumerate(rows))]
    assert read(client_of(cast.ada, "en"), workbook(*table), "x.xlsx", "Opportunity").counts == {"created": len(rows)}
    found = {item.title: item for item in db.session.query(Opportunity).filter(Opportunity.title.like("Szansa %"))}
    for n, (_, _, amount) in enumerate(rows):
        item = found[f"Szansa {n}"]
        assert (str(item.amount), item.expected_close_on) == (amount, date(2026, 11, 30)), rows[n]


def test_the_same_file_twice_makes_nothing_twice(cast: Cast, client_of: Client) -> None:
    client, content = client_of(cast.ada, "en"), workbook(["Nazwa firmy", "NIP"], ["Dwa razy", "8567346215"])
    assert read(client, content, "a.xlsx").counts == {"created": 1}
    where = give(client, "Account", content, "b.xlsx")
    assert "You imported this very file already" in client.get(where).text
    client.post(f"{where}/run")
    assert finish().counts == {"unchanged": 1} and made(name="Dwa razy")


def test_a_name_with_accents_is_the_same_in_another_spelling(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    table = [["Nazwa firmy", "Miejscowość"], ["Żółta Gęś", "Łódź"], ["Société Étoile", None], ["ŻÓŁTA GĘŚ", "Łódź"]]
    assert read(client, workbook(*table), "a.xlsx").counts == {"created": 2, "unchanged": 1}
    again = workbook(["Nazwa firmy", "Miejscowość"], ["Żółta Gęś", "Łódź"], ["SOCIÉTÉ ÉTOILE", "Rennes"])
    assert read(client, again, "b.xlsx").counts == {"unchanged": 1, "updated": 1} and made(name="Société Étoile").city == "Rennes"
    made(name="Żółta Gęś")


def test_a_spreadsheet_that_repeats_its_rows(cast: Cast, client_of: Client) -> None:
    """LibreOffice writes equal rows once, with their number, and the rest of the sheet as a million empty ones."""
    head, line = ("".join(_cell(each) for each in row) for row in (("Nazwa firmy", "Miejscowość"), ("Powtórzona", "Łomża")))
    empty = '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    rows = (f"<table:table-row>{head}</table:table-row><table:table-row table:number-rows-repeated=\"3\">{line}</table:table-row>{empty.format(4)}"
            f"<table:table-row>{line.replace('Łomża', 'Ełk')}</table:table-row>{empty.format(1_048_560)}")
    client = client_of(cast.ada, "en")
    assert read(client, open_document(rows), "x.ods").counts == {"created": 2, "unchanged": 2}
    where = give(client, "Account", open_document(f"<table:table-row>{head}</table:table-row><table:table-row table:number-rows-repeated=\"1048575\">"
                                                  f"{line}</table:table-row>"), "y.ods")
    assert finish().state is ImportState.FAILED and "too many rows" in client.get(where).text


def test_a_formula_counts_as_its_value_and_none_goes_out(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    text = "Nazwa firmy;Uwagi\r\n=HYPERLINK(\"http://x\");@SUM(A1)\r\n"
    assert read(client, text.encode(), "x.csv").counts == {"created": 1}
    name = made(remarks="@SUM(A1)").name
    sheet = load_workbook(BytesIO(client.get("/accountview/export.xlsx").data)).active
    assert sheet is not None and name.startswith("=")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(("=", "@"))} == {"s"}


def _computed(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """The workbook with other words in its parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            part = given.read(name)
            for old, new in changes if name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml") else ():
                part = part.replace(old, new)
            made.writestr(name, part)
    return out.getvalue()


HEAD = ["Nazwa firmy", "NIP", "Miejscowość", "Uwagi"]
UNCOMPUTED = workbook(HEAD, ["Z formułą", "8567346215", '="Eł"&"k"', "=1+1"], ["Bez formuły", "5260250274", "Łomża"])


@pytest.mark.parametrize(("language", "said"), [
    ("en", "2 cells hold formulas that were never computed (C2, D2)"), ("fr", "2 cellules contiennent des formules jamais calculées (C2, D2)"),
    ("pl", "2 komórki zawierają formuły, których nigdy nie obliczono (C2, D2)"),
])
def test_a_formula_without_a_value_is_told_before_anything_is_saved(cast: Cast, client_of: Client, language: str, said: str) -> None:
    client = client_of(cast.ada, language)
    where = give(client, "Account", UNCOMPUTED)
    assert said in client.get(where).text and said in client.get(f"{where}/columns").text
    client.post(f"{where}/run")
    assert finish().counts == {"created": 2}
    assert (made(name="Z formułą").city, made(name="Bez formuły").city) == (None, "Łomża")


def test_a_file_of_nothing_but_such_formulas_says_so(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    for rows in ([HEAD, ['="Młyn"', "=1+1"]], [['="Nazwa firmy"'], ['="Młyn"']]):
        where = give(client, "Account", workbook(*rows))
        assert finish().state is ImportState.FAILED and "formulas that were never computed" in client.get(where).text
    where = give(client, "Account", workbook(HEAD))
    assert "Below the header there is no row." in client.get(where).text


@pytest.mark.parametrize(("changes", "told"), [
    ([(b"<v></v>", b"<v>2</v>"), (b"<v />", b"<v>2</v>")], 0),
    ([(b'r="C2"', b'r="C2" t="str"'), (b'r="D2"', b'r="D2" t="str"')], 0),  # computed, and it is an empty text
    ([(b"<v></v>", b""), (b"<v />", b"")], 2),
    ([(b"<v></v>", b"<v>0</v>"), (b"<v />", b"<v>0</v>")], 2),  # of a book that asks to be computed when it is opened
    ([(b"<v></v>", b"<v>0</v>"), (b"<v />", b"<v>0</v>"), (b'fullCalcOnLoad="1"', b"")], 0),
    ([(b"<c r", b"<x:c r"), (b"</c>", b"</x:c>"), (b"<f>", b"<x:f>"), (b"</f>", b"</x:f>"), (b"<v></v>", b"<x:v/>"), (b"<v />", b"<x:v/>"),
      (b"<worksheet ", b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ')], 2),
])
def test_only_formulas_that_nobody_computed_are_told(tmp_path: Path, changes: list[tuple[bytes, bytes]], told: int) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(_computed(UNCOMPUTED, *changes))
    first = next(sheet_reader.read(path, ""))
    assert first["uncomputed"] == (told, ["C2", "D2"][:told])


FORMULA = '<table:table-cell table:formula="of:=1+1"{}'
OPEN_FORMULAS = "".join((
    "<table:table-row>", *map(_cell, HEAD), "</table:table-row>",
    '<table:table-row table:number-rows-repeated="2">', _cell("Powtórzona"), '<table:table-cell table:number-columns-repeated="2"/>', FORMULA.format("/>"),
    "</table:table-row>", "<table:table-row>", _cell("Obliczona"),
    FORMULA.format(' office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'),
    FORMULA.format("><text:p>Ełk</text:p></table:table-cell>"), FORMULA.format("></table:table-cell>"), "</table:table-row>",
))


def test_formulas_without_a_value_of_libreoffice_are_told(cast: Cast, client_of: Client, tmp_path: Path) -> None:
    client = client_of(cast.ada, "en")
    where = give(client, "Account", open_document(OPEN_FORMULAS), "lista.ods")
    assert "3 cells hold formulas that were never computed (D2, D4 …)" in client.get(where).text
    path = tmp_path / "list.ods"
    path.write_bytes(open_document(OPEN_FORMULAS.replace(FORMULA.format("/>"), "<table:table-cell/>")))
    assert next(sheet_reader.read(path, ""))["uncomputed"] == (1, ["D4"])
    path.write_bytes(ods(HEAD, ["Bez formuły", 1]))
    assert next(sheet_reader.read(path, ""))["uncomputed"] == (0, [])
    path.write_bytes(open_document("<table:table-row>" + FORMULA.format("/>") + "</table:table-row>"))
    with pytest.raises(sheet_reader.Unreadable, match="not_computed"):
        next(sheet_reader.read(path, ""))


def test_bytes_of_another_alphabet_stay_letters(cast: Cast, client_of: Client) -> None:
    text = "Nazwa firmy;Miejscowość\r\nŻółta Gęś;Łódź\r\n"
    client = client_of(cast.ada, "en")
    assert read(client, text.encode("cp1250"), "x.csv").counts == {"created": 1} and made(city="Łódź").name == "Żółta Gęś"
    torn = "Nazwa firmy;Miejscowość\r\nŻółta Łąka;Żółtańce\r\n".encode() + b"Zepsuta \xff;x\r\n"
    where = give(client, "Account", torn, "y.csv")
    assert "Some letters of the file cannot be read" in client.get(where).text
    client.post(f"{where}/run")
    assert finish().counts == {"created": 2} and made(city="Żółtańce").name == "Żółta Łąka"


def test_an_old_workbook_of_excel(cast: Cast, client_of: Client) -> None:
    run = read(client_of(cast.ada, "en"), xls(["Nazwa firmy", "NIP"], ["Stary Młyn", 8567346215]), "lista.xls")
    assert run.counts == {"created": 1} and made(nip="8567346215").name == "Stary Młyn", run.because
