"""Which column of a file is what: by its header, in any of three languages, else by how its values look. What may be two things is asked."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stdnum.fr import siren, siret
from stdnum.pl import nip, regon

from app.domain.cells import day_of, number_of, text_of
from app.domain.errors import DomainError
from app.domain.imports import Target
from app.support.text import digits, fold

HEAD_WITHIN = 10  # rows: a title and a few remarks may stand above the header
ENOUGH = 0.8  # of the values that are there
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_NO_WORD = re.compile(r"[\W_]+")
_MAIL = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
_SITE = re.compile(r"^(https?://|www\.)\S+\.\S+$", re.IGNORECASE)
_POSTCODE = re.compile(r"^(\d{2}-\d{3}|\d{5})$")


@dataclass(frozen=True)
class Understood:
    """One column: ``target`` (empty: left out), whether that is sure, and ``by`` what it was known: header, values, before."""

    target: str = ""
    is_sure: bool = False
    by: str = ""


def plain(header: str) -> str:
    """A header without case, accents and signs: ``plain("Tél. fixe :") == "tel fixe"``."""
    return " ".join(_NO_WORD.sub(" ", fold(header)).split())


def header_key(headers: Sequence[str]) -> str:
    """What is the same for files with the same headers, in whatever order they are."""
    return "|".join(sorted(plain(each) for each in headers))


def head_row(rows: Sequence[tuple[int, list[Any]]]) -> int:
    """The place of the header in the first ``rows``: the first one that is as wide as most and holds nothing but words; else the first."""
    widths = [sum(cell is not None for cell in cells) for _, cells in rows]
    if not widths:
        return 0
    usual = Counter(widths[1:] or widths).most_common(1)[0][0]
    for at, (_, cells) in enumerate(rows[:HEAD_WITHIN]):
        if widths[at] >= max(1, min(usual, max(widths)) * 0.6) and all(cell is None or isinstance(cell, str) for cell in cells):
            return at
    return 0


def understand(
    headers: Sequence[str], values: Sequence[Sequence[Any]], targets: Sequence[Target], words: Mapping[str, Sequence[str]],
    before: Mapping[str, str] | None = None,
) -> list[Understood]:
    """What each column is; ``values`` are a few of each, ``words`` the names of the targets in all languages (of "": what is left out),
    ``before`` what the person said of a header.
    """
    known = _known(targets, words)
    several = {each.name for each in targets if each.is_many}
    found: list[Understood] = []
    for header, sample in zip(headers, values, strict=True):
        found.append(_one(plain(header), sample, targets, known, before or {}))
    counted = Counter(each.target for each in found if each.target and each.is_sure)
    return [
        Understood(each.target, False, each.by) if counted[each.target] > 1 and each.target not in several and each.by != "before" else each for each in found
    ]


def _known(targets: Sequence[Target], words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for each in targets:
        for header in {*each.also.split("|"), *(plain(word) for word in words.get(each.name, ()))} - {""}:
            known.setdefault(header, []).append(each.name)
    for word in words.get("", ()):
        known.setdefault(plain(word), [""])  # a column that is surely nothing
    return known


def _one(
    header: str, sample: Sequence[Any], targets: Sequence[Target], known: Mapping[str, list[str]], before: Mapping[str, str]
) -> Understood:
    if header in before:
        return Understood(before[header], True, "before")
    for written in (header, plain(_BRACKETS.sub(" ", header)), re.sub(r" ?\d+$", "", header)):
        if meant := known.get(written):
            looks = [name for name in meant if _look_of(name, targets) and _looks(_look_of(name, targets), sample)]
            return Understood(looks[0] if len(looks) == 1 else meant[0], len(meant) == 1 or len(looks) == 1, "header")
    like = [each.name for each in targets if each.look and _looks(each.look, sample)]
    if like:
        return Understood(like[0], len(like) == 1 and _look_of(like[0], targets) in CERTAIN, "values")
    inside = [name for words, names in known.items() if len(words) > 3 and f" {words} " in f" {header} " for name in names]
    return Understood(inside[0] if inside else "", False, "header" if inside else "")


def _look_of(name: str, targets: Sequence[Target]) -> str:
    return next((each.look for each in targets if each.name == name), "")


# ---- how values look


def _looks(look: str, sample: Sequence[Any]) -> bool:
    there = [each for each in sample if each is not None]
    if not there:
        return False
    return sum(LOOKS[look](each) for each in there) >= ENOUGH * len(there)


def _code(is_valid: Callable[[str], bool], length: int) -> Callable[[Any], bool]:
    def looks(cell: Any) -> bool:
        code = re.sub(r"[\s.-]", "", text_of(cell))
        return len(code) == length and bool(is_valid(code))

    return looks


def _is_phone(cell: Any) -> bool:
    text = text_of(cell)
    return isinstance(cell, str) and 9 <= len(digits(text)) <= 15 and not re.search(r"[^\d\s+().\-/]", text)


def _is_amount(cell: Any) -> bool:
    try:
        return isinstance(cell, str) and bool(re.search(r"[.,]\d{2}\b|€|zł|EUR|PLN", cell)) and number_of(cell) is not None
    except DomainError:
        return False


def _is_day(cell: Any) -> bool:
    try:
        return not isinstance(cell, int | float) and day_of(cell) is not None
    except DomainError:
        return False


LOOKS: Final[dict[str, Callable[[Any], bool]]] = {
    "mail": lambda cell: bool(_MAIL.match(text_of(cell))),
    "website": lambda cell: bool(_SITE.match(text_of(cell))),
    "phone": _is_phone, "amount": _is_amount, "day": _is_day,
    "postcode": lambda cell: bool(_POSTCODE.match(text_of(cell))),
    "siren": _code(siren.is_valid, 9), "siret": _code(siret.is_valid, 14), "nip": _code(nip.is_valid, 10), "regon": _code(regon.is_valid, 9),
}
CERTAIN: Final = {"mail", "website", "siret", "nip"}  # nothing else looks so
