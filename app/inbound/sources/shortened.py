"""A message above the size limit, cut down to its headers and texts."""

import re
from dataclasses import dataclass, field
from email import message_from_string
from email.header import decode_header, make_header
from email.message import Message

TEXT_LIMIT = 512 * 1024
_MAX_DEPTH = 20
_MAX_NAME = 150
_BREAK = re.compile(rb"\r?\n\r?\n")


@dataclass
class Node:
    """A part that is kept. ``header`` ends with its empty line; ``children`` of a message is its one body."""

    header: bytes
    body: bytes = b""
    boundary: bytes | None = None
    children: list["Node"] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        """The part with its original header and boundary, so that every line of it is the sender's."""
        if self.boundary is None:
            return self.header + (self.children[0].to_bytes() if self.children else self.body)
        parts = b"".join(
            b"--" + self.boundary + b"\r\n" + child.to_bytes() + b"\r\n" for child in self.children
        )
        return self.header + parts + b"--" + self.boundary + b"--\r\n"


def is_kept(main_type: str, *, is_attachment: bool, size: int) -> bool:
    """Texts are kept; a text that is attached only when it stays whole."""
    return main_type == "text" and (not is_attachment or size <= TEXT_LIMIT)


def readable(name: str) -> str:
    """A file name with its encoded words (RFC 2047) decoded."""
    try:
        return str(make_header(decode_header(name)))[:_MAX_NAME]
    except (ValueError, LookupError):
        return name[:_MAX_NAME]


def shorten(prefix: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Cut a message of which ``prefix`` is known down to its texts; the names of what was left out."""
    omitted: list[str] = []
    # As Latin-1 every byte is one character and comes back as it was.
    node = _keep(message_from_string(prefix.decode("latin-1")), prefix, omitted, 0)
    raw = node.to_bytes() if node else _header_of(prefix)
    return raw, tuple(omitted)


def _keep(part: "Message[str, str]", source: bytes, omitted: list[str], depth: int) -> Node | None:
    header = _header_bytes(part) if depth else _header_of(source)
    if depth > _MAX_DEPTH:
        return None
    payload = part.get_payload()
    boundary = part.get_boundary()
    if part.is_multipart() and isinstance(payload, list):
        children = (_keep(child, b"", omitted, depth + 1) for child in payload if isinstance(child, Message))
        kept = [child for child in children if child]
        if boundary is None:
            return Node(header, children=kept[:1])
        return Node(header, boundary=boundary.encode("latin-1", "replace"), children=kept)
    text = payload.encode("latin-1") if isinstance(payload, str) else b""
    main_type = part.get_content_maintype()
    if main_type == "multipart":  # without a boundary, so nobody can tell its parts
        main_type = "text"
    if is_kept(main_type, is_attachment=_is_attachment(part), size=len(text)):
        return Node(header, text[:TEXT_LIMIT])
    omitted.append(readable(_utf8(part.get_filename() or part.get_content_type())))
    return None


def _utf8(name: str) -> str:
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        return name


def _is_attachment(part: "Message[str, str]") -> bool:
    return part.get_content_disposition() == "attachment"


def _header_of(source: bytes) -> bytes:
    found = _BREAK.search(source)
    return source[: found.end()] if found else source[:TEXT_LIMIT] + b"\r\n\r\n"


def _header_bytes(part: "Message[str, str]") -> bytes:
    lines = (f"{name}: {value}\r\n" for name, value in part.raw_items())
    return "".join(lines).encode("latin-1") + b"\r\n"
