"""Text as people search it and as columns hold it."""

import re
import unicodedata

# Letters that NFKD leaves whole, though people type them without their stroke.
_STROKES = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_SPACES = re.compile(r"\s+")


class _Marks(dict[int, int | None]):
    """Which characters are marks, found out once each: folding is what reading mail does most."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_MARKS = _Marks()


def fold(text: str) -> str:
    """The form in which text is searched: ``fold("Żółć  Œuvre") == "zolc oeuvre"``."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_STROKES)).translate(_MARKS)
    return _SPACES.sub(" ", text.casefold()).strip()


def shorten(text: str, length: int) -> str:
    """``text`` in at most ``length`` characters, on one line, with an ellipsis where it was cut."""
    line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def storable(text: str) -> str:
    """``text`` without what no database stores: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
