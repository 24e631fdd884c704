"""Which lines of the mail an answer names by a word: "la 4", "trójkę", "the last one", "les deux premières"."""

import re
from collections.abc import Iterator

from app.inbound.mime.answer_dates import is_of_month, is_of_week
from app.inbound.mime.answer_text import foldable, listed, words_of
from app.inbound.mime.answer_words import FILLERS, deed_at, several

_NOUNS = ["jedynk", "dwojk", "trojk", "czwork", "piatk", "szostk", "siodemk", "osemk", "dziewiatk", "dziesiatk"]  # a Polish number as a thing; piątku is Friday
_ORDINALS = {
    word: place for place, words in {
        1: "premier premiere first pierwsza pierwszej pierwszy pierwszego pierwsze", 2: "deuxieme second seconde druga drugiej drugi drugiego drugie",
        3: "troisieme third trzecia trzeciej trzeci trzeciego trzecie", 4: "quatrieme fourth czwarta czwartej czwarty czwartego czwarte",
        5: "cinquieme fifth piata piatej piaty piatego piate", 6: "sixieme sixth szosta szostej szosty szostego szoste",
        7: "septieme seventh siodma siodmej siodmy siodmego", 8: "huitieme eighth osma osmej osmy osmego", 9: "neuvieme ninth", 10: "dixieme tenth",
        -1: "dernier derniere last ostatnia ostatniej ostatni ostatniego ostatnie",
    }.items() for word in words.split()
}  # fmt: skip
_FIRST, _LAST = several("premiers premieres first pierwsze pierwszych"), several("derniers dernieres last ostatnie ostatnich")
_COUNTS = {"deux": 2, "trois": 3, "two": 2, "three": 3, "dwie": 2, "dwa": 2, "trzy": 3, "2": 2, "3": 3}
_SEVERAL = re.compile(rf"\b(?:les |the )?(?:({'|'.join(_COUNTS)}) ({'|'.join(_FIRST | _LAST)})|({'|'.join(_FIRST | _LAST)}) ({'|'.join(_COUNTS)}))\b")
_NOUN = re.compile(rf"\b({'|'.join(_NOUNS)})[aeio]\b")
_WITH_ARTICLE = re.compile(r"\bla (\d{1,2}(?:\s?(?:,|et|&)\s?(?:la )?\d{1,2})*)(?![\d/:€%]|[.,]\d|\s?(?:h|eme|e|k|eur|euros?)\b)")
_JOINED = re.compile(
    r"(?<![\d/.:,-])(?<!\ble )(?<!\bau )(?<!\bdo )(?<!\bna )(?<!\bod )(?:\bles )?\b(\d{1,2}(?:, ?\d{1,2})* (?:et|i|oraz|and|&) \d{1,2})(?![\d/.:h€%])"
)
_JOINT = re.compile(r"\s?(?:,|et|i|oraz|and|&)\s?(?:la |les )?")
_ORDINAL = re.compile(rf"(?:(?<![^\W\d])|\b(?:la|le|the|do|na|z|pour|dla) )({'|'.join(_ORDINALS)})(?: one)?\b")


def named(text: str, count: int) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Each place of ``text`` that names some of ``count`` lines: their numbers, where it begins and ends."""
    folded, taken = foldable(text), 0
    found = [(each.start(), each.end(), numbers) for pattern, read in _READERS for each in pattern.finditer(folded) if (numbers := read(each, folded, count))]
    kept: list[tuple[tuple[int, ...], int, int]] = []
    for start, end, numbers in sorted(found, key=lambda each: (each[0], -each[1])):
        if start < taken or not all(1 <= number <= count for number in numbers):
            continue
        if kept and _JOINT.fullmatch(folded[taken:start]):  # "czwórka i piątka"
            earlier, start, _ = kept.pop()
            numbers = (*earlier, *numbers)
        taken = end
        kept.append((numbers, start, end))
    yield from kept


def _several(found: re.Match[str], folded: str, count: int) -> tuple[int, ...]:
    how_many, which = (found[1], found[2]) if found[1] else (found[4], found[3])
    many = _COUNTS[how_many]
    if not _stands_alone(folded, found.end()):
        return ()
    return tuple(range(1, many + 1)) if which in _FIRST else tuple(range(count - many + 1, count + 1))


def _noun(found: re.Match[str], folded: str, count: int) -> tuple[int, ...]:
    return (_NOUNS.index(found[1]) + 1,)


def _written(found: re.Match[str], folded: str, count: int) -> tuple[int, ...]:
    following = words_of(folded[found.end() : found.end() + 20])
    return () if following and is_of_month(following[0]) else listed(found[1])


def _joined(found: re.Match[str], folded: str, count: int) -> tuple[int, ...]:
    return _written(found, folded, count) if _stands_alone(folded, found.end()) else ()


def _ordinal(found: re.Match[str], folded: str, count: int) -> tuple[int, ...]:
    place = _ORDINALS[found[1]]
    has_article = found.start(1) > found.start()
    if not (has_article or not folded[: found.start()].strip()) or not _stands_alone(folded, found.end()):
        return ()
    return (place if place > 0 else count,)


def _stands_alone(folded: str, end: int) -> bool:
    """No noun follows: "la dernière fois" is no line, "2 i 3 osoby" are none."""
    rest = folded[end:].lstrip(" ")
    following = words_of(rest)
    return not following or not rest[0].isalnum() or following[0] in FILLERS or is_of_week(following[0]) or deed_at(following, 0) is not None


_READERS = ((_SEVERAL, _several), (_NOUN, _noun), (_WITH_ARTICLE, _written), (_JOINED, _joined), (_ORDINAL, _ordinal))
