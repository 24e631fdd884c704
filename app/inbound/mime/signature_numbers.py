"""Numbers in a signature: those of companies, proved by their check digits, and telephones."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import phonenumbers
from stdnum.eu import vat as eu_vat
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret
from stdnum.pl import nip as pl_nip
from stdnum.pl import regon as pl_regon

from app.domain.proposals import Detail, Fact
from app.inbound.mime.signature_words import CALL_ME, PHONE_LABEL

_BEHIND = r"[\s:.°#/nor-]{0,8}"
_DIGITS = r"((?:PL ?)?\d[\d .\u00a0-]{7,24}\d)"
_RCS = r"\b(?:siren|r\.?c\.?s\b\.?(?:[ :]{1,3}(?:de |d')?[^\W\d_][\w'-]{1,30}){0,4})(?: [AB]\b)?"
_LABELLED: tuple[tuple[Detail, re.Pattern[str], Callable[[str], bool]], ...] = (
    (Detail.SIRET, re.compile(r"\bsiret\b" + _BEHIND + _DIGITS, re.IGNORECASE), fr_siret.is_valid),
    (Detail.SIREN, re.compile(_RCS + _BEHIND + _DIGITS, re.IGNORECASE), fr_siren.is_valid),
    (Detail.NIP, re.compile(r"\bnip\b" + _BEHIND + _DIGITS, re.IGNORECASE), pl_nip.is_valid),
    (Detail.REGON, re.compile(r"\bregon\b" + _BEHIND + _DIGITS, re.IGNORECASE), pl_regon.is_valid),
)
_MAY_HOLD_NUMBER = re.compile(r"siret|siren|r\.?c\.?s|nip|regon", re.IGNORECASE)
_VAT = re.compile(
    r"\b((?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)"
    r" ?[0-9A-Z]{2}[0-9A-Z .-]{5,14})\b"
)
_TWO_IN_ONE = re.compile(r"\bt[ée]l(?:\.|[ée]phone)? ?[/&] ?(?:fax|faks)\b", re.IGNORECASE)
_OTHER_NUMBERS = re.compile(
    r"\b(?:krs|iban|bic|bdo|naf|ape|rachun\w{1,5}|konto|nr konta|capital|kapita[łl]\w{0,3}|fax|faks|telefax|t[ée]l[ée]copie|fx|f)\b"
    r"[^\d+|]{0,30}\+?[\d ().\-]{4,40}",
    re.IGNORECASE,
)
# At most two signs between two digits: " - " parts two numbers.
_PHONE = re.compile(r"(?<![\w/.,-])(?:\+|00 ?)?\(?\d(?:[ .()-]{0,2}\d){7,14}(?![\w%])")
_GROUPED = re.compile(r"\d[ .-]\d")
# A French or a Polish mobile, alone on its line without a blank.
_MOBILE = re.compile(r"0[67]\d{8}|[45678]\d{8}")
_SLASHED = re.compile(r"(?<![\d/])0\d(?:/\d\d){4}(?![\d/])")
_AREA = re.compile(r"\(0-?(?=\d)|\b0-(?=\d\d)")
# A number without a label stands alone between two signs.
_ENDS, _BEGINS = re.compile(r"(?:^|[|•·,;/–—-])[ (]*$"), re.compile(r"[ )]*(?:$|[|•·,;/–—-])")
_MOST_PHONES = 4


def company_numbers(lines: Sequence[str]) -> tuple[list[Fact], list[str]]:
    """The numbers of the company, and the lines without them, so that none passes for a telephone."""
    found: dict[Detail, Fact] = {}
    bare: list[str] = []
    for line in lines:
        rest = line
        if any(map(str.isdigit, line)):
            for detail, match, number in _numbers(line):
                rest = rest.replace(match, " ")
                if number:
                    found.setdefault(detail, Fact(detail, number, line))
            rest = _OTHER_NUMBERS.sub(" | ", _TWO_IN_ONE.sub("tel", rest))
        bare.append(rest)
    _derive(found)
    return list(found.values()), bare


def _numbers(line: str) -> Iterable[tuple[Detail, str, str]]:
    """Each number with its label, as written and as kept; the latter is empty for one that cannot be true."""
    if _MAY_HOLD_NUMBER.search(line):
        for detail, pattern, is_valid in _LABELLED:
            for match in pattern.finditer(line):
                number = re.sub(r"\D", "", match.group(1))
                yield detail, match.group(), number if is_valid(number) else ""
    for match in _VAT.finditer(line):
        number = re.sub(r"[ .-]", "", match.group(1))
        if sum(map(str.isdigit, number)) >= 7 and eu_vat.is_valid(number):
            yield Detail.VAT_NUMBER, match.group(), number


def _derive(found: dict[Detail, Fact]) -> None:
    """A SIRET begins with the SIREN; a French VAT number ends with it; a Polish one is the NIP."""
    if siret := found.get(Detail.SIRET):
        found.setdefault(Detail.SIREN, Fact(Detail.SIREN, siret.value[:9], siret.line))
    vat = found.get(Detail.VAT_NUMBER)
    if vat and vat.value.startswith("PL"):
        found.setdefault(Detail.NIP, Fact(Detail.NIP, vat.value[2:], vat.line))
    if vat and vat.value.startswith("FR") and fr_siren.is_valid(vat.value[-9:]):
        found.setdefault(Detail.SIREN, Fact(Detail.SIREN, vat.value[-9:], vat.line))


def announced(body: Sequence[str], region: str | None) -> list[Fact]:
    """The telephones at which the writer asks to be called, in the words above the signature."""
    found: list[Fact] = []
    for line in body:
        asked = CALL_ME.search(line)
        match = _PHONE.search(line, asked.end()) if asked else None
        if match and (number := e164(match.group(), region)):
            found.append(Fact(Detail.PHONE, number, line))
    return found[:1]


def telephones(bare: Sequence[str], lines: Sequence[str], region: str | None, *, only_labelled: bool = False) -> list[Fact]:
    """The telephones in ``bare``, which begins with ``lines`` without other numbers, in E.164."""
    found: dict[str, Fact] = {}
    for rest, line in zip(bare, lines, strict=False):
        for written, is_labelled in _written(rest):
            if only_labelled and not is_labelled:
                continue
            number = e164(written, region)
            if number:
                found.setdefault(number, Fact(Detail.PHONE, number, line))
    return list(found.values())[:_MOST_PHONES]


def _written(rest: str) -> Iterable[tuple[str, bool]]:
    """What looks like a telephone; without a label or a prefix it must be written as one."""
    if sum(map(str.isdigit, rest)) < 8:
        return
    rest = _AREA.sub("(", rest.replace("(0)", "")).replace("\u00a0", " ")
    if "/" in rest:
        rest = _SLASHED.sub(lambda number: number[0].replace("/", "."), rest)
    has_label = bool(PHONE_LABEL.search(rest))
    for match in _PHONE.finditer(rest):
        written = match.group()
        if has_label or written[0] == "+" or written.startswith("00"):
            yield written, has_label
        elif _stands_alone(rest, match):
            yield written, False


def _stands_alone(rest: str, found: re.Match[str]) -> bool:
    """Whether nothing but signs is beside the number, and it is grouped as people write telephones, or a mobile."""
    if not (_ENDS.search(rest[: found.start()]) and _BEGINS.match(rest[found.end() :])):
        return False
    return bool(_GROUPED.search(found.group())) or (_MOBILE.fullmatch(found.group()) is not None and found.group() == rest.strip())


@lru_cache(maxsize=4096)  # people write again with the same signature
def e164(written: str, region: str | None) -> str:
    """``written`` in E.164, or nothing if no such number can exist. France writes the 0 in front, always."""
    if region == "FR" and not written.lstrip("( ").startswith(("0", "+")):
        return ""
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
