"""What the answer to a morning email asks for, in French, Polish or English; sure of it, or saying what is in doubt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.deeds import Deed
from app.inbound.mime.answer_amounts import find_amounts
from app.inbound.mime.answer_dates import find_when, is_of_calendar
from app.inbound.mime.answer_words import (
    ALL,
    AUXILIARIES,
    BECAUSE,
    CLOSINGS,
    ENDINGS,
    FILLERS,
    GREETINGS,
    HEDGES,
    MARKS,
    PARTICIPLES,
    RIVALS,
    TEXT_DEEDS,
    WEAK,
    deed_at,
)
from app.support.text import fold

MOST_LINES, LONGEST_LINE, LONGEST_TEXT = 60, 400, 4_000
_TOKEN = re.compile(r"\w+|[^\w\s]")
_QUOTES = str.maketrans("'’`´\u00a0\u202f\u2009\u2011", "       -")
_NUMBERED = re.compile(
    r"^\s*(?:(?:n\s?°|nr\.?|no\.?|n\.|#|pkt\.?|point|punkt|poz\.?|item)\s?)?"
    r"((?:\d{1,2})(?:\s?(?:,|&|\+|-|et|i|oraz|and)\s?(?:#|nr\.?|n\s?°)?\s?\d{1,2}(?![\d/.]))*)\s?(?:[.):>–—-]|\s)\s*(?!\d{3}(?!\d)|$)", re.IGNORECASE
)


_HARMLESS = FILLERS | MARKS | HEDGES | GREETINGS


class Doubt(StrEnum):
    """What we would have to ask."""

    DEED = "deed"  # what is to be done
    WHICH = "which"  # with what
    DAY = "day"
    AMOUNT = "amount"
    REASON = "reason"
    PERSON = "person"
    TEXT = "text"
    SURE = "sure"  # whether it is meant so at all


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the mail that is answered; its number is its place."""

    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is asked for, with the numbers of the items that it is about. Nothing is to be done while there is a ``doubt``."""

    said: str
    deed: Deed | None = None
    numbers: tuple[int, ...] = ()
    until: datetime | None = None  # local
    amount: Decimal | None = None
    currency: str = ""
    text: str = ""
    competitor: str = ""
    person: int | None = None  # place among the people
    doubt: Doubt | None = None
    doubted: tuple[int, ...] = field(default=())  # the items that may be meant


def wishes(text: str, now: datetime, items: Sequence[Item], people: Sequence[str] = ()) -> list[Wish]:
    """All that ``text`` asks for, to a writer whose clock shows ``now``; ``people`` are the names of colleagues. A greeting asks for nothing."""
    found: list[Wish] = []
    for line, is_joined in _lines(text[:LONGEST_TEXT]):
        for part in _parts(line, len(items)):
            wish = _Line(part, now, items, people).wish()
            last = found[-1] if found else None
            if wish.deed is None and not wish.numbers and is_joined and last is not None and last.deed in TEXT_DEEDS:
                doubt = None if last.doubt in (Doubt.TEXT, Doubt.REASON) else last.doubt
                found[-1] = replace(last, text=f"{last.text}\n{part}".strip(), said=f"{last.said}\n{part}", doubt=doubt)
            else:
                found += [wish, *_also_note(wish)]
    return found


def _also_note(wish: Wish) -> list[Wish]:
    """What somebody adds to a deed that keeps no words is a note."""
    if wish.text and wish.deed is not None and wish.deed not in TEXT_DEEDS and wish.doubt is None:
        return [Wish(wish.said, Deed.NOTE, wish.numbers, text=wish.text)]
    return []


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """The lines that may ask for something, and whether each follows another without a gap; none after a closing formula."""
    is_joined = False
    for raw in text.splitlines()[:MOST_LINES]:
        line = raw.strip(" \t*•·>").strip()
        words = _words(fold(line.translate(_QUOTES)))
        if any(tuple(words[: len(each)]) == each and len(words) <= len(each) + 3 for each in CLOSINGS):
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


def _words(folded: str) -> list[str]:
    return re.findall(r"\w+", folded)


def _parts(line: str, count: int) -> Iterator[str]:
    """ "1 standby vendredi, 2 fait" is two. A number begins another only where what it is to get follows."""
    start = 0
    for comma in re.finditer(r"[,;.]\s+|\s(?:et|i|oraz|and|puis|potem|then)\s", line):
        following = line[comma.end():]
        head = re.match(r"(?:n\s?°|nr\.?|#)?\s?(\d{1,2})\s?[.):-]?\s+(?=[^\W\d])", following, re.IGNORECASE)
        if head and 1 <= int(head[1]) <= count and _begins_deed(following[head.end():]) and _has_deed(line[start:comma.start()]):
            yield line[start:comma.start()].strip()
            start = comma.end()
    yield line[start:].strip()


def _begins_deed(text: str) -> bool:
    words = _words(fold(text.translate(_QUOTES)))
    return bool(words) and (deed_at(words, 0) is not None and words[0] not in WEAK)


def _has_deed(text: str) -> bool:
    words = _words(fold(text.translate(_QUOTES)))
    return any(deed_at(words, at) and words[at] not in WEAK for at in range(len(words)))


class _Line:
    """One instruction. ``text`` loses what is understood; what is left must be harmless."""

    def __init__(self, said: str, now: datetime, items: Sequence[Item], people: Sequence[str]) -> None:
        self.said, self.now, self.items, self.people = said, now, items, people
        self.plain = said.translate(_QUOTES)
        self.numbers: tuple[int, ...] = ()
        self.is_asking = said.rstrip().endswith("?")

    def wish(self) -> Wish:
        rest = self._without_numbers(self._without_title(self.plain))
        tokens = [(fold(each[0]), each.start(), each.end()) for each in _TOKEN.finditer(rest)]
        found = self._deed([word for word, _, _ in tokens], [rest[start:end] for _, start, end in tokens])
        if found is None:
            return self._bare(rest)
        at, length, deed = found
        before, after = rest[: tokens[at][1]], rest[tokens[at + length - 1][2]:]
        if deed in TEXT_DEEDS:
            return self._with_text(deed, before, after)
        kept = {Deed.STANDBY: self._standby, Deed.WON: self._won, Deed.ASSIGN: self._assign}.get(deed)
        wish = kept(before, after) if kept else self._plainly(deed, before, after)
        return replace(wish, doubt=Doubt.SURE) if wish.doubt in (None, Doubt.WHICH) and self._hedged(f"{before} {after}") else wish

    # ---- which

    def _without_title(self, text: str) -> str:
        """A title that is written out names its item, whatever its words would mean."""
        folded = _foldable(text)
        best: tuple[int, int, int] | None = None
        for number, item in enumerate(self.items, 1):
            title = _foldable(item.title.translate(_QUOTES)).strip()
            at = folded.find(title) if len(title) >= 4 else -1
            if at >= 0 and not folded[at - 1 : at].isalnum() and not folded[at + len(title) : at + len(title) + 1].isalnum():
                if best is None or len(title) > best[1]:
                    best, self.numbers = (at, len(title), number), (number,)
                elif len(title) == best[1]:
                    self.numbers = (*self.numbers, number)
        return text if best is None else f"{text[: best[0]]} , {text[best[0] + best[1]:]}"

    def _without_numbers(self, text: str) -> str:
        """The numbers that the line begins with, or that a word announces."""
        found = _NUMBERED.match(text)
        if found and not self.numbers and not self._is_value(text):
            numbers = _listed(found[1])
            if numbers and all(1 <= each <= len(self.items) for each in numbers):
                self.numbers = numbers
                return text[found.end():]
        marked = re.search(r"(?:\b(?:nr|num[eé]ro|numer|number|point|punkt|pkt|poz|pozycja|item|ligne)\b\.?|n\s?°|#)\s?(\d{1,2})(?!\d)", text, re.IGNORECASE)
        if marked and not self.numbers and 1 <= int(marked[1]) <= len(self.items):
            self.numbers = (int(marked[1]),)
            return f"{text[: marked.start()]} {text[marked.end():]}"
        return text

    def _is_value(self, text: str) -> bool:
        """ "3 grudnia", "2 tygodnie", "12 000": a number at the beginning that is no item."""
        folded = fold(text)
        when, plain = find_when(folded, self.now), re.match(r"\d{1,2}\b\s*", folded)
        begins = plain is not None and find_when(folded[plain.end():], self.now)
        is_date = when.until is not None and (not begins or begins.until != when.until)
        return is_date or any(each.start == 0 and each.is_marked for each in find_amounts(folded))

    def _meant(self, *pieces: str) -> tuple[tuple[int, ...], bool]:
        """The items that are meant, and whether that is sure: numbers, words of a title, or the only one there is."""
        if self.numbers:
            return self.numbers, len(self.numbers) == 1 or self._are_listed()
        left = [word for piece in pieces for word in _words(_foldable(piece)) if word not in _HARMLESS]
        if set(left) & ALL:
            return tuple(range(1, len(self.items) + 1)), len(set(left) - ALL) == 0
        if left:
            fitting = tuple(number for number, item in enumerate(self.items, 1) if _speaks_of(item, left))
            return fitting, len(fitting) == 1
        return tuple(range(1, len(self.items) + 1)), len(self.items) == 1

    def _are_listed(self) -> bool:
        """Several items: by their numbers, not by a title that two of them have."""
        return _NUMBERED.match(self.plain) is not None

    def _about(self, wish: Wish, *pieces: str) -> Wish:
        numbers, is_sure = self._meant(*pieces)
        if is_sure:
            return replace(wish, numbers=numbers)
        return replace(wish, doubt=wish.doubt or Doubt.WHICH, doubted=numbers)

    # ---- what

    def _deed(self, words: Sequence[str], written: Sequence[str]) -> tuple[int, int, Deed] | None:
        """The first phrase: its place, its length. A weak word counts only before a name."""
        weak: tuple[int, int, Deed] | None = None
        for at in range(len(words)):
            found = deed_at(words, at)
            if found is None:
                continue
            length, deed = found
            if length == 1 and words[at] in PARTICIPLES and "é" not in written[at].lower() and at and words[at - 1] not in AUXILIARIES:
                continue
            if length == 1 and words[at] in WEAK:
                if weak is None and self._people(words[at + 1 : at + 4]):
                    weak = at, length, deed
                continue
            return at, length, deed
        return weak

    def _hedged(self, text: str) -> bool:
        return self.is_asking or any(word in HEDGES for word in _words(_foldable(text)))

    def _bare(self, rest: str) -> Wish:
        """Without a verb: a day alone is when to come back to it."""
        when = find_when(_foldable(rest), self.now)
        if when.until is None:
            return self._about(Wish(self.said, doubt=Doubt.DEED), "") if self.numbers else Wish(self.said, doubt=Doubt.DEED)
        wish = self._about(Wish(self.said, Deed.STANDBY, until=when.until, doubt=None if when.is_sure else Doubt.DAY), when.rest)
        return replace(wish, doubt=Doubt.SURE) if wish.doubt is None and self._hedged(rest) else wish

    def _with_text(self, deed: Deed, before: str, after: str) -> Wish:
        said = self._as_said(after.strip(" \t:;,.-–—!"))
        wish = Wish(self.said, deed, text=said)
        if deed is Deed.CALL:  # keeps its whole sentence
            wish = replace(wish, text=_NUMBERED.sub("", self.said) if self.numbers else self.said)
        elif deed is Deed.NOTE:
            wish = replace(wish, doubt=None if said else Doubt.TEXT)
        else:
            wish = self._reasoned(wish)
        if self._hedged(before) or (self.is_asking and deed in (Deed.LOST, Deed.CANCELLED)):
            wish = replace(wish, doubt=Doubt.SURE)
        return self._about(wish, before)

    def _as_said(self, piece: str) -> str:
        """``piece`` with the apostrophes that it was written with."""
        at = self.plain.rfind(piece)
        return self.said[at : at + len(piece)] if at >= 0 else piece

    def _reasoned(self, wish: Wish) -> Wish:
        reason, competitor = wish.text, ""
        folded = _foldable(reason)
        rival = re.match(rf"(?:{'|'.join(RIVALS)})\s+([^,:;.(–—]{{2,60}})", folded) if wish.deed is Deed.LOST else None
        if rival:
            competitor = reason[rival.start(1) : rival.end(1)].strip(" -")
            reason = reason[rival.end():].strip(" \t:;,.-–—(") or reason
        folded = _foldable(reason)
        start = next((len(each) for each in BECAUSE if folded.startswith((f"{each} ", f"{each}:"))), 0)
        reason = reason[start:].strip(" \t:;,.-–—")
        return replace(wish, text=reason, competitor=competitor, doubt=None if reason else Doubt.REASON)

    def _standby(self, before: str, after: str) -> Wish:
        clause, remark = _clauses(after)
        when, further = find_when(_foldable(f"{before} | {clause}"), self.now), find_when(_foldable(remark), self.now)
        if further.until is not None and (when.until is None or all(word in _HARMLESS for word in _words(further.rest))):
            when, remark = find_when(_foldable(f"{before} | {clause} {remark}"), self.now), ""  # "3 grudnia, o 14:30"
        doubt = None if when.until is not None and when.is_sure else Doubt.DAY
        return self._about(Wish(self.said, Deed.STANDBY, until=when.until, text=self._as_said(remark), doubt=doubt), self._numbered(when.rest))

    def _numbered(self, rest: str) -> str:
        """A number that is left is that of an item: "standby 2 vendredi"."""
        left = re.findall(r"(?<!\S)\d{1,2}(?!\S)", rest)
        if not self.numbers and left and all(1 <= int(each) <= len(self.items) for each in left):
            self.numbers = tuple(map(int, left)) if len(left) == 1 else ()
            rest = re.sub(r"(?<!\S)\d{1,2}(?!\S)", " ", rest)
        return rest

    def _won(self, before: str, after: str) -> Wish:
        text = f"{before} | {after}"
        folded = _foldable(text)
        amounts = find_amounts(folded)
        marked = [each for each in amounts if each.is_marked] or amounts
        amount = marked[0] if marked else None
        doubt = Doubt.AMOUNT if len(marked) > 1 or (amount and not amount.is_marked and len(self.items) > 1 and not self.numbers) else None
        rest = f"{text[: amount.start]} | {text[amount.end:]}" if amount else text
        clause, remark = _clauses(rest.partition("|")[2])
        if find_when(_foldable(clause), self.now, numbers=False).until is not None:
            doubt = Doubt.SURE  # "elle signe vendredi" is no sale yet
        value, currency = (amount.value, amount.currency) if amount else (None, "")
        wish = Wish(self.said, Deed.WON, amount=value, currency=currency, text=self._as_said(remark), doubt=doubt)
        return self._about(wish, self._numbered(before.replace(text[amount.start : amount.end], " ") if amount else before), self._numbered(clause))

    def _assign(self, before: str, after: str) -> Wish:
        clause, remark = _clauses(after)
        words = _words(_foldable(clause))
        people = self._people(words[:4])
        person = people[0] if len(people) == 1 else None
        doubt = Doubt.PERSON if person is None else None
        wish = Wish(self.said, Deed.ASSIGN, text=self._as_said(remark), person=person, doubt=doubt)
        named = set(_words(_foldable(self.people[person]))) if person is not None else set()
        left = [word for word in words if not any(_is_form_of(word, name) for name in named)]
        return self._about(wish, before, self._numbered(" ".join(left)) if wish.doubt is None else "")

    def _people(self, words: Sequence[str]) -> list[int]:
        """Whom the words name, also in the cases of Polish; those whom the most of the words fit."""
        named = [word for word in words if word not in FILLERS and not is_of_calendar(word)]
        counted = [sum(any(_is_form_of(word, part) for part in _words(_foldable(name))) for word in named) for name in self.people]
        most = max(counted, default=0)
        return [place for place, count in enumerate(counted) if count == most] if most else []

    def _plainly(self, deed: Deed, before: str, after: str) -> Wish:
        clause, remark = _clauses(after)
        when = find_when(_foldable(clause), self.now)
        rest = clause if deed is not Deed.DONE else when.rest
        return self._about(Wish(self.said, deed, text=self._as_said(remark)), self._numbered(before), self._numbered(rest))


def _foldable(text: str) -> str:
    """``text`` folded letter by letter: every place stays where it is."""
    return "".join(fold(letter)[:1] or (" " if letter.isspace() else letter) for letter in text)


def _listed(text: str) -> tuple[int, ...]:
    """ "1, 3 et 4", "1-3"."""
    if span := re.fullmatch(r"(\d{1,2})\s?-\s?(\d{1,2})", text):
        return tuple(range(int(span[1]), int(span[2]) + 1))
    return tuple(dict.fromkeys(int(each) for each in re.findall(r"\d{1,2}", text)))


def _clauses(text: str) -> tuple[str, str]:
    """What belongs to the deed, and the remark behind it: ", le client est ravi"."""
    found = re.search(r"\s[–—-]\s|[;(]\s?|:(?!\d)\s?|[,!]\s+(?=[^\W\d])|\.\s+(?=[^\W\d])|\s(?=(?:bo|car|because|parce que|poniewaz)\s)", text)
    if found is None or not _words(text[: found.start()]) and text[: found.start()].strip(" ,:;.-–—|") == "" and found.start() < 2:
        return text.lstrip(" :,;.-–—"), ""
    remark = text[found.end():].strip(" \t,:;.-–—)|!")
    is_said = any(word not in FILLERS | GREETINGS for word in _words(_foldable(remark)))
    return text[: found.start()], remark if is_said else ""


def _speaks_of(item: Item, words: Sequence[str]) -> bool:
    """Whether every word is one of the item's, perhaps in another case or cut short."""
    own = _words(_foldable(f"{item.title} {item.about}"))
    return all(any(_is_form_of(word, each) or (len(word) >= 3 and each.startswith(word)) for each in own) for word in words)


def _is_form_of(word: str, name: str) -> bool:
    """The same word, or with another ending: "Jankowi" of "Janek", "Annie" of "Anna"."""
    if word == name:
        return True
    if min(len(word), len(name)) < 3 or not word.isalpha():
        return False
    stem = next((at for at, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), min(len(word), len(name)))
    return stem >= 3 and word[stem:] in ENDINGS and len(name) - stem <= 2
