"""Tables as CSV (RFC 4180) that Excel opens as it should: UTF-8 with its mark, semicolons, no text that acts as a formula."""

import csv
import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from typing import IO, Any

MIMETYPE = "text/csv; charset=utf-8"
_ACTING = ("=", "@", "\t", "\r")


def table(header: list[str], rows: Iterable[list[Any]]) -> IO[bytes]:
    """A file, open at its beginning: a header line, then ``rows``: ISO dates, numbers with a decimal point, everything else as text."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    text = TextIOWrapper(out, "utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_text(value) for value in row] for row in rows)
    text.detach()
    out.seek(0)
    return out


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | float | Decimal):
        return str(value)
    text = str(value).replace("\x00", "")
    # A minus or plus acts as well, but begins telephones and amounts too: only what is no number is quoted.
    is_acting = text.startswith(_ACTING) or (text[:1] in "+-" and not text[1:].replace(" ", "").replace(".", "").isdigit())
    return f"'{text}" if is_acting else text
