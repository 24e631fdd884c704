"""The files inside a winmail.dat (MS-OXTNEF), read with bounds on every count.

The library for it loops four billion times on a crafted property count; this reader only ever moves
forward through the bytes it was given.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.inbound.mime.charsets import decode
from app.inbound.mime.rtf import read_rtf

SIGNATURE = 0x223E9F78
MAX_OBJECTS = 5_000
MAX_FILES = 100

_BODY, _ATTACH_DATA, _ATTACH_TITLE, _ATTACH_START, _PROPERTIES, _ATTACHMENT, _CODE_PAGE = (
    0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007,
)  # fmt: skip
_PR_BODY, _PR_RTF, _PR_BODY_HTML, _PR_DATA, _PR_SHORT_NAME, _PR_LONG_NAME, _PR_TYPE, _PR_CONTENT_ID = (
    0x1000, 0x1009, 0x1013, 0x3701, 0x3704, 0x3707, 0x370E, 0x3712,
)  # fmt: skip
_PR_SUBJECT, _PR_SUBMITTED, _PR_FROM_NAME, _PR_FROM_ADDRESS, _PR_SENDER_NAME, _PR_SENDER_ADDRESS = (
    0x0037, 0x0039, 0x0042, 0x0065, 0x0C1A, 0x0C1F,
)  # fmt: skip
_PR_SENDER_SMTP, _PR_TRANSPORT_HEADERS = 0x5D01, 0x007D
_TIME = 0x40
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")


class Unreadable(ValueError):
    """The bytes are no TNEF stream."""


@dataclass(slots=True)
class TnefFile:
    name: str = ""
    type: str = "application/octet-stream"
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Tnef:
    """A TNEF stream: the text that it carries, its files, and the messages embedded in it."""

    text: str = ""
    html: str = ""
    subject: str = ""
    sender: tuple[str, str] = ("", "")
    sent_at: datetime | None = None
    transport_headers: str = ""
    files: list[TnefFile] = field(default_factory=list)
    messages: "list[Tnef]" = field(default_factory=list)


def read_tnef(data: bytes, *, depth: int = 0) -> Tnef:
    """Return what ``data`` holds. Raises Unreadable when it is no TNEF; a cut one gives its beginning."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        raise Unreadable
    found = Tnef()
    charset = "cp1252"
    for name, value in _objects(data):
        if name == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            found.text = decode(value.rstrip(b"\0"), charset)[0]
        elif name == _PROPERTIES:
            _read_message(found, value, charset)
        elif name == _ATTACH_START:
            if len(found.files) >= MAX_FILES:
                break
            found.files.append(TnefFile())
        elif found.files:
            _read_attachment(found, name, value, charset, depth)
    found.files = [each for each in found.files if each.name or each.content]
    return found


def _read_message(found: Tnef, value: bytes, charset: str) -> None:
    properties = dict(_properties(value, charset))
    rtf = properties.pop(_PR_RTF, b"")
    texts = {tag: v if isinstance(v, str) else decode(v, charset)[0] for tag, v in properties.items()}
    found.text = found.text or texts.get(_PR_BODY, "")
    found.html = texts.get(_PR_BODY_HTML, "")
    if isinstance(rtf, bytes) and not found.text.strip() and not found.html:
        text, is_html = read_rtf(rtf)
        found.text, found.html = ("", text) if is_html else (text, "")
    found.subject = texts.get(_PR_SUBJECT, "")
    found.transport_headers = texts.get(_PR_TRANSPORT_HEADERS, "")
    addresses = (texts.get(tag, "") for tag in (_PR_SENDER_SMTP, _PR_FROM_ADDRESS, _PR_SENDER_ADDRESS))
    address = next((each for each in addresses if "@" in each), "")
    found.sender = (texts.get(_PR_FROM_NAME) or texts.get(_PR_SENDER_NAME, ""), address)
    sent = properties.get(_PR_SUBMITTED, b"")
    if isinstance(sent, bytes) and len(sent) == 8:
        found.sent_at = _moment(struct.unpack("<Q", sent)[0])


def _moment(ticks: int) -> datetime | None:
    """A FILETIME: tenths of microseconds since 1601."""
    try:
        return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


def _read_attachment(found: Tnef, name: int, value: bytes, charset: str, depth: int) -> None:
    current = found.files[-1]
    if name == _ATTACH_TITLE:
        current.name = current.name or decode(value.rstrip(b"\0"), charset)[0]
    elif name == _ATTACH_DATA:
        current.content = value
    elif name == _ATTACHMENT:
        for tag, data in _properties(value, charset):
            if tag == _PR_DATA and isinstance(data, bytes):
                _read_object(found, current, data, depth)
            elif isinstance(data, str):
                _name_attachment(current, tag, data)


def _name_attachment(current: TnefFile, tag: int, text: str) -> None:
    if tag == _PR_LONG_NAME or (tag == _PR_SHORT_NAME and not current.name):
        current.name = text
    elif tag == _PR_TYPE and "/" in text:
        current.type = text.lower()
    elif tag == _PR_CONTENT_ID:
        current.content_id = text.strip("<>")


def _read_object(found: Tnef, current: TnefFile, data: bytes, depth: int) -> None:
    """An embedded message starts with the interface that reads it; anything else is a file."""
    if not data.startswith(_MESSAGE_INTERFACE):
        current.content = data
        return
    current.content = data[len(_MESSAGE_INTERFACE) :]
    if depth < 5:
        try:
            found.messages.append(read_tnef(current.content, depth=depth + 1))
        except Unreadable:
            return


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 6
    for _ in range(MAX_OBJECTS):
        if offset + 11 > len(data):
            return
        name, length = struct.unpack_from("<H2xI", data, offset + 1)
        yield name, data[offset + 9 : offset + 9 + length]
        offset += 11 + length


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    """Yield the text and binary properties; stop at the first one that does not fit the bytes."""
    try:
        (count,) = struct.unpack_from("<I", data)
        offset = 4
        for _ in range(min(count, MAX_OBJECTS)):
            kind, tag = struct.unpack_from("<HH", data, offset)
            offset = _skip_name(data, offset + 4, tag)
            if kind & 0x1000 or kind in (0x1E, 0x1F, 0x0D, 0x102):
                (values,) = struct.unpack_from("<I", data, offset)
                offset += 4
            else:
                values = 1
            for _ in range(min(values, MAX_OBJECTS)):
                value, offset = _value(data, offset, kind & ~0x1000, charset)
                if value is not None:
                    yield tag, value
    except (struct.error, UnicodeError):
        return


def _skip_name(data: bytes, offset: int, tag: int) -> int:
    if tag < 0x8000:
        return offset
    (kind,) = struct.unpack_from("<I", data, offset + 16)
    (size,) = struct.unpack_from("<I", data, offset + 20)
    return offset + 24 + (size + (-size % 4) if kind else 0)


def _value(data: bytes, offset: int, kind: int, charset: str) -> tuple[str | bytes | None, int]:
    if kind in _FIXED:
        value = data[offset : offset + 8] if kind == _TIME else None
        return value, offset + _FIXED[kind]
    (length,) = struct.unpack_from("<I", data, offset)
    raw = data[offset + 4 : offset + 4 + length]
    offset += 4 + length + (-length % 4)
    if kind == 0x1F:
        return raw.decode("utf-16-le", "replace").rstrip("\0"), offset
    if kind == 0x1E:
        return decode(raw.rstrip(b"\0"), charset)[0], offset
    return raw, offset
