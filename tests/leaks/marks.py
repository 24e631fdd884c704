"""Marks: a word or number in one field of one record that stands nowhere else, so that whoever says it has read that field."""

import re
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZipFile

from werkzeug.test import TestResponse

WORD = re.compile(r"mk\d{4}zq")
BODY = "\n<<body>>\n"  # between the headers and the body in ``text_of``
SECRET = "secret"  # in ``Mark.owner``: nobody reads it, whatever their rights


@dataclass(frozen=True)
class Mark:
    """What stands in the field ``name`` of a record of ``record_type``; ``owner`` as in ``tests.promises.firm.OWNERS``."""

    record_type: str
    name: str
    owner: str

    def __str__(self) -> str:
        return f"{self.record_type}.{self.name} ({self.owner})"


# Numbers and days have no letters: each is told by its digits, alone or at the head of a sum with smaller ones.
AMOUNTS = {"own": 123_457, "team": 560_000_000, "other": 78_000_000_000}
PERCENTS = {"own": "37.25", "team": "53.75", "other": "71.25"}
YEARS = {"own": 2031, "team": 2037, "other": 2043}
_ALONE = r"(?<![\w.,/-])(?:{})(?![\w/-])"
_NUMBERS = {
    **{Mark("Opportunity", "amount", owner): _ALONE.format(digits) for owner, digits in
       {"own": r"\d*123457", "team": r"\d*56\d{7}", "other": r"\d*78\d{9}"}.items()},
    **{Mark("Opportunity", "probability", owner): _ALONE.format(rf"{text.replace('.', '[.,]')}|{text[:2]} ?%")
       for owner, text in PERCENTS.items()},
    **{Mark("Opportunity", "expected_close_on", owner): rf"\b{year}-03-17\b|17 March {year}|March 17, {year}|\b3/17/{year % 100}\b"
       for owner, year in YEARS.items()},
}
NUMBERS = {mark: re.compile(pattern) for mark, pattern in _NUMBERS.items()}
# What stands in every text that such a pattern finds, found in no time: a pattern that begins with its digits.
_HINTS = {
    **{Mark("Opportunity", "amount", owner): (digits,) for owner, digits in {"own": "123457", "team": r"56\d{7}", "other": r"78\d{9}"}.items()},
    **{Mark("Opportunity", "probability", owner): (rf"{text[:2]}(?:[.,]{text[3:]}| ?%)",) for owner, text in PERCENTS.items()},
    **{Mark("Opportunity", "expected_close_on", owner): (str(year), f"3/17/{year % 100}") for owner, year in YEARS.items()},
}
HINTS = {mark: tuple(map(re.compile, hints)) for mark, hints in _HINTS.items()}
_THOUSANDS = re.compile(r"(?<=\d)[,\u00a0\u202f ](?=\d{3})")
_OURS = re.compile(r'nonce(?:="|-)[\w-]+|name="csrf_token"[^>]*>')  # random, and different on each page


@dataclass
class Book:
    """All marks that were given out."""

    words: dict[str, Mark] = field(default_factory=dict)

    def word(self, record_type: str, name: str, owner: str) -> str:
        """A new mark for that field."""
        text = f"mk{len(self.words):04}zq"
        self.words[text] = Mark(record_type, name, owner)
        return text

    def of(self, record_type: str, name: str, owner: str) -> str:
        """The mark that stands in that field."""
        return next(text for text, mark in self.words.items() if mark == Mark(record_type, name, owner))

    def read_in(self, text: str) -> set[Mark]:
        """What somebody knows who has read ``text``."""
        found = {self.words[word] for word in set(WORD.findall(text.lower())) if word in self.words}
        plain = _THOUSANDS.sub("", _OURS.sub("", text))
        return found | {mark for mark, pattern in NUMBERS.items() if any(hint.search(plain) for hint in HINTS[mark]) and pattern.search(plain)}


def text_of(answer: TestResponse) -> str:
    """Everything that came: headers, and the body; a workbook is unpacked."""
    if answer.data[:2] != b"PK":
        body = answer.data.decode("utf-8", "replace")
    else:
        with ZipFile(BytesIO(answer.data)) as packed:
            body = " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return f"{answer.headers}{BODY}{body}"


def without_chance(text: str) -> str:
    """``text`` without what differs from one answer to the next anyhow, and without marks."""
    return WORD.sub("MARK", _OURS.sub("", text))
