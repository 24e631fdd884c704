"""What spreadsheets, and people, do to values: zeros at the left are lost, and of long numbers the last digits; a word says that nothing is known."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from stdnum.fr import siren, siret
from stdnum.pl import regon

from app.domain.errors import DomainError
from app.domain.imports import Kind, Target
from app.domain.reach import mail_address
from app.support.i18n import N_
from app.support.text import fold

DIGITS_LOST = N_(
    "“%(value)s” is a number that a spreadsheet shortened: its last digits are lost. Give the column the format “Text”, "
    "put in the whole number from where it came, then import it again."
)
_SHORTENED = re.compile(r"^(\d)(?:[.,](\d*))?E\+?(\d{1,2})$", re.IGNORECASE)
# How many digits a number has, and whether its check digit is right: only then it is clear that zeros are missing, and how many. No NIP begins with 0.
_NUMBERS: Final[dict[str, tuple[tuple[int, ...], Callable[[str], bool]]]] = {
    "regon": ((9, 14), regon.is_valid), "siren": ((9,), siren.is_valid), "siret": ((14,), siret.is_valid),
}
_POSTCODES: Final = {"PL": 3, "FR": 4, "DE": 4, "ES": 4, "IT": 3}  # countries whose postcodes have five digits, and how few are left of one at least
POSTCODE: Final = 5  # digits


def unshortened(text: str) -> str:
    """``text`` without an exponent; ``DomainError`` where the number had more digits than are written: "5,27E+09"."""
    found = _SHORTENED.match(text.replace(" ", ""))
    if found is None:
        return text
    whole, part, exponent = found[1], found[2] or "", int(found[3])
    if len(part) < exponent:
        raise DomainError("digits_lost", DIGITS_LOST, value=text[:60])
    return format(Decimal(f"{whole}.{part or 0}").scaleb(exponent), "f").split(".")[0]


def number_again(name: str, digits: str) -> str:
    """The official number with its zeros at the left, where its check digit leaves no doubt; else ``digits``."""
    lengths, is_valid = _NUMBERS.get(name, ((), bool))
    length = next((each for each in lengths if len(digits) <= each), 0)
    whole = digits.zfill(length)
    return whole if len(digits) < length and is_valid(whole) else digits


def postcode_again(text: str, country: str, *, is_number: bool) -> str:
    """The postcode as ``country`` writes it; ``is_number``: a spreadsheet took it for one, so zeros may be missing."""
    if not text.isdigit() or country not in _POSTCODES or len(text) > POSTCODE or len(text) < (_POSTCODES[country] if is_number else POSTCODE):
        return text
    whole = text.zfill(POSTCODE)
    return f"{whole[:2]}-{whole[2:]}" if country == "PL" else whole


# ---- what people write

# Words for nothing, folded, in three languages, and what a spreadsheet shows where a formula found nothing.
_NOTHING: Final = frozenset((
    "-", "--", "---", "–", "—", "?", ".", "x", "brak", "brak danych", "brak nip", "b/d", "b.d.", "bd", "n/d", "n.d.", "nd", "nie dotyczy", "nie ma",
    "nie posiada", "nieznany", "n/a", "#n/a", "#n/d", "#n/d!", "#adr!", "#arg!", "#value!", "#ref!", "none", "null", "unknown", "neant", "aucun", "aucune",
    "inconnu", "sans objet", "n.c.", "nc", "n.r.", "nr", "non renseigne", "non communique",
))
# Where such a word is no value: a company may well be called so, and its remarks may say so.
_PLAIN_KINDS: Final = (Kind.CODE, Kind.PHONE, Kind.MAIL, Kind.NUMBER, Kind.DAY, Kind.MOMENT, Kind.HEADCOUNT)
_PLAIN_NAMES: Final = ("website", "street", "house", "house_number", "city", "pkd", "person")
_AT = re.compile(r"\s*[(\[{](?:at|malpa|małpa|arobase)[)\]}]\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[;,\s]+")


def says_nothing(target: Target, cell: object) -> bool:
    """Whether the cell of that column holds a word for nothing: "brak", "n/d", "néant", "-"."""
    return isinstance(cell, str) and (target.kind in _PLAIN_KINDS or target.name in _PLAIN_NAMES) and fold(cell).strip() in _NOTHING


def first_mail(text: str) -> str:
    """The address that ``text`` is, or the first of several in it; "(at)" stands for "@". ``DomainError`` where there is none."""
    try:
        return mail_address(text)
    except DomainError:
        for part in _BETWEEN.split(_AT.sub("@", text)):
            if "@" in part:
                return mail_address(part.strip("<>()"))
        raise
