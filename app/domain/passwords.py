"""What is a password worth: how many guesses somebody needs who knows what people usually choose."""

import math
import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from app.domain.common_words import ROWS, WORDS
from app.domain.errors import DomainError
from app.support.i18n import N_

SHORTEST, LONGEST = 12, 256
ENOUGH = 40.0  # bits: a million million guesses, each of which the lock-out makes wait
# The rule in words, for every form that sets one. It needs SHORTEST.
RULE = N_(
    "At least %(count)s characters; nothing else is demanded, spaces are welcome. Three or four words that do not belong together are good. "
    "What everybody tries is refused: common words and names, rows of keys, repetitions, dates, your own name."
)

_DATE = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY_BITS, _YEAR_BITS = 14.0, 6.0
_WORD, _RUN, _AGAIN, _DIGIT, _LETTER, _SIGN = 9.0, 7.0, 2.0, math.log2(10), math.log2(26), 5.0
_LOOKALIKES = str.maketrans("@401$537!|", "aaoisestil")
_LONGEST_WORD = max(map(len, WORDS))


def check(password: str, about: Iterable[str] = ()) -> None:
    """Raise ``DomainError`` in words unless ``password`` may be used; ``about``: names of the person and of the firm."""
    if len(password) < SHORTEST:
        raise DomainError("short_password", N_("A password needs at least %(count)s characters."), count=SHORTEST)
    if len(password) > LONGEST:
        raise DomainError("long_password", N_("A password has at most %(count)s characters."), count=LONGEST)
    if strength(password, about) < ENOUGH:
        raise DomainError(
            "common_password",
            N_(
                "This password is among the first that somebody would try: it is made of common words, names, rows of keys, digits or "
                "repetitions. Take three or four words that do not belong together."
            ),
        )


def strength(password: str, about: Iterable[str] = ()) -> float:
    """Bits: the fewest that the password is worth when cut into pieces that are tried first."""
    text = _plain(password)
    known = {piece for each in about for piece in re.split(r"[\W_]+", _plain(each)) if len(piece) > 2}
    plain = text.translate(_LOOKALIKES)
    return min(_worth(text, text, known), _worth(text, plain, known))


def _worth(text: str, plain: str, known: set[str]) -> float:
    """Cheapest way through ``text``; ``plain`` is the same with look-alikes (0 for o) read as letters, and as long."""
    best = [0.0]
    for end in range(1, len(text) + 1):
        ways = [best[end - 1] + _single(text[end - 1])]
        for start in range(max(0, end - max(_LONGEST_WORD, 24)), end - 2):
            piece, read = text[start:end], plain[start:end]
            if piece in text[:start]:
                ways.append(best[start] + _AGAIN)
            elif read in WORDS or read in known or read[::-1] in WORDS:
                ways.append(best[start] + _WORD)
            elif _is_run(piece):
                ways.append(best[start] + _RUN)
            elif _YEAR.fullmatch(piece):
                ways.append(best[start] + _YEAR_BITS)
            elif _DATE.fullmatch(piece):
                ways.append(best[start] + _DAY_BITS)
        best.append(min(ways))
    return best[-1]


def _single(sign: str) -> float:
    return _DIGIT if sign.isdigit() else _LETTER if sign.isalpha() else _SIGN


def _is_run(piece: str) -> bool:
    if len(set(piece)) == 1:
        return True
    if len({ord(b) - ord(a) for a, b in pairwise(piece)}) == 1 and abs(ord(piece[1]) - ord(piece[0])) == 1:
        return True
    return any(piece in row or piece[::-1] in row for row in ROWS)


def _plain(text: str) -> str:
    """Without capitals and accents. Not ``fold``: that one remembers what it was given."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
