"""The bounds of what is read from one message, and the cut that makes parsing it affordable."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.inbound.mime.mail import Oddity
from app.support.i18n import N_

MAX_SIZE = 25 * 1024 * 1024
MAX_ORDINARY = 8 * 1024 * 1024
MAX_LINES = 800_000
MAX_PARTS = 100
MAX_DEPTH = 20
MAX_RECIPIENTS = 200
MAX_HEADERS = 1_000
MAX_HEADER = 64 * 1024
MAX_HEAD = 1024 * 1024
MAX_PARAMETERS = 2 * 1024
MAX_CONTAINERS = 150
MAX_TEXT = 512 * 1024
MAX_TEXT_LINES = 20_000
MAX_STATUS = 256 * 1024
MAX_HTML = 1024 * 1024
MAX_TEXT_BYTES = 4 * MAX_HTML
MAX_NAME_BYTES = 150

# The parser asks every open boundary about every line.
MAX_BOUNDARY_CHECKS = 20_000_000

SENTENCES: Mapping[str, str] = {
    "too_large": N_("The message is larger than %(limit)s MB: its attachments were left out."),
    "too_many_lines": N_("The message has more than %(limit)s lines: the rest was left out."),
    "too_many_parts": N_("The message has more than %(limit)s parts: the rest was left out."),
    "too_deep": N_("The message is nested more than %(limit)s levels deep: the rest was left out."),
    "too_many_headers": N_("The message has more than %(limit)s header lines: the rest was left out."),
    "header_too_long": N_("A header is longer than %(limit)s KB: it was cut."),
    "too_many_recipients": N_("The message has more than %(limit)s recipients: the rest was left out."),
    "text_too_long": N_("The text is longer than %(limit)s KB: only its beginning was analysed."),
    "text_too_many_lines": N_("The text has more than %(limit)s lines: only its beginning was analysed."),
    "charset_guessed": N_("The text names no valid character set: %(charset)s was assumed."),
    "date_unreadable": N_("The date of the message is missing or cannot be read."),
    "several_authors": N_("The message names several authors: the first was taken."),
    "author_missing": N_("The message names no author."),
    "structure_damaged": N_("The structure of the message is damaged: it was read as far as possible."),
    "attachment_unreadable": N_("An attachment could not be opened: it was kept as it is."),
    "reused_id": N_("The message carries the identifier of another one whose content differs."),
    "id_missing": N_("The message has no Message-ID."),
    "html_too_large": N_("The formatted text is too large or too deeply nested: plain text is shown."),
}


@dataclass(slots=True)
class Oddities:
    """Warnings gathered while one message is read, each code once."""

    found: dict[str, Oddity] = field(default_factory=dict)

    def add(self, code: str, **params: str | int) -> None:
        self.found.setdefault(code, Oddity(code, params))


# Behind the line end and "content-", which are looked for first.
_CONTENT_FIELD = re.compile(rb"(?:type|disposition)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*")
_CONTAINER = re.compile(rb"type[ \t]*:\s*(?:multipart|message)/")
_CONTENT = b"content-"
_LONG_LINE = re.compile(rb"([^\n]{65536})[^\n]+")
_STATUS = re.compile(rb"^content-type[ \t]*:\s*message/delivery-status", re.IGNORECASE | re.MULTILINE)


def cut(raw: bytes, oddities: Oddities) -> bytes:
    """Return what of ``raw`` the standard parser reads in linear time and without deep recursion."""
    if len(raw) > MAX_SIZE:
        oddities.add("too_large", limit=MAX_SIZE // 1024 // 1024)
        raw = raw[:MAX_SIZE]
    lines = raw.count(b"\n") + raw.count(b"\r")
    if lines > MAX_LINES:
        position = _line_position(raw, MAX_LINES)
        if position < len(raw):
            oddities.add("too_many_lines", limit=MAX_LINES)
            raw = raw[:position]
    raw = _cut_statuses(_cut_head(raw, oddities), oddities)
    return _cut_containers(raw, min(lines, MAX_LINES), oddities)


def _line_position(raw: bytes, count: int) -> int:
    for number, match in enumerate(re.finditer(rb"\r\n|\r|\n", raw), start=1):
        if number == count:
            return match.end()
    return len(raw)


def _cut_head(raw: bytes, oddities: Oddities) -> bytes:
    """Shorten the lines of an enormous header."""
    if len(raw) <= MAX_HEAD:
        return raw
    ends = (raw.find(b"\n\n"), raw.find(b"\n\r\n"))
    end = min((each for each in ends if each >= 0), default=0)
    if end <= MAX_HEAD:
        return raw
    head, cuts = _LONG_LINE.subn(rb"\1", raw[:end])
    if not cuts:
        return raw
    oddities.add("header_too_long", limit=MAX_HEADER // 1024)
    return head + raw[end:]


def _cut_statuses(raw: bytes, oddities: Oddities) -> bytes:
    """Shorten reports of deliveries: the parser makes a message of each paragraph."""
    if len(raw) <= MAX_STATUS:
        return raw
    pieces: list[bytes] = []
    done, left = 0, MAX_STATUS
    for found in _STATUS.finditer(raw):
        end = raw.find(b"\n--", found.end())
        end = len(raw) if end < 0 else end
        if end - found.end() > left:
            oddities.add("too_many_parts", limit=MAX_PARTS)
            pieces.append(raw[done : found.end() + left])
            done = end
        left = max(0, left - (end - found.end()))
    return b"".join([*pieces, raw[done:]]) if pieces else raw


def _cut_containers(raw: bytes, lines: int, oddities: Oddities) -> bytes:
    allowed = max(MAX_DEPTH, min(MAX_CONTAINERS, MAX_BOUNDARY_CHECKS // (lines + 1)))
    containers, done = 0, 0
    pieces: list[bytes] = []
    lowered = raw.lower()
    for start, end in _content_fields(lowered):
        containers += _CONTAINER.match(lowered, start + len(_CONTENT)) is not None
        if containers > allowed:
            oddities.add("too_many_parts", limit=MAX_PARTS)
            pieces.append(raw[done:start])
            return b"".join(pieces)
        if end - start > MAX_PARAMETERS:
            oddities.add("header_too_long", limit=MAX_PARAMETERS // 1024)
            pieces.append(raw[done : start + MAX_PARAMETERS])
            done = end
    return raw if not pieces else b"".join([*pieces, raw[done:]])


def _content_fields(lowered: bytes) -> Iterator[tuple[int, int]]:
    """Where each Content-Type and Content-Disposition starts and ends."""
    at = lowered.find(_CONTENT)
    while at >= 0:
        behind = end = at + len(_CONTENT)
        if at == 0 or lowered[at - 1] == 0x0A:
            found = _CONTENT_FIELD.match(lowered, behind)
            if found:
                end = found.end()
                yield at, end
        at = lowered.find(_CONTENT, end)
