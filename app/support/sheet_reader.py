"""Reads one table of a file that somebody gave us, in a process of its own: run as a script, it imports nothing of the program.

Written to stdout, a JSON value a line: first what the file is, then ``[number, cells]`` for each row that holds something, in order; numbers
count from 1 as the spreadsheet shows them. A day or a moment is ``{"at": ISO 8601}``. A file that cannot be read ends with ``{"wrong": code}``.
Macros are never run and formulas never computed: the value that stands in the file is read. Where a program wrote formulas and no
values, how many they are and where the first ones stand is said of the file.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from string import ascii_uppercase
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

MEMORY = 1536 << 20  # bytes of address space
SECONDS = 120  # of the processor
UNPACKED = 600 << 20  # bytes in an archive; 250,000 rows of 20 columns have 400 MB
MOST_ROWS, MOST_COLUMNS = 250_000, 300
LONGEST = 40_000  # characters of a cell
FIRST = 3  # places that are named of many
LOOK = 64 << 10  # bytes by which a text is recognised
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Letters that tell the code page of a text, and how it is written without them.
_POLISH, _FRENCH = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "àâçéèêëîïôùûüœÀÂÇÉÈÊËÎÏÔÙÛÜŒ’–€°"
# A cell with a formula: its attributes, and its value with and without the tags around it.
_FORMULA = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(<(?:\w+:)?v(?:\s*/>|>([^<]*)</(?:\w+:)?v>)\s*)?</")
_PLACE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
_TO_COMPUTE = re.compile(rb'\bfullCalcOnLoad="(?:1|true)"')
_PAGES = (("cp1250", _POLISH + "–’€°"), ("iso8859-2", _POLISH), ("cp1252", _FRENCH))


class Unreadable(Exception):
    """``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(path: Path, sheet: str) -> Iterator[Any]:
    """What this module writes, of ``path``; ``sheet`` names one table of several, empty: the first that holds something."""
    with path.open("rb") as file:
        start = file.read(LOOK)
    if not start.strip():
        raise Unreadable("empty")
    if start.startswith(b"PK\x03\x04"):
        _check_archive(path)
        return _workbook(path, sheet)
    if start.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise Unreadable("encrypted")
        return _workbook(path, sheet)
    if start.startswith(b"%PDF") or start.lstrip()[:9].lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise Unreadable("no_table")
    return _text(path, start)


# ---- workbooks


