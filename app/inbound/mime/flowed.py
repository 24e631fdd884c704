"""Texts whose paragraphs a mail program broke into lines, and says so (RFC 3676)."""

import re

from app.inbound.mime.plain_lines import unify

_MARKS = re.compile(r">*")
# A line is broken near the edge only: a short one with a blank at its end was written so.
_SHORTEST = 50
_LABELLED = re.compile(r"[*_]{0,2}[^\W\d][^:\n\d]{0,24}:")


def unflowed(text: str, *, is_joined: bool) -> str:
    """``text`` with each paragraph on a line again; ``is_joined``: the blank at the end of a broken line goes.

    Headers written into the text stay on lines of their own, whatever blank stands before them.
    """
    if " \n" not in text and "\n " not in text:
        return text
    out: list[str] = []
    is_broken, last_depth = False, 0
    for line in unify(text).split("\n"):
        depth = len(_MARKS.match(line)[0])  # type: ignore[index]
        words = line[depth:].removeprefix(" ")
        if is_broken and depth == last_depth and words.strip() and words != "-- " and not _are_headers(out[-1], words):
            out[-1] = (out[-1].removesuffix(" ") if is_joined else out[-1]) + words
        else:
            out.append(">" * depth + (" " if depth and words else "") + words)
        is_broken = words.endswith(" ") and words != "-- " and len(line) >= _SHORTEST
        last_depth = depth
    return "\n".join(out)


def _are_headers(above: str, below: str) -> bool:
    return bool(_LABELLED.match(above.lstrip("> ")) and _LABELLED.match(below))
