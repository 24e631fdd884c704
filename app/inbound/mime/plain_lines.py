"""Lines of a plain text, freed from what mail programs and gateways add to them."""

import re
from dataclasses import dataclass

from app.inbound.mime.limits import MAX_TEXT, MAX_TEXT_LINES

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNUSUAL_ENDS = "\r\u2028\u2029\x0b\x0c\x85"
_BLANKS = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\u034f]")


@dataclass(slots=True)
class Line:
    """One line: ``raw`` as written, ``text`` bare of quote marks, ``depth`` their number."""

    raw: str
    text: str
    depth: int

    @property
    def is_blank(self) -> bool:
        return not self.text


def unify(text: str) -> str:
    """``text`` with ``\\n`` as its only line end."""
    return _LINE_ENDS.sub("\n", text) if any(end in text for end in _UNUSUAL_ENDS) else text


def analysed(text: str) -> str:
    """The beginning of ``text``, with unified line ends, in which what was written is told from what is quoted."""
    text = unify(text[:MAX_TEXT])
    if text.count("\n") < MAX_TEXT_LINES:
        return text
    return "\n".join(text.split("\n", MAX_TEXT_LINES)[:MAX_TEXT_LINES])


def visible(text: str) -> str:
    """``text`` without characters that cannot be seen, and with plain spaces only."""
    return without_invisible(_BLANKS.sub(" ", text))


def without_invisible(text: str) -> str:
    """``text`` without the marks of direction and the joints that programs put between letters."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def split_lines(text: str) -> list[Line]:
    raw = unify(text)
    seen = visible(raw) if _is_special(raw) else raw
    return [_line(*pair) for pair in zip(raw.split("\n"), seen.split("\n"), strict=True)]


def read_line(raw: str) -> Line:
    """Count the ``>`` in front of ``raw``; a ``>`` that opens no quote ("> wrote:") still counts."""
    return _line(raw, visible(raw) if _is_special(raw) else raw)


def _is_special(text: str) -> bool:
    return not text.isascii() or "\t" in text


def _line(raw: str, seen: str) -> Line:
    text = seen.strip()
    if text[:1] != ">":
        return Line(raw, text, 0)
    position = depth = 0
    for index, character in enumerate(seen):
        if character == ">":
            depth += 1
            position = index + 1
        elif character != " " or index - position > 3:
            break
    return Line(raw, seen[position:].strip(), depth)


def unquoted(line: Line, depth: int) -> str:
    """``line.raw`` without its first ``depth`` quote marks and the blank behind each."""
    rest = line.raw
    for _ in range(min(depth, line.depth)):
        rest = rest[rest.index(">") + 1 :]
        if rest[:1] in (" ", "\u00a0"):
            rest = rest[1:]
    return rest


def trimmed(lines: list[str]) -> str:
    """``lines`` as one text, without blank lines at both ends or blanks at line ends."""
    return "\n".join(line.rstrip() for line in lines).strip("\n")
