"""Headers written into a text, a line each, and the block that several make."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.inbound.mime.announcements import BOLD
from app.inbound.mime.forward_labels import LABELS, LONGEST_LABEL, Field
from app.inbound.mime.mail import Address
from app.inbound.mime.plain_lines import Line
from app.inbound.mime.shown_addresses import read_addresses
from app.inbound.mime.shown_dates import read_date
from app.support.text import fold

COLON = re.compile("[:：]")
LIST_MARKS = BOLD + "-•·"
_WIDTH = 64  # gateways break lines a little behind it


@dataclass(slots=True)
class Header:
    fields: frozenset[Field]
    label: str
    value: str


@dataclass(slots=True)
class Block:
    """Headers in ``lines[start:end]``; ``start`` is that of the delimiter above, if there is one.

    ``announces`` is "forward", "original" or "" for what the delimiter says; ``is_guess`` tells
    that no label was known and that the values alone said what they are.
    """

    start: int
    end: int
    depth: int
    headers: dict[Field, str] = field(default_factory=dict)
    announces: str = ""
    language: str = ""
    is_guess: bool = False

    @property
    def sender(self) -> Address | None:
        return next(iter(read_addresses(self.headers.get(Field.FROM, ""))), None)

    def people(self, which: Field) -> tuple[Address, ...]:
        return read_addresses(self.headers.get(which, ""))

    @property
    def date(self) -> datetime | None:
        return read_date(self.headers.get(Field.DATE, ""), self.language)

    @property
    def subject(self) -> str:
        return " ".join(self.headers.get(Field.SUBJECT, "").split())


def read_header(text: str) -> Header | None:
    """``Label: value`` with a known label, in bold or not."""
    colon = COLON.search(text, 0, LONGEST_LABEL + 8)
    if colon is None:
        return None
    label = fold(text[: colon.start()].strip(LIST_MARKS))
    meanings = LABELS.get(label)
    if not meanings or not label:
        return None
    return Header(frozenset(meanings), label, text[colon.end() :].lstrip(BOLD).rstrip(" \t|"))


def is_header(text: str) -> bool:
    return read_header(text) is not None


def only(header: Header) -> frozenset[Field]:
    """The one field that the header can only be, if there is one."""
    return header.fields if len(header.fields) == 1 and Field.OTHER not in header.fields else frozenset()


def is_broken(lines: Sequence[Line], at: int, *, is_run: bool = False) -> bool:
    """Whether line ``at`` goes on what stands above it: its first word did not fit there.

    A new header does so only in a run of headers that stand one behind the other.
    """
    text = lines[at].text
    return bool(text) and (is_run or not is_header(text)) and len(lines[at - 1].raw.rstrip()) + len(text.split(None, 1)[0]) >= _WIDTH


def block_of(found: list[Header], start: int, end: int, depth: int) -> Block | None:
    """What ``found`` in ``lines[start:end]`` makes: a sender, and a date, a subject or somebody it went to."""
    language = _language(found)
    headers: dict[Field, str] = {}
    for header in found:
        meaning = _meaning(header, language, headers)
        if meaning is not Field.OTHER and meaning not in headers:
            headers[meaning] = header.value.strip()
    if not headers.get(Field.FROM) or len(headers.keys() & {Field.DATE, Field.SUBJECT, Field.TO}) < 1:
        return None
    return Block(start, end, depth, headers, language=language)


def _language(found: list[Header]) -> str:
    votes = Counter(
        language for header in found for languages in LABELS[header.label].values() for language in languages
    )
    return votes.most_common(1)[0][0] if votes else ""


def _meaning(header: Header, language: str, taken: dict[Field, str]) -> Field:
    meanings = LABELS[header.label]
    fitting = [one for one, languages in meanings.items() if language in languages and one not in taken]
    return (fitting or [one for one in meanings if one not in taken] or [Field.OTHER])[0]
