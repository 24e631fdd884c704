"""Text as people search it and as columns hold it."""

import re
import unicodedata
from functools import lru_cache

# Letters that NFKD leaves whole, though people type them without their stroke.
_STROKES = {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_WORD = re.compile(r"[^\W_]+")
WORD_LENGTH = 40
_SPACES = re.compile(r"\s+")
_CACHED = 300


def fold(text: str) -> str:
    """The form in which text is searched: ``fold("Żółć  Œuvre") == "zolc oeuvre"``."""
    return _fold_line(text) if len(text) <= _CACHED else _fold(text)


def _fold(text: str) -> str:
    if not text.isascii():
        for letter, plain in _STROKES.items():  # a search for each is over sooner than an expression that asks each letter
            text = text.replace(letter, plain)
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return " ".join(text.casefold().split())


# Reading one mail asks for the same lines again and again.
_fold_line = lru_cache(maxsize=8192)(_fold)


def words(folded: str) -> list[str]:
    """The words of a folded text, each once: ``words("k.dudek@jesion.example")`` has four."""
    return list(dict.fromkeys(word[:WORD_LENGTH] for word in _WORD.findall(folded)))


def digits(text: str) -> str:
    """The digits of a telephone number, without what people write between them."""
    return "".join(c for c in text if c in "0123456789")


def shorten(text: str, length: int) -> str:
    """``text`` in at most ``length`` characters, on one line, with an ellipsis where it was cut."""
    line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def storable(text: str) -> str:
    """``text`` without what no database stores: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
