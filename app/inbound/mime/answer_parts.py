"""Where one wish of an answer ends and the next begins; what of it asks for nothing."""

import re
from collections.abc import Iterator, Sequence

from app.inbound.mime.answer_dates import is_of_calendar, is_of_week
from app.inbound.mime.answer_text import words_of
from app.inbound.mime.answer_words import (
    BESIDE_UNDO,
    CLOSINGS,
    DEVICES,
    FILLERS,
    GREETINGS,
    NO,
    NOTHING,
    UNDO,
    UNTOUCHED,
    WEAK,
    deed_at,
)
from app.support.text import fold

MOST_LINES, LONGEST_LINE = 60, 400
QUOTES = str.maketrans("'’`´\u00a0\u202f\u2009\u2011", "       -")
JOINTS = re.compile(r"[,;.!]\s+(?:(?:et|i|a|oraz|and|puis|potem|then)\s+)?|\s(?:et|i|a|oraz|and|puis|potem|then|&)\s", re.IGNORECASE)


def lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """The lines that may ask for something, and whether each follows another without a gap; none after a closing formula."""
    is_joined = False
    for raw in text.splitlines()[:MOST_LINES]:
        line = raw.strip(" \t*•·>").strip()
        words = words_of(fold(line.translate(QUOTES)))
        if any(tuple(words[: len(each)]) == each and len(words) <= len(each) + 3 for each in CLOSINGS) or tuple(words[:2]) in DEVICES:
            return
        if not words or all(word in GREETINGS for word in words) or _greets(words):
            is_joined = False
            continue
        yield line[:LONGEST_LINE], is_joined
        is_joined = True


def _greets(words: Sequence[str]) -> bool:
    """ "Bonjour Claire", "Thanks a lot Ada"."""
    is_plain = all(word.isalpha() and deed_at(words, at) is None and not is_of_calendar(word) for at, word in enumerate(words))
    return words[0] in GREETINGS and len(words) <= 4 and is_plain


def parts_of(line: str, count: int) -> Iterator[str]:
    """ "1 standby vendredi, 2 fait" is two. A number begins another only where what it is to get follows."""
    start = 0
    for comma in re.finditer(r"[,;.]\s+|\s(?:et|i|oraz|and|puis|potem|then)\s", line):
        following = line[comma.end():]
        head = re.match(r"(?:n\s?°|nr\.?|#)?\s?(\d{1,2})\s?[.):–—-]?\s+(?=[^\W\d])", following, re.IGNORECASE)
        if head and 1 <= int(head[1]) <= count and _begins_deed(following[head.end():]) and _has_deed(line[start:comma.start()]):
            yield line[start:comma.start()].strip()
            start = comma.end()
    yield line[start:].strip()


def _begins_deed(text: str) -> bool:
    words = words_of(fold(text.translate(QUOTES)))
    return bool(words) and (deed_at(words, 0) is not None and words[0] not in WEAK or is_of_week(words[0]))


def _has_deed(text: str) -> bool:
    words = words_of(fold(text.translate(QUOTES)))
    return any(deed_at(words, at) and words[at] not in WEAK for at in range(len(words)))


def takes_back(text: str) -> bool:
    """ "Annule", "cofnij to, pomyłka", "undo please": what was done, and nothing else."""
    words = [word for line, _ in lines_of(text) for word in words_of(fold(line.translate(QUOTES)))]
    return any(word in UNDO for word in words) and all(word in UNDO | BESIDE_UNDO | GREETINGS | FILLERS for word in words) and len(words) <= 12


def asks_nothing(words: Sequence[str]) -> bool:
    """ "Non merci, rien aujourd'hui", "nie ruszaj trójki": a no, and what it says no to is no deed."""
    is_no = any(tuple(words[at : at + len(each)]) == each for each in UNTOUCHED for at in range(len(words)))
    is_plain = any(word in NO for word in words) and all(word in NO | NOTHING | GREETINGS for word in words)
    return is_plain or is_no and not any(deed_at(words, at) and words[at] not in WEAK for at in range(len(words)))
