"""Which lines of a mail are its writer's own signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.inbound.mime.attributions import find_attributions
from app.inbound.mime.closings import (
    closer_at,
    is_closer,
    is_device_note,
    legal_start,
    signature_start,
)
from app.inbound.mime.header_blocks import find_block
from app.inbound.mime.plain_lines import Line, analysed, read_line
from app.inbound.mime.quotes import split_quotes

_MOST_LINES = 24
_LINE_LIMIT = 300
_UNMARKED_LINES = 8
_UNMARKED_WIDTH = 100
# The last lines of the writer's own words: a signature is among them.
_MOST_OWN_LINES = 120
_FIRST_LINES = 3
_IMPRINT = re.compile(r"\b(?:siret|siren|r\.?c\.?s|tva|nip|regon|krs)\b", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"(?:p\.? ?s\b|n\.?b\.? ?:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Zone:
    """``lines`` of the signature, blanks left out; ``body`` are the words above it.

    ``is_marked``: closing words or a delimiter say that it is one; else these are just the last lines.
    ``imprint`` is what the law makes the company say of itself below, without any other notice.
    """

    lines: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    is_marked: bool = False
    imprint: tuple[str, ...] = ()


def signature_zone(text: str, html: str | None) -> Zone:
    """The lines below the closing words of the writer, and above the first quote."""
    lines = _own_lines(text, html)[-_MOST_OWN_LINES:]
    legal = legal_start(lines)
    if legal is not None and any(is_closer(line.text) for line in lines[legal : legal + _FIRST_LINES]):
        legal = None  # the company's imprint stands in one paragraph with the signature
    imprint = tuple(line for line in _shown(lines[legal:]) if _IMPRINT.search(line)) if legal is not None else ()
    lines = lines[:legal]
    while lines and (lines[-1].is_blank or is_device_note(lines[-1])):
        lines.pop()
    start = signature_start(lines)
    closer = closer_at(lines, before=start)
    if start is None and closer is None:
        filled = [line for line in lines if line.text and not line.depth]
        last = [line for line in filled[-_UNMARKED_LINES:] if len(line.text) <= _UNMARKED_WIDTH]
        return Zone(_shown(last), _shown(filled), is_marked=False, imprint=imprint)
    begin = start if closer is None else closer + 1
    assert begin is not None
    end = next((at for at in range(begin, len(lines)) if _POSTSCRIPT.match(lines[at].text)), len(lines))
    kept = [line for line in lines[begin:end] if not is_closer(line.text)]
    return Zone(_shown(kept)[:_MOST_LINES], _shown(lines[:begin]), is_marked=True, imprint=imprint)


def _shown(lines: Sequence[Line]) -> tuple[str, ...]:
    bare = (" ".join(line.text.replace("*", "").split())[:_LINE_LIMIT] for line in lines if not line.depth)
    return tuple(line for line in bare if line.strip("-—–_=~# "))


def _own_lines(text: str, html: str | None) -> list[Line]:
    """The writer's words and signature: all that stands before the first quote."""
    quoted = set(split_quotes(text, html).quoted.split("\n")) if ">" in text else set()
    own: list[Line] = []
    for raw in analysed(text).split("\n"):
        line = read_line(raw)
        if line.depth and raw.rstrip() in quoted:
            break
        own.append(line)
    return own[: _unmarked_quote(own)]


def _unmarked_quote(lines: Sequence[Line]) -> int | None:
    """Where a quote begins that no ``>`` marks: its foot is somebody else's."""
    starts = [one.start for one in find_attributions(lines) if not _is_marked(lines[one.end :])]
    block = find_block(lines)
    if block is not None and block.sender is not None:
        starts.append(block.start)
    return min((start for start in starts if any(line.text for line in lines[:start])), default=None)


def _is_marked(below: Sequence[Line]) -> bool:
    return next((line.depth > 0 for line in below if line.text), True)
