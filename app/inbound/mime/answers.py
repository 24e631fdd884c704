"""What the answer to a morning email asks for, in French, Polish or English; sure of it, or saying what is in doubt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from app.domain.deeds import Deed
from app.inbound.mime.answer_amounts import find_amounts
from app.inbound.mime.answer_dates import find_when, is_of_calendar
from app.inbound.mime.answer_parts import JOINTS, QUOTES, asks_nothing, lines_of, parts_of
from app.inbound.mime.answer_places import named
from app.inbound.mime.answer_text import (
    FACES,
    NUMBER,
    NUMBERED,
    PAST,
    TOKEN,
    blanked,
    clauses,
    foldable,
    is_form_of,
    is_slip,
    listed,
    speaks_of,
    unbraced,
    words_of,
)
from app.inbound.mime.answer_words import (
    ALL,
    ARTICLES,
    ASIDES,
    AUXILIARIES,
    BECAUSE,
    FILLERS,
    FUTURE,
    GREETINGS,
    GROUNDS,
    HEDGES,
    MARKS,
    PARTICIPLES,
    POLITE,
    RIVALS,
    TEXT_DEEDS,
    THINGS,
    WEAK,
    deed_at,
)
from app.support.text import fold

LONGEST_TEXT, MOST_JOINTS = 4_000, 6
_HARMLESS = FILLERS | MARKS | HEDGES | GREETINGS
CALLED = ("rappel", "relanc", "recontact")
POLITELY = (Deed.STANDBY, Deed.ASSIGN, Deed.NOTE)


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
    for line, is_joined in lines_of(text[:LONGEST_TEXT]):
        if found and (fold(line).strip(" .,-") in signed or NUMBER.fullmatch(line)):
            continue  # who wrote it, and their telephone, without a word of farewell before
        for wish in (each for part in parts_of(line, len(items)) for each in _several(part, now, items, people)):
            part, last = wish.said, found[-1] if found else None
            if wish.deed is None and not wish.numbers and is_joined and last is not None and last.deed in TEXT_DEEDS:
                doubt = None if last.doubt in (Doubt.TEXT, Doubt.REASON) else last.doubt
                found[-1] = replace(last, text=f"{last.text}\n{part}".strip(), said=f"{last.said}\n{part}", doubt=doubt)
            elif not asks_nothing(words_of(fold(part.translate(QUOTES)))):
                found += [wish, *_also_note(wish)]
    return found


def _several(part: str, now: datetime, items: Sequence[Item], people: Sequence[str]) -> Iterator[Wish]:
    """ "La cidrerie pour Olivier et le kit vendredi" is two: where a sentence is cut, either side must be certain by itself, and name its own lines."""
    whole = _Line(part, now, items, people)
    wish = whole.wish()
    if wish.deed in (Deed.NOTE, Deed.CALL):  # keep all the words that follow
        yield wish
        return
    for joint in islice(JOINTS.finditer(part), MOST_JOINTS):
        first, second = (_Line(each.strip(), now, items, people) for each in (part[: joint.start()], part[joint.end():]))
        one, other = first.wish(), second.wish()
        if first.is_certain(one) and (second.is_certain(other) or _begins_anew(other, wish)) and set(one.numbers).isdisjoint(other.numbers):
            yield one
            yield from _several(part[joint.end():].strip(), now, items, people)
            return
    yield wish


def _begins_anew(wish: Wish, whole: Wish) -> bool:
    """Several wishes follow, of which this is the first; or one that must be asked about, in a sentence that is in doubt as a whole, too."""
    return wish.deed is not None and bool(wish.numbers) and wish.doubt is not None and whole.doubt is not None


def _also_note(wish: Wish) -> list[Wish]:
    """What somebody adds to a deed that keeps no words is a note."""
    if wish.text and wish.deed is not None and wish.deed not in TEXT_DEEDS and wish.doubt is None:
        return [Wish(wish.said, Deed.NOTE, wish.numbers, text=wish.text)]
    return []


class _Line:
    """One instruction. ``text`` loses what is understood; what is left must be harmless."""

    def __init__(self, said: str, now: datetime, items: Sequence[Item], people: Sequence[str]) -> None:
        self.said, self.now, self.items, self.people = said, now, items, people
        self.plain = FACES.sub(lambda face: " " * len(face[0]), said.translate(QUOTES))
        self.numbers: tuple[int, ...] = ()
        self.is_asking = said.rstrip().endswith("?")
        self.is_torn = False  # something in it speaks of another line, or counts things

    def is_certain(self, wish: Wish) -> bool:
        """Whether it can stand alone: nothing to ask, and its line is named."""
        return wish.doubt is None and (bool(self.numbers) or len(self.items) > 1)

    def wish(self) -> Wish:
        rest = self._without_head(self._without_numbers(self._without_title(self.plain)))
        tokens = [(fold(each[0]), each.start(), each.end()) for each in TOKEN.finditer(rest)]
        found = self._deed([word for word, _, _ in tokens], [rest[start:end] for _, start, end in tokens])
        if found is None:
            return self._bare(self._without_named(rest))
        at, length, deed = found
        before, after = rest[: tokens[at][1]], rest[tokens[at + length - 1][2]:]
        if deed in POLITELY:
            before = self._politely(before)
        before = self._without_named(before)
        if deed in TEXT_DEEDS:
            return self._with_text(deed, before, after)
        after = self._without_named(blanked(ASIDES, after))
        kept = {Deed.STANDBY: self._standby, Deed.WON: self._won, Deed.ASSIGN: self._assign}.get(deed)
        wish = kept(before, after) if kept else self._plainly(deed, before, after)
        if wish.doubt in (None, Doubt.WHICH) and (self._hedged(f"{before} {after}") or deed is not Deed.STANDBY and self._is_to_come(before)):
            return replace(wish, doubt=Doubt.SURE)
        return replace(wish, doubt=Doubt.SURE) if self.is_torn and wish.doubt is None else wish

    def _politely(self, before: str) -> str:
        """ "Peux-tu … ?" asks for it."""
        self.is_asking &= (direct := blanked(POLITE, before)) == before
        return direct

    def _is_to_come(self, before: str) -> bool:
        """ "Will be done", "ma być zrobione"."""
        return any(word in FUTURE for word in words_of(foldable(before)))

    # ---- which

    def _without_title(self, text: str) -> str:
        """A title that is written out names its item, whatever its words would mean."""
        folded = foldable(text)
        best: tuple[int, int, int] | None = None
        for number, item in enumerate(self.items, 1):
            title = foldable(item.title.translate(QUOTES)).strip()
            at = folded.find(title) if len(title) >= 4 else -1
            if at >= 0 and not folded[at - 1 : at].isalnum() and not folded[at + len(title) : at + len(title) + 1].isalnum():
                if best is None or len(title) > best[1]:
                    best, self.numbers = (at, len(title), number), (number,)
                elif len(title) == best[1]:
                    self.numbers = (*self.numbers, number)
        return text if best is None else f"{text[: best[0]]} , {text[best[0] + best[1]:]}"

    def _without_numbers(self, text: str) -> str:
        """The numbers that the line begins with, or that a word announces."""
        found = NUMBERED.match(text)
        if found and not self.numbers and not self._is_value(text):
            numbers = listed(found[1])
            if numbers and all(1 <= each <= len(self.items) for each in numbers):
                self.numbers = numbers
                self.is_torn = found[0][-1:].isspace() and found[0].strip().isdigit() and self._counts(text[found.end():], numbers)
                return text[found.end():]
        marked = re.search(r"(?:\b(?:nr|num[eé]ro|numer|number|point|punkt|pkt|poz|pozycja|item|ligne)\b\.?|n\s?°|#)\s?(\d{1,2})(?!\d)", text, re.IGNORECASE)
        if marked and not self.numbers and 1 <= int(marked[1]) <= len(self.items):
            self.numbers = (int(marked[1]),)
            return f"{text[: marked.start()]} {text[marked.end():]}"
        return text

    def _without_named(self, text: str) -> str:
        """ "La 4", "trójkę": where one is named already, another is too many."""
        for numbers, start, end in named(text, len(self.items)):
            self.is_torn |= bool(self.numbers) and self.numbers != numbers
            self.numbers = self.numbers or numbers
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
        return text

    def _without_head(self, text: str) -> str:
        """ "Imprimantes : ils hésitent, on attend jeudi": words of one line alone stand first."""
        head = re.match(r"[^,:;.!?(–—-]*\w\s*(?:[:,]|\s[–—-]\s)", text)
        words = self._said(head[0]) if head and not self.numbers else []
        tokens = words_of(foldable(head[0])) if head else []
        if head is None or not words or any(deed_at(tokens, at) and each not in WEAK for at, each in enumerate(tokens)):
            return text
        fitting = self._spoken_of(words)
        if len(fitting) != 1 or any(self._people([each]) for each in words):
            return text
        self.numbers = fitting
        return f", {text[head.end():]}"

    def _is_value(self, text: str) -> bool:
        """ "3 grudnia", "2 tygodnie", "12 000": a number at the beginning that is no item."""
        folded = fold(text)
        when, plain = find_when(folded, self.now), re.match(r"\d{1,2}\b\s*", folded)
        begins = plain is not None and find_when(folded[plain.end():], self.now)
        is_date = when.until is not None and (not begins or begins.until != when.until)
        return is_date or any(each.start == 0 and each.is_marked for each in find_amounts(folded))

    def _counts(self, text: str, numbers: tuple[int, ...]) -> bool:
        """ "4 chariots à livrer": a number before a noun that no line has."""
        words = words_of(find_when(foldable(text), self.now).rest)[:3]
        is_known = not words or words[0] in _HARMLESS | WEAK or deed_at(words, 0) or is_of_calendar(words[0]) or not words[0].isalpha()
        return not is_known and not self._is_of_items(words[0], numbers) and not self._people(words[:1])

    def _meant(self, *pieces: str) -> tuple[tuple[int, ...], bool]:
        """The items that are meant, and whether that is sure: numbers, words of a title, or the only one there is."""
        if self.numbers:
            return self.numbers, len(self.numbers) == 1 or self._are_listed()
        left = [word for piece in pieces for word in words_of(foldable(piece)) if word not in _HARMLESS]
        if set(left) & ALL:
            return tuple(range(1, len(self.items) + 1)), len(set(left) - ALL) == 0
        if left:
            fitting = self._spoken_of(left)
            return fitting, len(fitting) == 1
        return tuple(range(1, len(self.items) + 1)), len(self.items) == 1

    def _spoken_of(self, words: Sequence[str]) -> tuple[int, ...]:
        """The lines that have all of ``words``; if none has, those that have them but for a slip of the finger."""
        known = [f"{item.title} {item.about}" for item in self.items]
        exactly = tuple(number for number, each in enumerate(known, 1) if speaks_of(each, words))
        return exactly or tuple(number for number, each in enumerate(known, 1) if speaks_of(each, words, loosely=True))

    def _are_listed(self) -> bool:
        """Several items: by their numbers, not by a title that two of them have."""
        return NUMBERED.match(self.plain) is not None or any(numbers == self.numbers for numbers, _, _ in named(self.plain, len(self.items)))

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
            self.is_torn |= words[at].startswith(CALLED) and "é" in written[at].lower()  # "rappelé vendredi" was done, or is to be
            return at, length, deed
        return weak or next(((at, 1, Deed.STANDBY) for at, word in enumerate(words) if is_slip(word)), None)

    def _hedged(self, text: str) -> bool:
        return self.is_asking or any(word in HEDGES for word in words_of(foldable(text)))

    def _bare(self, rest: str) -> Wish:
        """Without a verb: a day alone is when to come back to it, a colleague alone who is to have it."""
        if (given := self._handed(rest)) or self.is_torn:
            return given or Wish(self.said, doubt=Doubt.DEED)
        when = find_when(foldable(rest), self.now)
        if when.until is None:
            return self._about(Wish(self.said, doubt=Doubt.DEED), "") if self.numbers else Wish(self.said, doubt=Doubt.DEED)
        wish = self._about(Wish(self.said, Deed.STANDBY, until=when.until, doubt=None if when.is_sure else Doubt.DAY), when.rest)
        is_plain = not self._hedged(rest) and self._is_of_items(when.rest, wish.numbers)
        return replace(wish, doubt=Doubt.SURE) if wish.doubt is None and not is_plain else wish

    def _handed(self, rest: str) -> Wish | None:
        """ "1 → Olivier", "Cidrerie : Sophie", "2 Karim, urgent"; None where it is no name of a colleague, or one that the line has."""
        clause, remark = clauses(blanked(ASIDES, rest).strip(" \t>→=-–—:"))
        if not self._named_of(clause) and self._said(remark) == self._named_of(remark):
            clause, remark = f"{clause} {remark}", ""
        names = self._named_of(clause)
        left = [word for word in self._said(clause) if word not in names]
        numbers = self.numbers or (self._spoken_of(left) if left else ())
        people = self._people(names)
        is_theirs = any(number in numbers for name in names for number in self._spoken_of([name]))
        if not people or is_theirs or len(numbers) != 1 and not self.numbers or self._hedged(rest) or not self._is_of_items(" ".join(left), numbers):
            return None
        person = people[0] if len(people) == 1 else None
        return Wish(self.said, Deed.ASSIGN, numbers, text=self._as_said(remark), person=person, doubt=Doubt.PERSON if person is None else None)

    def _said(self, text: str) -> list[str]:
        return [word for word in words_of(foldable(text)) if word not in _HARMLESS]

    def _named_of(self, text: str) -> list[str]:
        """The words that may name a colleague."""
        return [word for word in self._said(text) if self._people([word])]

    def _is_of_items(self, rest: str, numbers: Sequence[int]) -> bool:
        """Whether ``rest`` says nothing that is not known: "1 they sign on Friday" puts nothing off."""
        left = [word for word in words_of(foldable(rest)) if word not in _HARMLESS | ALL]
        return not left or any(number in numbers for number in self._spoken_of(left))

    def _with_text(self, deed: Deed, before: str, after: str) -> Wish:
        is_named, is_hedged = bool(self.numbers), self._hedged(before)
        told = self._placed(deed, self._without_place(after) if deed is Deed.NOTE else after)
        is_else = self._is_of_else(deed, after, is_placed=bool(self.numbers) and not is_named)
        said = self._as_said(told.strip(" \t:;,.-–—!"))
        wish = Wish(self.said, deed, text=said)
        if deed is Deed.CALL:  # keeps its whole sentence
            wish = replace(wish, text=NUMBERED.sub("", self.said).lstrip(" :-–—") if self.numbers else self.said)
        elif deed is Deed.NOTE:
            wish = replace(wish, doubt=None if said else Doubt.TEXT)
        else:
            if not said:
                said, before = self._why(before)
            wish = self._reasoned(replace(wish, text=said))
        if is_hedged or self._is_to_come(before) or is_else or (self.is_asking and deed in (Deed.LOST, Deed.CANCELLED)):
            wish = replace(wish, doubt=Doubt.SURE)
        return self._about(wish, before)

    def _placed(self, deed: Deed, after: str) -> str:
        """What is left when the first words behind the deed name the line: "perdue pour Kervoal : …", "annulée la 2, …"; a note keeps its sentence."""
        cut = re.search(r"\s*[,:;.!?(]|\s[–—-]\s|$", after)
        head, tail = (after[: cut.start()], after[cut.start():]) if cut else (after, "")
        if self.numbers or not head.strip():
            return after
        plain = re.fullmatch(r"\s*(\d{1,2})\s*", head)
        if plain and 1 <= int(plain[1]) <= len(self.items):
            self.numbers = (int(plain[1]),)
            return tail
        numbers, start, end = next(named(head, len(self.items)), ((), 0, 0))
        if numbers and not self._said(head[:start]):
            self.numbers = numbers
            return f"{head[end:]}{tail}"
        words = [(each[0], each.end()) for each in re.finditer(r"\w+", foldable(head)) if each[0] not in _HARMLESS]
        for count in range(len(words), 0, -1):
            fitting = self._spoken_of([word for word, _ in words[:count]])
            if len(fitting) == 1:
                self.numbers = fitting
                return tail if count == len(words) else after if deed is Deed.NOTE else f"{head[words[count - 1][1]:]}{tail}"
        return after

    def _why(self, before: str) -> tuple[str, str]:
        """The reason that stands first, and the rest: "plus besoin, laissez tomber la 5"."""
        found = re.match(r"(.*\w)\s*(?:[,;:.!]|\s[–—-])\s*([^,;:.!]*)$", before)
        words, place = (self._said(found[1]), self._numbered(found[2])) if found else ([], "")
        if found is None or not words or self._spoken_of(words) or (left := self._said(place)) and not self._spoken_of(left):
            return "", before
        return self._as_said(found[1].strip(" ,;:-–—")), place

    def _is_of_else(self, deed: Deed, after: str, *, is_placed: bool) -> bool:
        """ "Lost his number", "annuler le rdv": what is lost or cancelled is another thing than the line."""
        words = words_of(foldable(after)) if after[:1].isspace() else []
        place = 1 if words and words[0] in ARTICLES else 0
        is_thing = words[:2] == ["de", "vue"] or words[place : place + 1] != [] and words[place] in THINGS
        is_unknown = place == 1 and words[place : place + 1] != [] and words[place] not in FILLERS
        return deed in (Deed.LOST, Deed.CANCELLED) and (is_thing or is_unknown and not is_placed)

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
        self.is_torn |= self._speaks_of_others(when.rest)
        return self._about(Wish(self.said, Deed.STANDBY, until=when.until, text=self._as_said(remark), doubt=doubt), self._numbered(when.rest))

    def _speaks_of_others(self, rest: str) -> bool:
        """Whether ``rest`` names a line that is not meant, or says to whom something is to go: then two things are said in one."""
        words = words_of(foldable(rest))
        named_alone = [self._spoken_of([word]) for word in self._said(rest) if len(word) >= 4]
        is_given = any(word in WEAK and self._people(words[at + 1 : at + 2]) for at, word in enumerate(words))
        return bool(self.numbers) and (is_given or any(len(each) == 1 and each[0] not in self.numbers for each in named_alone))

    def _numbered(self, rest: str) -> str:
        """A number that is left is that of an item, "standby 2 vendredi", but for "4 chariots"."""
        left = re.findall(r"(?<!\S)\d{1,2}(?!\S)", rest)
        if not self.numbers and left and all(1 <= int(each) <= len(self.items) for each in left):
            without = re.sub(r"(?<!\S)\d{1,2}(?!\S)", " ", rest)
            numbers = tuple(map(int, left)) if len(left) == 1 else ()
            if numbers and not self._is_of_items(without, numbers):
                return rest
            self.numbers, rest = numbers, without
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
        if find_when(PAST.sub(" ", foldable(clause)), self.now, numbers=False).until is not None:
            doubt = Doubt.SURE  # "elle signe vendredi" is no sale yet
        value, currency = (amount.value, amount.currency) if amount else (None, "")
        wish = Wish(self.said, Deed.WON, amount=value, currency=currency, text=self._as_said(remark), doubt=doubt)
        before = self._numbered(before.replace(text[amount.start : amount.end], " ") if amount else before)
        clause = self._numbered(PAST.sub(" ", foldable(clause)))
        return self._surely(self._about(wish, before, clause), before, clause)

    def _assign(self, before: str, after: str) -> Wish:
        clause, remark = clauses(after)
        words = words_of(foldable(clause))
        people = self._people(words[:4])
        if is_first := not people and bool(before.strip()):  # "Olivier s'occupe de la 2", "sortownią zajmie się Olga"
            names = self._named_of(before)
            people, before = self._people(names), " ".join(word for word in words_of(foldable(before)) if word not in names)
        person = people[0] if len(people) == 1 else None
        doubt = Doubt.PERSON if person is None else None
        wish = Wish(self.said, Deed.ASSIGN, text=self._as_said(remark), person=person, doubt=doubt)
        named = set(words_of(foldable(self.people[person]))) if person is not None else set()
        left = [word for word in words if not any(is_form_of(word, name) for name in named)]
        wish = self._about(wish, self._numbered(before), self._numbered(" ".join(left)) if wish.doubt is None else "")
        return self._surely(wish, before, " ".join(left)) if is_first else wish

    def _people(self, words: Sequence[str]) -> list[int]:
        """Whom the words name, also in the cases of Polish; those whom the most of the words fit."""
        named = [word for word in words if word not in FILLERS and not is_of_calendar(word)]
        counted = [sum(any(is_form_of(word, part) for part in words_of(foldable(name))) for word in named) for name in self.people]
        most = max(counted, default=0)
        return [place for place, count in enumerate(counted) if count == most] if most else []

    def _plainly(self, deed: Deed, before: str, after: str) -> Wish:
        clause, remark = clauses(after)
        when = find_when(foldable(clause), self.now)
        before, rest = self._numbered(before), self._numbered(PAST.sub(" ", foldable(clause if deed is not Deed.DONE else when.rest)))
        return self._surely(self._about(Wish(self.said, deed, text=self._as_said(remark)), before, rest), before, rest)

    def _surely(self, wish: Wish, *pieces: str) -> Wish:
        """A word that is not understood may turn the sentence round: "take a look", "half done"."""
        is_plain = wish.doubt is not None or self._is_of_items(PAST.sub(" ", foldable(" ".join(pieces))), wish.numbers)
        return wish if is_plain else replace(wish, doubt=Doubt.SURE)
