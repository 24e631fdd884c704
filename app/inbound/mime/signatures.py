"""What the foot of a mail tells about its writer: facts to propose, never to write over what is known.

Better nothing than something wrong: whatever may be somebody else's, a colleague's, the quoted person's,
is left out.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.domain.proposals import Detail, Fact
from app.inbound.mime.directory import is_free_mail
from app.inbound.mime.mail import Address
from app.inbound.mime.signature_numbers import announced, company_numbers, telephones
from app.inbound.mime.signature_words import (
    BEFORE_COMPANY,
    FRENCH_SIGNS,
    FRENCH_WORDS,
    JOB_WORDS,
    LEGAL_FORM,
    LEGAL_NOTICE,
    NO_JOB,
    POLISH_SIGNS,
    POLISH_WORDS,
    SHORT_JOB_WORDS,
    SOCIAL_SITES,
    STREET,
)
from app.inbound.mime.signature_zone import Zone, signature_zone
from app.support.text import fold


@dataclass(frozen=True, slots=True)
class Signature:
    """The name that is signed with, and the facts, each once."""

    name: str = ""
    facts: tuple[Fact, ...] = ()

    def values(self, detail: Detail) -> list[str]:
        return [fact.value for fact in self.facts if fact.detail is detail]

    def first(self, detail: Detail) -> str | None:
        return next((fact.value for fact in self.facts if fact.detail is detail), None)


NOTHING = Signature()
_REGIONS = {"uk": "GB"}
_COUNTRIES = frozenset(
    [
        "at", "be", "bg", "ch", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gb", "gr", "hr", "hu", "ie",
        "it", "lt", "lu", "lv", "nl", "no", "pl", "pt", "ro", "se", "si", "sk", "ua", "uk", "us",
    ]
)  # fmt: skip
_SITE = re.compile(
    r"(?<![@\w.-])(https?://)?((?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,12})"
    r"(?![\w@])(?:/[^\s<>\"')\]]{0,200})?",
    re.IGNORECASE,
)
_ANNOUNCES_SITE = re.compile(r"(?:web|site|internet|www|strona|w)\W{0,4}$", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})")
_BEHIND_CITY = re.compile(
    r"\s?(?:[-–—|,;/(]\s|[-–—|,;(]|\b(?:cedex|t[ée]l|tel|fax|nip|regon|krs|email|mail|www|siret|france|polska|poland|pologne|rcs)\b).*",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]{0,25}\.?(?:[ -][^\W\d_][^\W\d_'’.-]{0,25}){1,3}$")
_TITLES = re.compile(r"^(?:(?:mgr|in[żz]|dr|hab|prof|mr|mrs|ms|m|mme|monsieur|madame|pan|pani)\.? )+(?=\S)", re.IGNORECASE)
_POSTCODE = re.compile(r"(?<![\d-])(?:F-|PL-)?(\d{5}|\d{2}-\d{3}),? ([^\W\d_][^\d|•·]{1,60})")
_SEPARATOR = re.compile(r"\s[|•·–—/]\s|\s-\s|\||;|\t|•|·")
_UNLIKE_JOB = re.compile(r"[\d@:!?]|\.\.|https?|www")
_WORDS = re.compile(r"[\W_]+")
_NAME_LINES = 5
_JOB_LINES = 3
_UNMARKED_NAMES = 7
_SQUEEZE = re.compile(r"[^a-z0-9]")
_BEHIND_STREET = re.compile(r",? \b(?:t[ée]l|tel|fax|f|pl)\b[.:-]?\s*$", re.IGNORECASE)


def read_signature(
    text: str, *, region: str | None, html: str | None = None, person: Address | None = None,
    is_ours: Callable[[str], bool] = lambda address: False,
) -> Signature:
    """What the writer of ``text`` says about themselves; quotes are not looked at, nor what is ``person``'s no more.

    ``region`` is the country (ISO 3166) of numbers without a prefix where nothing else tells it. A signature that
    shows an address for which ``is_ours`` is a colleague's: it gives nothing.
    """
    zone = signature_zone(text, html)
    mails = [match for line in zone.lines for match in _MAIL.finditer(line)]
    if any(is_ours(match.group().lower()) for match in mails):
        return NOTHING
    region = _region(zone, person, region)
    of_firm = (*zone.lines, *zone.imprint)
    numbers, bare = company_numbers(of_firm)
    own = announced(zone.body, region)
    if not zone.is_marked and not _is_anchored(zone, person):
        return Signature("", _facts(telephones(bare, zone.lines, region, only_labelled=True) + own + numbers))
    name, at = _name(zone.lines, person)
    about_firm = [*_website(zone.lines, person), *_company(of_firm), *_address(of_firm), *numbers]
    if name and person and _is_somebody_else(name, person):
        domain = "" if is_free_mail(person.domain) else person.domain
        is_same_firm = bool(domain) and any(match.group(1).lower() == domain for match in mails)
        return Signature("", _facts([*own, *(about_firm if is_same_firm else ())]))
    phones = telephones(bare, zone.lines, region)
    return Signature(name, _facts([*phones, *own, *_job(zone.lines, at), *about_firm]))


def _facts(found: Iterable[Fact]) -> tuple[Fact, ...]:
    """Each value once, as it was seen first."""
    kept: dict[tuple[Detail, str], Fact] = {}
    for fact in found:
        kept.setdefault((fact.detail, fact.value), fact)
    return tuple(kept.values())


def _region(zone: Zone, person: Address | None, default: str | None) -> str | None:
    """Where numbers without a prefix are dialled: as the signature shows, as the writer's domain or language says, at home."""
    shown = "\n".join(zone.lines)
    is_polish, is_french = bool(POLISH_SIGNS.search(shown)), bool(FRENCH_SIGNS.search(shown))
    if is_polish != is_french:
        return "PL" if is_polish else "FR"
    ending = person.domain.rpartition(".")[2].lower() if person else ""
    if ending in _COUNTRIES:
        return _REGIONS.get(ending, ending.upper())
    words = "\n".join((*zone.body[:2], *zone.body[-4:]))
    is_polish, is_french = bool(POLISH_WORDS.search(words)), bool(FRENCH_WORDS.search(words))
    return default if is_polish == is_french else "PL" if is_polish else "FR"


