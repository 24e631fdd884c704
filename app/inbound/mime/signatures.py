"""What the foot of a mail tells about its writer: proposals only, never facts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import phonenumbers
from stdnum.eu import vat as eu_vat
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret
from stdnum.pl import nip as pl_nip
from stdnum.pl import regon as pl_regon

from app.inbound.mime.attributions import find_attributions
from app.inbound.mime.closings import (
    closer_at,
    is_closer,
    is_device_note,
    legal_start,
    signature_start,
)
from app.inbound.mime.header_blocks import find_block
from app.inbound.mime.limits import MAX_TEXT
from app.inbound.mime.plain_lines import Line, read_line, unify
from app.inbound.mime.quotes import split_quotes
from app.inbound.mime.signature_words import JOB_WORDS, LEGAL_FORM, SOCIAL_SITES, STREET
from app.support.text import fold


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value in its canonical form, and the line where it was seen."""

    value: str
    line: str


@dataclass(frozen=True, slots=True)
class PostalAddress:
    street: str
    postcode: str
    city: str
    line: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Phones in E.164, numbers of companies without blanks and with a valid check digit."""

    name: Proposal | None = None
    phones: tuple[Proposal, ...] = ()
    job: Proposal | None = None
    company: Proposal | None = None
    website: Proposal | None = None
    nip: Proposal | None = None
    regon: Proposal | None = None
    siren: Proposal | None = None
    siret: Proposal | None = None
    vat: Proposal | None = None
    address: PostalAddress | None = None


_MOST_LINES = 24
_LINE_LIMIT = 300
_FEWEST_DIGITS = 6
_NUMBER = r"[\s:.°#nro-]{0,8}((?:[A-Z]{2} ?)?\d[\d .\u00a0-]{7,24}\d)"
_SIREN = r"\b(?:siren|rcs(?: [^\W\d_][\w-]{1,30}){0,3})\b(?: [AB]\b)?"
_LABELLED: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "siret": (re.compile(r"\bsiret\b" + _NUMBER, re.IGNORECASE), fr_siret.is_valid),
    "siren": (re.compile(_SIREN + _NUMBER, re.IGNORECASE), fr_siren.is_valid),
    "nip": (re.compile(r"\bnip\b" + _NUMBER, re.IGNORECASE), pl_nip.is_valid),
    "regon": (re.compile(r"\bregon\b" + _NUMBER, re.IGNORECASE), pl_regon.is_valid),
}
_OTHER_NUMBERS = re.compile(
    r"\b(?:krs|iban|bdo|rachun\w+|konto|fax|faks|telefax|t[ée]l[ée]copie|fx|f)\b"
    r"[\s.:]{0,4}[A-Z+]{0,2}[\d ().\-/]{6,40}",
    re.IGNORECASE,
)
_VAT = re.compile(
    r"\b((?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)"
    r" ?[0-9A-Z]{2}[0-9A-Z .]{5,14})\b"
)
_SITE = re.compile(
    r"(?<![@\w.])(?:https?://)?((?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,12})"
    r"(?![\w@])(?:/[^\s<>\"')\]]{0,200})?",
    re.IGNORECASE,
)
_ANNOUNCES_SITE = re.compile(r"(?:web|site|www|strona)\W{0,4}$", re.IGNORECASE)
_BEHIND_CITY = re.compile(r"\s(?:-|–|\||cedex)\b|\s[-–]\s", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]{0,25}(?:[ -][^\W\d_][^\W\d_'’.-]{0,25}){1,3}$")
_POSTCODE = re.compile(r"(?<![\d-])(?:F-|PL-)?(\d{5}|\d{2}-\d{3}) ([^\W\d_][^\d,;|•·()]{1,40})")
_SEPARATOR = re.compile(r"\s[|•·–—/]\s|\s-\s|\||;|\t")


def read_signature(text: str, *, region: str | None) -> Signature:
    """What the writer's own signature in ``text`` proposes; quotes below it are not looked at.

    ``region`` is the country (ISO 3166) in which numbers without a prefix are dialled.
    """
    lines = _zone(text)
    shown = [" ".join(line.text.replace("*", "").split())[:_LINE_LIMIT] for line in lines]
    shown = [line for line in shown if line]
    if not shown:
        return Signature()
    numbers, bare = _numbers(shown)
    return Signature(
        name=_name(shown),
        phones=_phones(bare, shown, region),
        job=_job(shown),
        company=_company(shown),
        website=_website(shown),
        address=_address(shown),
        **numbers,
    )


def _zone(text: str) -> list[Line]:
    """The lines of the signature, from the writer's closing words on."""
    lines = _own_lines(unify(text[:MAX_TEXT]))
    lines = lines[: legal_start(lines)]
    while lines and (lines[-1].is_blank or is_device_note(lines[-1])):
        lines.pop()
    start = signature_start(lines)
    closer = closer_at(lines, before=start)
    if start is None and closer is None:
        filled = [at for at, line in enumerate(lines) if line.text]
        start = filled[max(0, len(filled) - 8)] if len(filled) > 8 else 0
        return [line for line in lines[start:] if len(line.text) <= 100][-_MOST_LINES:]
    begin = start if closer is None else closer + 1
    zone = [line for line in lines[begin:] if line.text.strip("-—–_ ") and not is_closer(line.text)]
    return zone[:_MOST_LINES]


