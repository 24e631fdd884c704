"""Tables as Excel workbooks: real dates and numbers, codes as text with their leading zeros."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import IO, Any

import rustpy_xlsxwriter

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BAD_TITLE = re.compile(r"[\[\]:*?/\\]")
CELL_LIMIT = 32_767
MANY = 10_000  # rows from which a writer in Rust takes over: it holds one row at a time, and needs a tenth of the time
LOOK = 1_000  # rows by which it is seen which columns hold days
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd h:mm:ss"


def workbook(title: str, header: list[str], rows: Iterable[list[Any]]) -> IO[bytes]:
    """A file, open at its beginning: one sheet named ``title``, a header row, then ``rows``. Text is never taken for a formula."""
    rest = iter(rows)
    first = list(islice(rest, MANY))
    sheet, names = _BAD_TITLE.sub(" ", title)[:31].strip("' ") or "Kurier", _once_each(header)
    return _of_few(sheet, names, first) if len(first) < MANY else _of_many(sheet, names, first, rest)


def _once_each(header: list[str]) -> list[str]:
    """No two columns have one name: "Name", "Name (2)"."""
    found: dict[str, None] = {}
    for name in header:
        number, written = 1, name
        while written in found:
            number += 1
            written = f"{name} ({number})"
        found[written] = None
    return list(found)


def _width(name: str) -> int:
    return min(max(len(name) + 4, 14), 40)


def _of_few(title: str, header: list[str], rows: Iterable[list[Any]]) -> IO[bytes]:
    from openpyxl import Workbook  # not loaded by every process: it takes a tenth of a second
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    def bold(name: str) -> Any:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        return cell

    def cell_of(value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float | Decimal | datetime | date | time):
            return value
        cell = WriteOnlyCell(sheet, value=_text(value))
        cell.data_type = "s"  # "=1+1" stays a text
        return cell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(name)
    sheet.append([bold(name) for name in header])
    for row in rows:
        sheet.append([cell_of(value) for value in row])
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def _text(value: Any) -> str:
    text = str(value)
    return _FORBIDDEN.sub("", text)[:CELL_LIMIT] if len(text) > CELL_LIMIT or not text.isprintable() else text


def _of_many(title: str, header: list[str], first: list[list[Any]], rest: Iterator[list[Any]]) -> IO[bytes]:
    out = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    days = {name for place, name in enumerate(header) if _holds_days(row[place] for row in first[:LOOK])}
    rustpy_xlsxwriter.write_worksheet(
        _as_records(header, chain(first, rest)), out, sheet_name=title, freeze_row=1, bold_headers=True,
        datetime_format=_MOMENT, column_widths={name: float(_width(name)) for name in header},
        column_formats={name: rustpy_xlsxwriter.Format().set_num_format(_DAY) for name in days} or None,
    )
    out.seek(0)
    return out


def _holds_days(values: Iterable[Any]) -> bool:
    found = next((value for value in values if value is not None), None)
    return isinstance(found, date) and not isinstance(found, datetime)


_AS_THEY_ARE = {type(None), bool, int, float, Decimal, datetime, date}


def _as_records(header: list[str], rows: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    """Rows as the writer takes them. There are millions of cells: nothing is called for one that can be written as it is."""
    for row in rows:
        yield {
            name: value if (kind := type(value)) in _AS_THEY_ARE or (kind is str and value.isprintable() and len(value) <= CELL_LIMIT) else _value(value)
            for name, value in zip(header, row, strict=True)
        }


def _value(value: Any) -> Any:
    return str(value) if isinstance(value, time) else _text(value)
