"""Tables as Excel workbooks: real dates and numbers, codes as text with their leading zeros."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BAD_TITLE = re.compile(r"[\[\]:*?/\\]")
CELL_LIMIT = 32_767


def workbook(title: str, header: list[str], rows: Iterable[list[Any]]) -> bytes:
    """One sheet named ``title``: a header row, then ``rows``. Text is never taken for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_BAD_TITLE.sub(" ", title)[:31] or "Kurier")
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(max(len(name) + 4, 14), 40)
    sheet.append([_bold(sheet, name) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | Decimal | datetime | date | time):
        return value
    cell = WriteOnlyCell(sheet, value=_FORBIDDEN.sub("", str(value))[:CELL_LIMIT])
    cell.data_type = "s"  # "=1+1" stays a text
    return cell