def _own_lines(text: str) -> list[Line]:
    """The writer's words and signature: all that stands before the first quote."""
    own: list[Line] = []
    quoted = set(split_quotes(text, None).quoted.split("\n")) if ">" in text else set()
    for raw in text.split("\n"):
        line = read_line(raw)
        if line.depth and raw.rstrip() in quoted:
            break
        own.append(line)
    return own[: _unmarked_quote(own)]


def _unmarked_quote(lines: Sequence[Line]) -> int | None:
    """Where a quote begins that no ``>`` marks: its foot is somebody else's."""
    starts = [one.start for one in find_attributions(lines) if not _is_marked(lines[one.end :])]
    block = find_block(lines)
    if block is not None and block.sender is not None:
        starts.append(block.start)
    return min((start for start in starts if any(line.text for line in lines[:start])), default=None)


def _is_marked(below: Sequence[Line]) -> bool:
    return next((line.depth > 0 for line in below if line.text), True)


def _numbers(lines: Sequence[str]) -> tuple[dict[str, Proposal], list[str]]:
    """Numbers of companies by name, and the lines without them, so that none passes for a phone."""
    found: dict[str, Proposal] = {}
    bare: list[str] = []
    for line in lines:
        rest = line
        for name, (pattern, is_valid) in _LABELLED.items():
            for match in pattern.finditer(line):
                number = re.sub(r"\D", "", match.group(1))
                rest = rest.replace(match.group(), " ")
                if is_valid(number):
                    found.setdefault(name, Proposal(number, line))
        for match in _VAT.finditer(line):
            number = re.sub(r"[ .]", "", match.group(1))
            if any(map(str.isdigit, number)) and eu_vat.is_valid(number):
                rest = rest.replace(match.group(), " ")
                found.setdefault("vat", Proposal(number, line))
        bare.append(_OTHER_NUMBERS.sub(" ", rest))
    if "siret" in found:
        found.setdefault("siren", Proposal(found["siret"].value[:9], found["siret"].line))
    if "vat" in found and found["vat"].value.startswith("PL"):
        found.setdefault("nip", Proposal(found["vat"].value[2:], found["vat"].line))
    return found, bare


def _phones(bare: Sequence[str], lines: Sequence[str], region: str | None) -> tuple[Proposal, ...]:
    found: dict[str, Proposal] = {}
    for rest, line in zip(bare, lines, strict=True):
        if sum(map(str.isdigit, rest)) < _FEWEST_DIGITS:
            continue
        for match in phonenumbers.PhoneNumberMatcher(rest.replace("(0)", ""), region):
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            found.setdefault(number, Proposal(number, line))
    return tuple(found.values())


def _website(lines: Sequence[str]) -> Proposal | None:
    for line in lines:
        for match in _SITE.finditer(line):
            host = match.group(1).lower()
            is_marked = match.group().lower().startswith(("http", "www."))
            is_alone = match.group() == line or _ANNOUNCES_SITE.search(line[: match.start()])
            if (is_marked or is_alone) and not any(site in host for site in SOCIAL_SITES):
                return Proposal(match.group().rstrip(".,;/"), line)
    return None


def _name(lines: Sequence[str]) -> Proposal | None:
    first = _SEPARATOR.split(lines[0])[0].strip(" ,")
    words = first.split()
    is_name = _NAME.match(first) and all(word[:1].isupper() for word in words if len(word) > 3)
    if not is_name or _holds_job(first) or LEGAL_FORM.search(first):
        return None
    return Proposal(first, lines[0])


def _holds_job(text: str) -> bool:
    words = fold(text).replace("-", " ").replace(".", " ").split()
    return any(word.startswith(JOB_WORDS) for word in words)


def _job(lines: Sequence[str]) -> Proposal | None:
    for line in lines[:6]:
        for piece in _SEPARATOR.split(line):
            for part in piece.split(","):
                text = part.strip(" ,")
                is_short = 2 < len(text) <= 80 and not re.search(r"[\d@:!?]|\.$", text)
                if is_short and _holds_job(text) and not LEGAL_FORM.search(text) and len(text.split()) <= 9:
                    return Proposal(text, line)
    return None


def _company(lines: Sequence[str]) -> Proposal | None:
    for line in lines:
        for piece in _SEPARATOR.split(line):
            match = LEGAL_FORM.search(piece)
            if match is None or len(piece) > 140:
                continue
            name = piece[: match.end()].strip(" ,")
            *before, last = name.split(", ")
            if before and len(last) > len(match.group()) + 1:
                name = last
            if len(name) > len(match.group()) + 1 or match.start() == 0:
                return Proposal(name if match.start() else piece.split(",")[0].strip(), line)
    return None


def _address(lines: Sequence[str]) -> PostalAddress | None:
    """Only where a street and a postcode with its town stand on one line or on two in a row."""
    for at, line in enumerate(lines):
        place = _POSTCODE.search(line)
        if place is None:
            continue
        city = _BEHIND_CITY.split(place.group(2).strip(), maxsplit=1)[0].strip(" .,-")
        same = STREET.search(line[: place.start()])
        above = STREET.search(lines[at - 1]) if at else None
        street = same or above
        if street and city:
            seen = line if same else f"{lines[at - 1]}, {line}"
            return PostalAddress(street.group().strip(" ,;-–|"), place.group(1), city, seen)
    return None
