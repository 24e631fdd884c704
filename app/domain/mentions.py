"""Whom a text names with an @."""

import re
from collections.abc import Mapping
from typing import TypeVar

from app.support.text import fold

T = TypeVar("T")
MOST = 20  # names in one text
_SIGN = re.compile(r"(?<![\w.@+-])@")
_LONGEST = 140


def mentioned(text: str, names: Mapping[str, T]) -> list[T]:
    """What stands behind each ``@name`` of ``text``, each once, in its order; accents and capitals do not matter, the longest name counts.

    ``names`` are folded. An @ inside an address names nobody.
    """
    folded, found = fold(text), []
    for sign in list(_SIGN.finditer(folded))[:MOST]:
        rest = folded[sign.end() : sign.end() + _LONGEST]
        fitting = [name for name in names if name and rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()]
        if fitting:
            found.append(names[max(fitting, key=len)])
    return list(dict.fromkeys(found))
