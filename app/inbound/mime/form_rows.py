"""The rows that a reader of a notification sees: lines, lines in bold, and a label with the value beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.inbound.mime.form_labels import MAX_LABEL
from app.inbound.mime.html import is_safe_to_parse, keeps_lines, to_text
from app.inbound.mime.plain_lines import without_invisible

MAX_ROWS = 600
MAX_TEXT = 64 * 1024
MAX_HTML = 256 * 1024  # no notification is as long


class Shape(Enum):
    LINE = "line"
    STRONG = "strong"  # a whole line in bold, or a heading
    CELLS = "cells"  # a label with its value beside it in a table: nothing below belongs to it
    PAIR = "pair"  # a label in bold with its colon
    LED = "led"  # begins in bold: perhaps a label, perhaps a word with weight


@dataclass(frozen=True, slots=True)
class Row:
    """``label`` is empty for lines."""

    shape: Shape
    label: str
    text: str

    @property
    def line(self) -> str:
        return f"{self.label} {self.text}".strip()


_RULED = re.compile(r"^(?:[-=~]{2,} ?([^-=~\n]{1,80}?) ?[-=~]{2,}|\*{1,2}([^*\n]{1,80})\*{1,2}:?)$")
_EMPHASIS = re.compile(r"\*{1,2}([^*\n]{1,120})\*{1,2}")


def text_rows(text: str) -> list[Row]:
    """The lines of a plain text; ``--- Name ---`` and ``*Name*`` are its bold ones."""
    rows = []
    for line in without_invisible(text[:MAX_TEXT]).split("\n", MAX_ROWS)[:MAX_ROWS]:
        shown = line.strip(" \t>\u00a0")
        if len(shown) > 2 and shown[0] == shown[-1] == "|":
            line = shown = shown[1:-1].strip()
        found = _RULED.match(shown)
        if found and (name := (found[1] or found[2] or "").strip()):
            rows.append(Row(Shape.STRONG, "", name))
        else:
            rows.append(Row(Shape.LINE, "", _EMPHASIS.sub(r"\1", line.rstrip()) if "*" in line else line.rstrip()))
    return rows


_HIDDEN = frozenset(["head", "script", "style", "title", "template", "noscript", "svg"])
_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "tfoot",
    "thead", "tr", "ul",
])  # fmt: skip
_STRONG = frozenset(["b", "strong", "dt", "label", "th", "h1", "h2", "h3", "h4", "h5", "h6"])
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)|font:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0\u200b]+")


def html_rows(html: str) -> list[Row]:
    """The rows of ``html``; a table row of two cells is a label with its value, however deep it lies."""
    html = without_invisible(html[:MAX_HTML])
    if not is_safe_to_parse(html):
        return text_rows(to_text(html))
    root = LexborHTMLParser(html).body
    rows = _Reader().read(root) if root else []
    return [replace(row, text=_EMPHASIS.sub(r"\1", row.text)) if row.text.count("*") > 1 else row for row in rows]


@dataclass(slots=True)
class _Cells:
    """The cells of a table row that is being read."""

    done: list[list[Row]] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self.sink: list[Row] = []
        self.outer: list[list[Row]] = []
        self.tables: list[_Cells] = []
        self.line: list[tuple[str, bool]] = []
        self.strong = 0

    def read(self, root: LexborNode) -> list[Row]:
        for node, is_leaving in _walk(root):
            tag = node.tag or ""
            if tag == "-text":
                self._say(node.text_content or "", is_preformatted=_is_preformatted(node))
            elif is_leaving:
                self._leave(node, tag)
            else:
                self._enter(node, tag)
            if len(self.sink) > MAX_ROWS:
                break
        self._end_line()
        while self.outer:
            self.outer[-1].extend(self.sink)
            self.sink = self.outer.pop()
        return self.sink[:MAX_ROWS]

    def _say(self, text: str, *, is_preformatted: bool) -> None:
        if is_preformatted:
            first, *others = text.split("\n")
            self.line.append((first, self.strong > 0))
            for each in others:
                self._end_line(is_forced=True)
                self.line.append((each, self.strong > 0))
        else:
            self.line.append((_BLANKS.sub(" ", text), self.strong > 0))

    def _enter(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._end_line(is_forced=True)
            return
        if tag in _BLOCKS:
            self._end_line()
        if tag == "hr":
            self.sink.append(Row(Shape.LINE, "", "---"))
        elif tag == "tr":
            self.tables.append(_Cells())
        elif tag in ("td", "th") and self.tables:
            self._end_line()
            self.outer.append(self.sink)
            self.sink = []
        self.strong += _is_strong(node, tag)

    def _leave(self, node: LexborNode, tag: str) -> None:
        if tag in ("td", "th") and self.tables and self.outer:
            self._end_line()
            cell, self.sink = self.sink, self.outer.pop()
            self.tables[-1].done.append(cell)
        elif tag == "tr" and self.tables:
            self._end_line()
            self.sink += _joined(self.tables.pop().done)
        elif tag in _BLOCKS:
            self._end_line()
            if tag == "p":
                self.sink.append(Row(Shape.LINE, "", ""))
        self.strong -= _is_strong(node, tag)

    def _end_line(self, *, is_forced: bool = False) -> None:
        pieces, self.line = self.line, []
        text = _BLANKS.sub(" ", "".join(piece for piece, _ in pieces)).strip()
        if not text:
            if is_forced:
                self.sink.append(Row(Shape.LINE, "", ""))
            return
        self.sink.append(_row(text, pieces))


def _row(text: str, pieces: list[tuple[str, bool]]) -> Row:
    spoken = [(piece, is_strong) for piece, is_strong in pieces if piece.strip()]
    if all(is_strong for _, is_strong in spoken):
        return Row(Shape.STRONG, "", text)
    lead = ""
    for piece, is_strong in spoken:
        if not is_strong:
            break
        lead += piece
    label = _BLANKS.sub(" ", lead).strip()
    rest = text[len(label) :].strip() if label and text.startswith(label) else ""
    if not rest or len(label) > MAX_LABEL:
        return Row(Shape.LINE, "", text)
    has_colon = label.endswith((":", "\uff1a")) or rest.startswith((":", "\uff1a"))
    return Row(Shape.PAIR if has_colon else Shape.LED, label, rest.lstrip(":\uff1a ") if has_colon else rest)


def _joined(cells: list[list[Row]]) -> list[Row]:
    """One table row: its two cells as label and value, or what its cells hold one after the other."""
    filled = [cell for cell in cells if any(row.line.strip(" :") for row in cell)]
    if len(filled) == 2 and _is_plain(filled[0]) and _is_plain(filled[1]):
        label = [row.line for row in filled[0] if row.line]
        if len(label) == 1 and len(label[0]) <= MAX_LABEL and "@" not in label[0]:
            return [Row(Shape.CELLS, label[0], "\n".join(row.line for row in filled[1]).strip())]
    return [row for cell in filled for row in cell]


def _is_plain(cell: list[Row]) -> bool:
    return all(row.shape not in (Shape.CELLS, Shape.PAIR) for row in cell)


def _is_strong(node: LexborNode, tag: str) -> bool:
    return tag in _STRONG or (tag != "-text" and _BOLD.search(node.attributes.get("style") or "") is not None)


def _is_preformatted(node: LexborNode) -> bool:
    above, steps = node.parent, 0
    while above is not None and steps < 4:
        if above.tag == "pre" or keeps_lines(above.attributes.get("style") or ""):
            return True
        above, steps = above.parent, steps + 1
    return False


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Nodes below ``root`` in order; an element comes twice, the second time when it ends."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, is_leaving = stack.pop()
        tag = node.tag or ""
        if tag in _HIDDEN or tag.startswith(("!", "-comment", "_")):
            continue
        yield node, is_leaving
        if is_leaving or tag == "-text":
            continue
        stack.append((node, True))
        stack += [(child, False) for child in reversed(list(node.iter(include_text=True)))]
