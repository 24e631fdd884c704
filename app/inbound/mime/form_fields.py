"""Labels and values of a form, in their order, out of the rows of its notification."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.form_fields import REPEATED, Meaning
from app.inbound.mime.form_labels import MAX_LABEL, bare_label, meaning_of
from app.inbound.mime.form_rows import Row, Shape
from app.support.text import fold

MAX_FIELDS = 80
FOOTER = 8  # so many lines, at the end, can be the program's own words

EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,190}\.[^\s@<>()\[\],;:\"\\.]{2,24}")
_COLON = re.compile(r"^[ \t>•·-]{0,6}([^\n:\uff1a]{1,200}?)[ \t]{0,4}[:\uff1a](?!//)[ \t]{0,6}(.*)$")
_OTHER_MARK = re.compile(r"^[ \t>•·-]{0,6}([^\n]{1,80}?)(?: ?[=|] ?| [-–—] |\t+ ?)(.*)$")
_RULE = re.compile(r"^(?:[-_=*~─]{3,})$")
_FOOTER = re.compile(
    r"^(?:you can (?:edit|view|see|reply|respond)\b"
    r"|this (?:e-?mail|message|mail|form|notification|entry|submission)\b.{0,40}\b(?:sent|submitted|generated|created|received|is)\b"
    r"|(?:sent|submitted|powered|generated|delivered) (?:from|via|by|with|through|using)\b"
    r"|cet(?:te)? (?:e-?mail|message|courriel|notification)\b.{0,40}\b(?:envoye|genere|recu|provient)"
    r"|ce (?:message|mail|courriel|mel)\b.{0,40}\b(?:envoye|genere|recu|provient)|(?:envoye|recu|propulse|genere) (?:depuis|par|via|avec)\b"
    r"|(?:ta|ten|niniejsz\w+) (?:wiadomosc|e-?mail|mail)\b.{0,40}\b(?:wyslan|wygenerowan|pochodzi)|(?:wyslano|wygenerowano|wiadomosc wyslana) (?:z|przez|za)\b"
    r"|(?:to )?(?:view|see|edit|manage|open|reply)\b.{0,60}\b(?:entry|submission|response|responses|form|contact|record|inbox|lead|notifications?)\b"
    r"|(?:voir|consulter|repondre|gerer)\b.{0,60}\b(?:reponse|reponses|soumission|formulaire|contact|notifications?)\b"
    r"|(?:zobacz|odpowiedz|zarzadzaj|przejdz)\b.{0,60}\b(?:odpowiedz|zgloszenie|formularz\w*|kontakt\w*|powiadomieni\w*)\b"
    r"|unsubscribe\b|se desabonner\b|wypisz sie\b|©|\(c\) \d{4}|log ?in to\b|does this submission look like spam)"
)


@dataclass(slots=True)
class Field:
    label: str
    value: str
    meaning: Meaning

    @property
    def key(self) -> str:
        return bare_label(self.label)


@dataclass(slots=True)
class _Open:
    """A label whose value is being read. ``is_sure``: something marks it as a label."""

    label: str
    meaning: Meaning
    is_sure: bool
    lines: list[str] = field(default_factory=list)

    @property
    def has_value(self) -> bool:
        return any(self.lines)


def read_rows(rows: Sequence[Row], taught: Mapping[str, Meaning] | None = None) -> list[Field]:
    """The fields in ``rows``. ``taught`` maps bare labels to their meaning; where it is given, nothing else has one."""
    return _Reader(rows, taught).read()


class _Reader:
    def __init__(self, rows: Sequence[Row], taught: Mapping[str, Meaning] | None) -> None:
        self.rows, self.taught = rows, taught
        self.fields: list[_Open] = []
        self.current: _Open | None = None
        self.is_after_blank = True
        self.is_closed = False  # the value is whole: the next line is none of it
        self.seen: set[str] = set()
        alone = {bare_label(row.text) for row in rows if row.shape is Shape.LINE and len(row.text) <= 60 and self._known(row.text)}
        self.is_stacked = len(alone) >= 2  # each label on a line of its own, its value below

    def read(self) -> list[Field]:
        last = [number for number, row in enumerate(self.rows) if row.line][-FOOTER:]
        for number, row in enumerate(self.rows):
            line = row.line.strip()
            if self.fields and (line == "--" or (number in last and self._is_footer(line, is_last=number == last[-1]))):
                break
            if _RULE.match(line):
                self.current = None
            elif not self._opens(row, line):
                self._continue(row.text if row.shape is Shape.LINE else row.line)
            self.is_after_blank = not line
        return self._finished()

    def _known(self, label: str) -> Meaning | None:
        """What a label means that may begin a field here; in the message of a taught form only taught labels do."""
        if self.taught is not None and ((found := self.taught.get(bare_label(label))) or self._is_in_message):
            return found
        return meaning_of(label)

    def _opens(self, row: Row, line: str) -> bool:
        """Whether ``row`` begins a field; the first way that fits."""
        if not line:
            return False
        if row.shape is Shape.CELLS:
            is_opened = self._open(row.label, row.text)
            self.is_closed = is_opened and bool(row.text)
            return is_opened
        if row.shape is Shape.PAIR:
            return self._open(row.label, row.text)
        if row.shape is Shape.LED and self._known(row.label):
            return self._open(row.label, row.text)
        if (found := _COLON.match(line)) and self._is_label(found[1], found[2]):
            return self._open(found[1], found[2])
        return self._opens_alone(row, line) or self._opens_otherwise(line) or self._opens_stacked(line)

    def _opens_alone(self, row: Row, line: str) -> bool:
        known = self._known(line) if len(line) <= MAX_LABEL else None
        if row.shape is Shape.STRONG:
            return ("@" not in line and len(line) <= MAX_LABEL) and self._open(line, "", is_sure=known is not None)
        if known and (len(line) < 60 or self._is_taught(line)):
            is_in_message = self._is_in_message and not self.is_after_blank and not self._is_taught(line)
            return not is_in_message and not self._is_repeated_in_message(line) and self._open(line, "")
        return False

    def _opens_stacked(self, line: str) -> bool:
        """Where labels stand above their values, the first line behind a value is the next label."""
        is_free = self.current is not None and self.current.has_value and not self._is_in_message
        if self.is_stacked and is_free and self.is_after_blank and len(line) <= 100 and "@" not in line and not line.endswith("."):
            return self._open(line, "", is_sure=False)
        return False

    def _opens_otherwise(self, line: str) -> bool:
        """A known label with another mark than a colon; a taught one may have no mark at all."""
        if (found := _OTHER_MARK.match(line)) and self._known(found[1]) and (not self._is_in_message or self._is_taught(found[1])):
            return not self._is_repeated_in_message(found[1]) and self._open(found[1], found[2])
        shown = line.split(maxsplit=40) if self.taught else []
        begin = bare_label(shown[0]) if shown else ""
        for label in self.taught or ():
            words = label.split()
            is_longer = len(shown) > len(words) and begin.startswith(words[0]) and label not in self.seen
            if is_longer and bare_label(" ".join(shown[: len(words)])) == label:
                return self._open(" ".join(shown[: len(words)]), " ".join(shown[len(words) :]))
        return False

    @property
    def _is_in_message(self) -> bool:
        return self.current is not None and self.current.meaning is Meaning.MESSAGE and not self.is_closed

    def _is_taught(self, label: str) -> bool:
        return self.taught is not None and bare_label(label) in self.taught

    def _is_repeated_in_message(self, label: str) -> bool:
        return self._is_in_message and bare_label(label) in self.seen

    def _is_label(self, name: str, value: str) -> bool:
        """Inside the visitor's message only a label that we know, and that did not come yet, ends it."""
        if self._is_repeated_in_message(name):
            return False
        if self._known(name):
            return True
        if self._is_in_message or "@" in name or len(name) > 80 or len(name.split()) > 8:
            return False
        return any(letter.isalpha() for letter in name) and not (name[-1].isdigit() and value[:1].isdigit())

    def _is_footer(self, line: str, *, is_last: bool) -> bool:
        if self._is_in_message and not self.is_after_blank and not is_last:
            return False  # the visitor's words, however they sound
        return len(line) < 300 and _FOOTER.match(fold(line)) is not None

    def _open(self, label: str, value: str, *, is_sure: bool = True) -> bool:
        label = " ".join(label.split()).strip(" *_\t:\uff1a")
        key = bare_label(label)
        if not key or len(self.fields) >= MAX_FIELDS:
            return False
        meaning = self._meaning(label)
        self.seen.add(key)
        self.is_closed = False
        self.current = _Open(label[:MAX_LABEL], meaning, is_sure, [value.strip()] if value.strip() else [])
        self.fields.append(self.current)
        return True

    def _meaning(self, label: str) -> Meaning:
        found = self.taught.get(bare_label(label), Meaning.TEXT) if self.taught is not None else meaning_of(label) or Meaning.TEXT
        is_new = found in REPEATED or all(each.meaning is not found or not each.has_value for each in self.fields)
        return found if is_new else Meaning.TEXT

    def _continue(self, line: str) -> None:
        if self.current is not None and not self.is_closed:
            self.current.lines.append(line.rstrip())

    def _finished(self) -> list[Field]:
        given = [each for each in self.fields if each.has_value]
        while given and not given[0].is_sure and given[0].meaning is Meaning.TEXT:
            given.pop(0)  # headings and words of welcome above the first field
        labels: dict[str, int] = {}
        found = []
        for each in given:
            labels[each.label] = number = labels.get(each.label, 0) + 1
            label = each.label if number == 1 else f"{each.label} ({number})"
            found.append(Field(label, "\n".join(each.lines).strip(), each.meaning))
        return found
