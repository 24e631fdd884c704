"""Texts whose paragraphs a mail program broke into lines, and says so (RFC 3676)."""

import re

from app.inbound.mime.plain_lines import unify

_MARKS = re.compile(r">*")
# A line is broken where the next word would not fit: one that had room for it was written so.
_WIDTH = 60
_LABELLED = re.compile(r"[*_]{0,2}[^\W\d][^:\n\d]{0,24}:")


def unflowed(text: str, *, is_joined: bool) -> str:
    """``text`` with each paragraph on a line again; ``is_joined``: the blank at the end of a broken line goes.

    Headers written into the text stay on lines of their own, whatever blank stands before them.
    """
    if " \n" not in text and "\n " not in text:
        return text
    out: list[str] = []
    is_broken, last_depth, room = False, 0, 0
    for line in unify(text).split("\n"):
        depth = len(_MARKS.match(line)[0])  # type: ignore[index]
        words = line[depth:].removeprefix(" ")
        is_next = is_broken and depth == last_depth and words.strip() and words != "-- "
        if is_next and room < len(words.split(None, 1)[0]) and not _are_headers(out[-1], words):
            out[-1] = (out[-1].removesuffix(" ") if is_joined else out[-1]) + words
        else:
            out.append(">" * depth + (" " if depth and words else "") + words)
        is_broken = words.endswith(" ") and words != "-- "
        last_depth, room = depth, _WIDTH - len(line)
    return "\n".join(out)


def _are_headers(above: str, below: str) -> bool:
    return bool(_LABELLED.match(above.lstrip("> ")) and _LABELLED.match(below))