def _check_archive(path: Path) -> None:
    """Unpack everything once without keeping it: what an archive says of its own size proves nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {each.filename for each in archive.infolist()}
            if any(each.flag_bits & 1 for each in archive.infolist()):
                raise Unreadable("encrypted")
            left = UNPACKED
            with path.open("rb") as raw:
                for each in archive.infolist():
                    left -= _unpacked(raw, each, left)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError) as error:
        raise Unreadable("damaged") from error
    is_book = {"xl/workbook.xml", "xl/workbook.bin"} & names or ("content.xml" in names and "mimetype" in names)
    if not is_book:
        raise Unreadable("no_table")


def _unpacked(raw: Any, entry: zipfile.ZipInfo, left: int) -> int:
    raw.seek(entry.header_offset + 26)
    lengths = raw.read(4)
    raw.seek(entry.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"))
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return entry.compress_size
    inflate, size, waiting = zlib.decompressobj(-15), 0, entry.compress_size
    while waiting > 0 and (packed := raw.read(min(LOOK, waiting))):
        waiting -= len(packed)
        while packed:
            size += len(inflate.decompress(packed, 1 << 20))
            packed = inflate.unconsumed_tail
            if size > left:
                raise Unreadable("too_large")
    return size


def _workbook(path: Path, wanted: str) -> Iterator[Any]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            names = [each.name for each in book.sheets_metadata if str(each.typ).endswith("WorkSheet")]
            name, sheet = _chosen(book, names, wanted)
            if sheet is None:
                raise Unreadable("not_computed" if any(_uncomputed(path, each)[0] for each in names) else "empty")
            if sheet.total_height > MOST_ROWS:
                raise Unreadable("too_many_rows")
            if sheet.total_width > MOST_COLUMNS:
                raise Unreadable("too_many_columns")
            yield {"sheets": names, "sheet": name, "left": (sheet.start or (0, 0))[1],
                   "merged": [[*top, *bottom] for top, bottom in (sheet.merged_cell_ranges or [])[:1000]], "uncomputed": _uncomputed(path, name)}
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                row = [_cell(each) for each in cells]
                if any(each is not None for each in row):
                    yield [number, _trimmed(row)]
    except PasswordError as error:
        raise Unreadable("encrypted") from error
    except CalamineError as error:
        raise Unreadable("encrypted" if "assword" in str(error) else "damaged") from error


def _chosen(book: CalamineWorkbook, names: list[str], wanted: str) -> tuple[str, CalamineSheet | None]:
    for name in [wanted] if wanted in names else names:
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            return name, sheet
    return "", None


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value[:LONGEST] if value.strip() else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, datetime | date | time):
        return {"at": value.isoformat()}
    return str(value) if isinstance(value, timedelta) else value


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] is None:
        row.pop()
    return row


def _uncomputed(path: Path, sheet: str) -> tuple[int, list[str]]:
    """(how many, where the first ones stand) of the formulas whose value is not in the file: of xlsx, xlsm and ods; nothing tells it of xls and xlsb.

    A 0 is none either where the book itself asks to be computed when it is opened: some programs write it for all formulas.
    """
    if path.open("rb").read(len(OLE)).startswith(OLE):
        return 0, []
    with zipfile.ZipFile(path) as archive:
        return _uncomputed_open(archive, sheet) if "content.xml" in archive.namelist() else _uncomputed_office(archive, sheet)


def _uncomputed_office(archive: zipfile.ZipFile, sheet: str) -> tuple[int, list[str]]:
    places: list[str] = []
    count = 0
    try:
        is_stale = _TO_COMPUTE.search(archive.read("xl/workbook.xml")) is not None
        with archive.open(_part_of(archive, sheet)) as part:
            for told, tags, value in _formulas(part):
                if value.strip() and not (is_stale and value.strip() == b"0") or tags and b't="str"' in told:
                    continue
                count += 1
                if len(places) < FIRST and (place := _PLACE.search(told)):
                    places.append(place[1].decode())
    except (KeyError, StopIteration, ElementTree.ParseError, zipfile.BadZipFile):
        return 0, []
    return count, places


class _OpenSheet:
    """Counts the formulas without a value of one sheet of a content.xml (OpenDocument 1.3, part 3, 9.1.4), as a parser walks through it."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self.count, self.places = sheet, 0, list[str]()
        self._is_here, self._row, self._column, self._repeated = False, 0, 0, 1
        self._formula: tuple[str, int] | None = None  # (where, how many times) of the cell in which the parser is

    def start(self, name: str, told: dict[str, str]) -> None:
        _, _, bare = name.rpartition(":")
        if bare == "table":
            self._is_here, self._row = told.get("table:name") == self.sheet, 0
        elif bare == "table-row":
            self._repeated, self._column = int(told.get("table:number-rows-repeated", 1)), 0
        elif self._is_here and bare in ("table-cell", "covered-table-cell"):
            times = int(told.get("table:number-columns-repeated", 1))
            has_value = any(f"office:{each}value" in told for each in ("", "string-", "date-", "time-", "boolean-"))
            if "table:formula" in told and not has_value:
                self._formula = (f"{_letters(self._column)}{self._row + 1}", times * self._repeated)
            self._column += times

    def text(self, words: str) -> None:
        if words.strip():
            self._formula = None  # it has a value, as it is shown

    def end(self, name: str) -> None:
        _, _, bare = name.rpartition(":")
        if bare == "table-row":
            self._row += self._repeated
        elif bare in ("table-cell", "covered-table-cell") and self._formula is not None:
            self.count += self._formula[1]
            if len(self.places) < FIRST:
                self.places.append(self._formula[0])
            self._formula = None


