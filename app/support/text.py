"""Text as people search it and as columns hold it."""

import re
import unicodedata

# Letters that NFKD leaves whole, though people type them without their stroke.
_STROKES = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """The form in which text is searched: ``fold("Żółć  Œuvre") == "zolc oeuvre"``."""
    marks_apart = unicodedata.normalize("NFKD", text.translate(_STROKES))
    bare = "".join(c for c in marks_apart if not unicodedata.combining(c))
    return _SPACES.sub(" ", bare.casefold()).strip()


def shorten(text: str, length: int) -> str:
    """``text`` in at most ``length`` characters, on one line, with an ellipsis where it was cut."""
    line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def storable(text: str) -> str:
    """``text`` without what no database stores: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
