"""Text out of compressed RTF (MS-OXRTFCP, MS-OXRTFEX): what Outlook puts into winmail.dat where it sends no other text.

The libraries for it take a time that grows with the square of what a stranger sends; here every byte is looked at once.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.inbound.mime.charsets import decode

MAX_RTF = 1 << 20  # bytes, compressed and not
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_WINDOW = 4096
_PRESET = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New Roman"
    rb"Courier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(rb"\\([A-Za-z]{1,32})(-?[0-9]{1,9})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.DOTALL)
_CHARACTERS = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "—", b"endash": "–",
    b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
}  # fmt: skip
_SYMBOLS = {b"~": "\xa0", b"_": "‑", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}
# Groups whose words are not those of the text.
_ASIDE = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"filetbl", b"listtable", b"themedata"}
_CHARSETS = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb2312", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


def decompressed(data: bytes) -> bytes:
    """The RTF of a PR_RTF_COMPRESSED; as much as there is of a broken one, nothing of what is none."""
    if len(data) < 16:
        return b""
    kind, body = data[8:12], data[16 : 16 + MAX_RTF]
    if kind == _PLAIN:
        return body[: struct.unpack_from("<I", data, 4)[0]]
    return _unpacked(body) if kind == _COMPRESSED else b""


def _unpacked(body: bytes) -> bytes:
    found = bytearray(_PRESET)
    offset = 0
    while offset < len(body) and len(found) < MAX_RTF:
        flags, offset = body[offset], offset + 1
        for bit in range(8):
            if not flags >> bit & 1:
                found += body[offset : offset + 1]
                offset += 1
                continue
            if offset + 2 > len(body):
                return bytes(found[len(_PRESET) :])
            (token,) = struct.unpack_from(">H", body, offset)
            offset += 2
            back = (len(found) - (token >> 4)) % _WINDOW
            if back == 0:  # the end
                return bytes(found[len(_PRESET) :])
            for _ in range((token & 15) + 2):
                found.append(found[-back] if back <= len(found) else 0x20)
    return bytes(found[len(_PRESET) :])


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until the brace closes."""

    is_aside: bool = False
    is_tag: bool = False  # markup of the HTML that the RTF stands for
    is_rtf_only: bool = False
    skips: int = 1  # characters that stand for a Unicode one before them
    font: int | None = None


class _Reader:
    def __init__(self, rtf: bytes) -> None:
        self._rtf = rtf
        self._groups: list[_Group] = []
        self._now = _Group()
        self._charset = "cp1252"
        self._fonts: dict[int, str] = {}
        self._reads_fonts = 0  # depth of the table
        self._font = 0
        self._to_skip = 0
        self._waiting = bytearray()
        self._is_destination = False
        self._text: list[str] = []
        self.is_html = False

    def text(self) -> str:
        for word, number, byte, symbol, brace, plain in self._tokens():
            if brace:
                self._brace(brace)
            elif word:
                self._word(word.lower(), int(number) if number else None)
            elif byte:
                self._bytes(bytes.fromhex(byte.decode()))
            elif symbol == b"*":
                self._is_destination = True
                continue
            elif symbol:
                self._say(_SYMBOLS.get(symbol, ""))
            elif plain:
                self._bytes(plain)
            self._is_destination = False
        self._flush()
        return "".join(self._text)

    def _tokens(self) -> Iterator[tuple[bytes | None, ...]]:
        offset = 0
        while match := _TOKEN.match(self._rtf, offset):
            yield match.groups()
            offset = match.end()
            if match[1] == b"bin" and match[2]:
                offset += max(0, int(match[2]))

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._to_skip = 0
        if brace == b"{":
            self._groups.append(self._now)
        elif self._groups:
            self._now = self._groups.pop()
            if len(self._groups) < self._reads_fonts:
                self._reads_fonts = 0

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._say(chr(number % 0x10000))
            self._to_skip = self._now.skips
            return
        self._flush()
        self._to_skip = 0
        if word in _CHARACTERS:
            self._say(_CHARACTERS[word])
        elif word == b"fonttbl":
            self._reads_fonts = len(self._groups)
            self._now = replace(self._now, is_aside=True)
        elif word == b"htmltag":
            self._now = replace(self._now, is_tag=True)
        elif self._is_destination or word in _ASIDE:
            self._now = replace(self._now, is_aside=True)
        elif word == b"htmlrtf":
            self._now = replace(self._now, is_rtf_only=number != 0)
        elif word == b"fromhtml":
            self.is_html = number != 0
        else:
            self._set(word, number or 0)

    def _set(self, word: bytes, number: int) -> None:
        if word == b"uc":
            self._now = replace(self._now, skips=max(0, min(number, 8)))
        elif word == b"ansicpg":
            self._charset = f"cp{number}"
        elif word == b"f" and self._reads_fonts:
            self._font = number
        elif word == b"f":
            self._now = replace(self._now, font=number)
        elif word == b"fcharset" and self._reads_fonts and number in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[number]

    def _bytes(self, some: bytes) -> None:
        skipped = min(self._to_skip, len(some))
        self._to_skip -= skipped
        if self._is_heard():
            self._waiting += some[skipped:]

    def _say(self, text: str) -> None:
        self._flush()
        if self._is_heard():
            self._text.append(text)

    def _is_heard(self) -> bool:
        now = self._now
        return not now.is_aside and not now.is_rtf_only and (self.is_html or not now.is_tag)

    def _flush(self) -> None:
        if self._waiting:
            charset = self._charset if self._now.font is None else self._fonts.get(self._now.font, self._charset)
            self._text.append(decode(bytes(self._waiting), charset)[0])
            self._waiting.clear()


def read_rtf(compressed: bytes) -> tuple[str, bool]:
    """The text, and whether it is HTML that was wrapped into RTF. Never raises."""
    reader = _Reader(decompressed(compressed))
    text = reader.text().encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # \u writes pairs
    return text, reader.is_html