# ---- who signs


def _own_words(person: Address | None) -> frozenset[str]:
    """The words of the writer's name: as shown, else of the local part of the address."""
    if person is None:
        return frozenset()
    shown = person.name or re.sub(r"\d", "", person.local_part)
    return frozenset(word for word in _WORDS.split(fold(shown)) if len(word) > 2)


def _is_anchored(zone: Zone, person: Address | None) -> bool:
    """Whether the last lines begin with the writer's own name, standing alone."""
    words = _own_words(person)
    return any(_as_name(line) and words & set(_WORDS.split(fold(line))) for line in zone.lines[:_UNMARKED_NAMES])


def _as_name(line: str) -> str:
    """The name that ``line`` begins with, or nothing."""
    first = _SEPARATOR.split(line)[0].split(",")[0].strip(" ,")
    first = _TITLES.sub("", first)
    words = first.split()
    if not _NAME.match(first) or not all(word[:1].isupper() for word in words if len(word) > 3):
        return ""
    return "" if _holds_job(first) or LEGAL_FORM.search(first) else first


def _name(lines: Sequence[str], person: Address | None) -> tuple[str, int]:
    """The name that is signed with and its line: the writer's own if it is there, else what looks like a name."""
    words = _own_words(person)
    for at, line in enumerate(lines[:_NAME_LINES]):
        if words & set(_WORDS.split(fold(line))) and (name := _as_name(line)) and words & set(_WORDS.split(fold(name))):
            return name, at
    first = _as_name(lines[0]) if lines else ""
    return (first, 0) if first else ("", -1)


def _is_somebody_else(name: str, person: Address) -> bool:
    """Whether a person of another name signs; an office or a firm as the sender says nothing."""
    words = _own_words(person)
    if not person.name or len(words) < 2 or len(person.name.split()) > 3:
        return False
    if _SQUEEZE.sub("", fold(person.name)) in _SQUEEZE.sub("", fold(person.domain)) or LEGAL_FORM.search(person.name):
        return False
    return not words & set(_WORDS.split(fold(name)))


