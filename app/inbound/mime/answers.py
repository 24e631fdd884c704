"""What the answer to a morning email asks for, in French, Polish or English; sure of it, or saying what is in doubt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.deeds import Deed
from app.inbound.mime.answer_amounts import find_amounts
from app.inbound.mime.answer_dates import find_when, is_of_calendar, is_of_week
from app.inbound.mime.answer_text import clauses, foldable, is_form_of, listed, speaks_of, unbraced, words_of
from app.inbound.mime.answer_words import (
    ALL,
    ARTICLES,
    AUXILIARIES,
    BECAUSE,
    CLOSINGS,
    DEVICES,
    FILLERS,
    FUTURE,
    GREETINGS,
    GROUNDS,
    HEDGES,
    MARKS,
    PARTICIPLES,
    RIVALS,
    TEXT_DEEDS,
    THINGS,
    WEAK,
    deed_at,
)
from app.support.text import fold

MOST_LINES, LONGEST_LINE, LONGEST_TEXT = 60, 400, 4_000
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NUMBER = re.compile(
    r"(?:(?:t[eé]l|mob|gsm|kom|port|[tmp])\w{0,6}[.:]*\s*)?(?:\+\d[\d\s.()/-]{8,}|0\d(?:[\s.-]?\d\d){4}|[4-8]\d\d[\s-]?\d{3}[\s-]?\d{3})", re.IGNORECASE
)
_FACES = re.compile(r"(?<!\w)[:;]-?[()DPp](?!\w)")
_PAST = re.compile(
    r"\b(?:ce matin|hier(?: matin| soir)?|last night|just now|a l instant|this morning|yesterday|"
    r"today|dzis(?:iaj)?(?: rano)?|wczoraj|aujourd hui)\b"
)
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
    signed = {name for person in people for name in (fold(person), fold(person).partition(" ")[0])}
    for line, is_joined in _lines(text[:LONGEST_TEXT]):
        if found and (fold(line).strip(" .,-") in signed or _NUMBER.fullmatch(line)):
            continue  # who wrote it, and their telephone, without a word of farewell before
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
        words = words_of(fold(line.translate(_QUOTES)))
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


def _parts(line: str, count: int) -> Iterator[str]:
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
    words = words_of(fold(text.translate(_QUOTES)))
    return bool(words) and (deed_at(words, 0) is not None and words[0] not in WEAK or is_of_week(words[0]))


def _has_deed(text: str) -> bool:
    words = words_of(fold(text.translate(_QUOTES)))
    return any(deed_at(words, at) and words[at] not in WEAK for at in range(len(words)))


class _Line:
    """One instruction. ``text`` loses what is understood; what is left must be harmless."""

    def __init__(self, said: str, now: datetime, items: Sequence[Item], people: Sequence[str]) -> None:
        self.said, self.now, self.items, self.people = said, now, items, people
        self.plain = _FACES.sub(lambda face: " " * len(face[0]), said.translate(_QUOTES))
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
        if wish.doubt in (None, Doubt.WHICH) and (self._hedged(f"{before} {after}") or deed is not Deed.STANDBY and self._is_to_come(before)):
            return replace(wish, doubt=Doubt.SURE)
        return wish

    def _is_to_come(self, before: str) -> bool:
        """ "Will be done", "ma być zrobione"."""
        return any(word in FUTURE for word in words_of(foldable(before)))

    # ---- which

    def _without_title(self, text: str) -> str:
        """A title that is written out names its item, whatever its words would mean."""
        folded = foldable(text)
        best: tuple[int, int, int] | None = None
        for number, item in enumerate(self.items, 1):
            title = foldable(item.title.translate(_QUOTES)).strip()
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
            numbers = listed(found[1])
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
        left = [word for piece in pieces for word in words_of(foldable(piece)) if word not in _HARMLESS]
        if set(left) & ALL:
            return tuple(range(1, len(self.items) + 1)), len(set(left) - ALL) == 0
        if left:
            fitting = tuple(number for number, item in enumerate(self.items, 1) if speaks_of(f"{item.title} {item.about}", left))
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
        return self.is_asking or any(word in HEDGES for word in words_of(foldable(text)))

    def _bare(self, rest: str) -> Wish:
        """Without a verb: a day alone is when to come back to it."""
        when = find_when(foldable(rest), self.now)
        if when.until is None:
            return self._about(Wish(self.said, doubt=Doubt.DEED), "") if self.numbers else Wish(self.said, doubt=Doubt.DEED)
        wish = self._about(Wish(self.said, Deed.STANDBY, until=when.until, doubt=None if when.is_sure else Doubt.DAY), when.rest)
        is_plain = not self._hedged(rest) and self._is_of_items(when.rest, wish.numbers)
        return replace(wish, doubt=Doubt.SURE) if wish.doubt is None and not is_plain else wish

    def _is_of_items(self, rest: str, numbers: Sequence[int]) -> bool:
        """Whether ``rest`` says nothing that is not known: "1 they sign on Friday" puts nothing off."""
        left = [word for word in words_of(foldable(rest)) if word not in _HARMLESS | ALL]
        return not left or any(speaks_of(f"{item.title} {item.about}", left) for number, item in enumerate(self.items, 1) if number in numbers)

    def _with_text(self, deed: Deed, before: str, after: str) -> Wish:
        after = self._without_place(after) if deed is Deed.NOTE else after
        said = self._as_said(after.strip(" \t:;,.-–—!"))
        wish = Wish(self.said, deed, text=said)
        if deed is Deed.CALL:  # keeps its whole sentence
            wish = replace(wish, text=_NUMBERED.sub("", self.said).lstrip(" :-–—") if self.numbers else self.said)
        elif deed is Deed.NOTE:
            wish = replace(wish, doubt=None if said else Doubt.TEXT)
        else:
            wish = self._reasoned(wish)
        if self._hedged(before) or self._is_to_come(before) or self._is_of_else(deed, after) or (self.is_asking and deed in (Deed.LOST, Deed.CANCELLED)):
            wish = replace(wish, doubt=Doubt.SURE)
        return self._about(wish, before)

    def _is_of_else(self, deed: Deed, after: str) -> bool:
        """ "Lost his number", "annuler le rdv": what is lost or cancelled is another thing than the line."""
        words = words_of(foldable(after)) if after[:1].isspace() else []
        place = 1 if words and words[0] in ARTICLES else 0
        is_thing = words[:2] == ["de", "vue"] or words[place : place + 1] != [] and words[place] in THINGS
        return deed in (Deed.LOST, Deed.CANCELLED) and (is_thing or place == 1 and words[place : place + 1] != [] and words[place] not in FILLERS)

    def _without_place(self, after: str) -> str:
        """ "Note sur la 1 : …" names its line behind the word."""
        found = re.match(r"\s*(?:sur|pour|on|for|to|do|dla|na)?\s*(?:l[ae]|the|n\s?°|nr|#)?\s*(\d{1,2})\s*[:–—-]\s*(?=[^\W\d])", after, re.IGNORECASE)
        if found is None or self.numbers or not 1 <= int(found[1]) <= len(self.items):
            return after
        self.numbers = (int(found[1]),)
        return after[found.end():]

    def _as_said(self, piece: str) -> str:
        """``piece`` with the apostrophes that it was written with."""
        at = self.plain.rfind(piece)
        return self.said[at : at + len(piece)] if at >= 0 else piece

    def _reasoned(self, wish: Wish) -> Wish:
        reason, competitor = wish.text, ""
        folded = foldable(reason)
        rival = re.match(rf"(?:{'|'.join(RIVALS)})\s+((?:(?!\s-\s)[^,:;.(–—]){{2,60}})", folded) if wish.deed is Deed.LOST else None
        if rival:
            ground = next((word for word in re.finditer(r"\w+", folded[rival.start(1) : rival.end(1)]) if word[0] in GROUNDS and word.start()), None)
            end = rival.start(1) + ground.start() if ground else rival.end(1)
            competitor = reason[rival.start(1) : end].strip(" -")
            reason = unbraced(reason[end:].strip(" \t:;,.-–—")) or reason
        folded = foldable(reason)
        start = next((len(each) for each in BECAUSE if folded.startswith((f"{each} ", f"{each}:"))), 0)
        reason = reason[start:].strip(" \t:;,.-–—")
        return replace(wish, text=reason, competitor=competitor, doubt=None if reason else Doubt.REASON)

    def _standby(self, before: str, after: str) -> Wish:
        clause, remark = clauses(after)
        when, further = find_when(foldable(f"{before} | {clause}"), self.now), find_when(foldable(remark), self.now)
        if further.until is not None and (when.until is None or all(word in _HARMLESS for word in words_of(further.rest))):
            when, remark = find_when(foldable(f"{before} | {clause} {remark}"), self.now), ""  # "3 grudnia, o 14:30"
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
        folded = foldable(text)
        amounts = find_amounts(folded)
        marked = [each for each in amounts if each.is_marked] or amounts
        amount = marked[0] if marked else None
        doubt = Doubt.AMOUNT if len(marked) > 1 or (amount and not amount.is_marked and len(self.items) > 1 and not self.numbers) else None
        rest = f"{text[: amount.start]} | {text[amount.end:]}" if amount else text
        clause, remark = clauses(rest.partition("|")[2])
        if find_when(_PAST.sub(" ", foldable(clause)), self.now, numbers=False).until is not None:
            doubt = Doubt.SURE  # "elle signe vendredi" is no sale yet
        value, currency = (amount.value, amount.currency) if amount else (None, "")
        wish = Wish(self.said, Deed.WON, amount=value, currency=currency, text=self._as_said(remark), doubt=doubt)
        before = self._numbered(before.replace(text[amount.start : amount.end], " ") if amount else before)
        clause = self._numbered(_PAST.sub(" ", foldable(clause)))
        return self._surely(self._about(wish, before, clause), before, clause)

    def _assign(self, before: str, after: str) -> Wish:
        clause, remark = clauses(after)
        words = words_of(foldable(clause))
        people = self._people(words[:4])
        person = people[0] if len(people) == 1 else None
        doubt = Doubt.PERSON if person is None else None
        wish = Wish(self.said, Deed.ASSIGN, text=self._as_said(remark), person=person, doubt=doubt)
        named = set(words_of(foldable(self.people[person]))) if person is not None else set()
        left = [word for word in words if not any(is_form_of(word, name) for name in named)]
        return self._about(wish, self._numbered(before), self._numbered(" ".join(left)) if wish.doubt is None else "")

    def _people(self, words: Sequence[str]) -> list[int]:
        """Whom the words name, also in the cases of Polish; those whom the most of the words fit."""
        named = [word for word in words if word not in FILLERS and not is_of_calendar(word)]
        counted = [sum(any(is_form_of(word, part) for part in words_of(foldable(name))) for word in named) for name in self.people]
        most = max(counted, default=0)
        return [place for place, count in enumerate(counted) if count == most] if most else []

    def _plainly(self, deed: Deed, before: str, after: str) -> Wish:
        clause, remark = clauses(after)
        when = find_when(foldable(clause), self.now)
        before, rest = self._numbered(before), self._numbered(_PAST.sub(" ", foldable(clause if deed is not Deed.DONE else when.rest)))
        return self._surely(self._about(Wish(self.said, deed, text=self._as_said(remark)), before, rest), before, rest)

    def _surely(self, wish: Wish, *pieces: str) -> Wish:
        """A word that is not understood may turn the sentence round: "take a look", "half done"."""
        is_plain = wish.doubt is not None or self._is_of_items(_PAST.sub(" ", foldable(" ".join(pieces))), wish.numbers)
        return wish if is_plain else replace(wish, doubt=Doubt.SURE)