def _letters(column: int) -> str:
    """"A" for 0, "AA" for 26."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, len(ascii_uppercase))
        letters = ascii_uppercase[rest] + letters
    return letters


def _uncomputed_open(archive: zipfile.ZipFile, sheet: str) -> tuple[int, list[str]]:
    with archive.open("content.xml") as part:
        if not _holds(part, b":formula="):
            return 0, []
    found, parser = _OpenSheet(sheet), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = found.start, found.text, found.end
    try:
        with archive.open("content.xml") as part:
            parser.ParseFile(part)
    except (expat.ExpatError, ValueError):
        return 0, []
    return found.count, found.places


def _holds(part: IO[bytes], wanted: bytes) -> bool:
    rest = b""
    while chunk := part.read(1 << 20):
        if wanted in rest + chunk:
            return True
        rest = chunk[-len(wanted) :]
    return False


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name in the archive of what holds the cells of ``sheet``."""
    book, links = (ElementTree.fromstring(archive.read(f"xl/{name}")) for name in ("workbook.xml", "_rels/workbook.xml.rels"))
    told = next(each.attrib for each in book.iter() if each.tag.endswith("}sheet") and each.get("name") == sheet)
    key = next(value for name, value in told.items() if name.endswith("}id"))
    target = next(each.attrib["Target"] for each in links if each.get("Id") == key)
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _formulas(part: IO[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(attributes, the tags of the value, the value) of each cell with a formula."""
    rest = b""
    while chunk := part.read(1 << 20):
        rest += chunk
        end = rest.rfind(b"c>") + 2
        if end < 2:
            rest = rest[-LONGEST:]
            continue
        if b"<f" in rest or b":f" in rest:
            yield from (each.groups(b"") for each in _FORMULA.finditer(rest, 0, end))  # type: ignore[misc]
        rest = rest[end:]


# ---- text with separators


def _text(path: Path, start: bytes) -> Iterator[Any]:
    encoding = _encoding(path, start)
    sample = start.decode(encoding, "replace")
    separator = _separator(sample)
    yield {"sheets": [], "sheet": "", "left": 0, "merged": [], "encoding": encoding, "separator": separator,
           "torn": encoding == "utf-8-sig" and not _is_utf8(path)}
    csv.field_size_limit(LONGEST)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        try:
            yield from _lines(csv.reader(_without_nul(file), delimiter=separator))
        except csv.Error as error:
            raise Unreadable("damaged") from error


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\x00", "") for line in lines)


def _lines(rows: Iterable[list[str]]) -> Iterator[Any]:
    for number, cells in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise Unreadable("too_many_rows")
        row = _trimmed([each if each.strip() else None for each in cells])
        if len(row) > MOST_COLUMNS:
            raise Unreadable("too_many_columns")
        if row:
            yield [number, row]


def _encoding(path: Path, start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in start:
        raise Unreadable("no_table")
    if _is_utf8(path) or _is_torn(path):
        return "utf-8-sig"
    high = Counter(byte for byte in path.read_bytes()[: 8 * LOOK] if byte > 127)
    scores = {
        page: sum(count if bytes([byte]).decode(page, "replace") in letters else -count for byte, count in high.items()) for page, letters in _PAGES
    }
    return max(scores, key=lambda page: scores[page])


def _is_torn(path: Path) -> bool:
    """Whether it is UTF-8 but for a few bytes: of another code page nearly every letter would be wrong."""
    content = path.read_bytes()
    text = content.decode("utf-8", "replace")
    return text.count("\ufffd") * 4 < len(content) - len(text)


def _is_utf8(path: Path) -> bool:
    with path.open(encoding="utf-8") as file:
        try:
            while file.read(LOOK):
                pass
        except UnicodeDecodeError:
            return False
    return True


def _separator(sample: str) -> str:
    """The sign that parts most lines into the same number of cells, more than one."""
    best, chosen = (0.0, 0), ";"
    for sign in (";", ",", "\t", "|"):
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample.rpartition("\n")[0] or sample), delimiter=sign) if row)
        width, lines = max(widths.items(), key=lambda each: (each[1], each[0]), default=(1, 0))
        share = lines / max(1, sum(widths.values()))
        if width > 1 and (round(share, 1), width) > best:
            best, chosen = (round(share, 1), width), sign
    return chosen


def main(path: str, sheet: str) -> None:
    """Write what stands in ``path``; its end is always a line that says how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out, last = sys.stdout, {"end": True}
    try:
        for each in read(Path(path), sheet):
            out.write(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n")
    except Unreadable as error:
        last = {"wrong": error.code}  # type: ignore[dict-item]
    except MemoryError:
        last = {"wrong": "too_large"}  # type: ignore[dict-item]
    out.write(json.dumps(last) + "\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    main(sys.argv[1], sys.argv[2])