# ---- the job


def _holds_job(text: str) -> bool:
    words = _WORDS.split(fold(text))
    return any(word.startswith(JOB_WORDS) or word in SHORT_JOB_WORDS for word in words if word)


def _job(lines: Sequence[str], name_at: int) -> list[Fact]:
    """A job stands beside the name or right below it."""
    if name_at < 0:
        return []
    for line in lines[name_at : name_at + _JOB_LINES + 1]:
        if not _holds_job(line):
            continue
        for piece in _SEPARATOR.split(line):
            for part in (piece, *piece.split(",")) if LEGAL_FORM.search(piece) is None else piece.split(","):
                text = BEFORE_COMPANY.split(part.strip(" ,"))[0].strip(" ,.")
                if text and not _as_name(text.split(",")[0]) and _is_job(text):
                    return [Fact(Detail.JOB, text, line)]
    return []


def _is_job(text: str) -> bool:
    is_short = 2 < len(text) <= 80 and len(text.split()) <= 9 and not _UNLIKE_JOB.search(text)
    is_named = is_short and text[0].isalpha() and _holds_job(text)
    return is_named and not LEGAL_FORM.search(text) and not NO_JOB.match(fold(text))


# ---- the company


def _company(lines: Sequence[str]) -> list[Fact]:
    for line in lines:
        for piece in _SEPARATOR.split(line):
            name = _company_in(piece)
            if name:
                return [Fact(Detail.COMPANY, name, line)]
    return []


def _company_in(piece: str) -> str:
    """The company that ``piece`` names with its legal form: "ACME SAS", "SARL Dupont"."""
    bare = LEGAL_NOTICE.sub("", piece).strip(" ,")
    match = LEGAL_FORM.search(bare)
    if match is None:
        return ""
    if match.start() == 0:
        name = bare.split(",")[0].strip()
        return name if len(match.group()) + 1 < len(name) <= 80 and name.count(" ") <= 6 else ""
    name = BEFORE_COMPANY.split(bare[: match.end()])[-1].strip(" ,")
    *before, last = name.split(", ")
    if before:
        name = last if len(last) > len(match.group()) + 1 else before[-1]
    is_likely = 2 < len(name) <= 80 and len(name.split()) <= 9 and (name[0].isupper() or name[0].isdigit())
    return name if is_likely and not _holds_job(name.split()[0]) and not _MAIL.search(name) else ""


def _website(lines: Sequence[str], person: Address | None) -> list[Fact]:
    """The host of the company's site; one that the writer's mail domain names comes before all others."""
    domain = person.domain.lower() if person and not is_free_mail(person.domain) else ""
    found: list[Fact] = []
    for line in lines:
        for match in _SITE.finditer(line) if "." in line else ():
            host = match.group(2).lower()
            fact = Fact(Detail.WEBSITE, host, line)
            if domain and (host == domain or host.removeprefix("www.") == domain):
                return [fact]
            is_marked = bool(match.group(1)) or host.startswith("www.")
            is_alone = match.group() == line or _ANNOUNCES_SITE.search(line[: match.start()])
            if (is_marked or is_alone) and not any(host.startswith(site) or f".{site}" in host for site in SOCIAL_SITES):
                found.append(fact)
    return found[:1]


def _address(lines: Sequence[str]) -> list[Fact]:
    """Only where a street and a postcode with its town stand on one line or near each other."""
    for at, line in enumerate(lines):
        place = _POSTCODE.search(line)
        if place is None:
            continue
        city = _BEHIND_CITY.sub("", place.group(2).strip(), count=1).strip(" .,-")
        nearby = [line[: place.start()], *lines[max(0, at - 2) : at][::-1], line[place.end(1) :], *lines[at + 1 : at + 2]]
        for text in nearby if city and len(city) > 1 else ():
            if street := STREET.search(text):
                seen = line if text in line else f"{text}, {line}"
                shown = _BEHIND_STREET.sub("", street.group()).strip(" ,;-–|")
                return [Fact(Detail.ADDRESS, f"{shown}\n{place.group(1)}\n{city}", seen)]
    return []
