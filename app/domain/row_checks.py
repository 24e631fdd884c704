"""What is odd about the values of a row: warnings in words, which never keep anybody from saving."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import phonenumbers
from stdnum.fr import siren as fr_siren
from stdnum.pl import nip as pl_nip
from stdnum.pl import regon as pl_regon

from app.domain.errors import DomainError
from app.domain.orders import DEDUPED
from app.domain.reach import mail_address, phone_number
from app.support.i18n import N_
from app.support.text import digits, fold

FRANCE: Final = "FR"
NUMBERS: Final = {"nip": (10,), "regon": (9, 14), "siren": (9,)}  # official ones, and how many digits they have
_PKD = re.compile(r"^\d{2}\.?\d{2}\.?[A-Z]$", re.IGNORECASE)
_FOREIGN = re.compile(r"^\s*(?!PL)[A-Z]{2}\s?[A-Z0-9]*\d{5}", re.IGNORECASE)  # as the numbers for VAT of other countries begin
_SITE = re.compile(r"^(https?://)?[^\s/.]+(\.[^\s/.]+)+(/\S*)?$", re.IGNORECASE)

NIP = N_("The check digit of this NIP is wrong: look at the ten digits again.")
FOREIGN = N_("This looks like a number of another country: see whether the company belongs to this order, and whether it has a NIP, too.")
REGON = N_("The check digit of this REGON is wrong: it has 9 or 14 digits.")
SIREN = N_("The check digit of this SIREN is wrong: look at the nine digits again.")
PKD = N_("A PKD code looks like 10.13.Z.")
POSTCODE = {"PL": N_("A Polish postcode looks like 08-110."), FRANCE: N_("A French postcode has five digits, like 35000.")}
CAN_SAVE = N_("You can save.")  # to whoever types it
MAIL = N_("This is not an e-mail address: it looks like biuro@firma.example.")
PHONE = N_("This telephone number has too few or too many digits.")
SITE = N_("This is not an address of a web site: it looks like www.firma.example.")


def _mail(value: str, country: str) -> bool:
    try:
        mail_address(value)
    except DomainError:
        return False
    return True


def _phone(value: str, country: str) -> bool:
    return phone_number(value, country) is not None


def _postcode(value: str, country: str) -> bool:
    return bool(re.fullmatch(r"\d{5}" if country == FRANCE else r"\d{2}-?\d{3}", value))


_CHECKS: Final[dict[str, tuple[Callable[[str, str], bool], str]]] = {
    "nip": (lambda value, country: bool(pl_nip.is_valid(value)), NIP),
    "regon": (lambda value, country: bool(pl_regon.is_valid(value)), REGON),
    "siren": (lambda value, country: bool(fr_siren.is_valid(value)), SIREN),
    "pkd": (lambda value, country: bool(_PKD.match(value)), PKD),
    "email": (_mail, MAIL), "phone": (_phone, PHONE), "mobile": (_phone, PHONE), "fax": (_phone, PHONE),
    "website": (lambda value, country: bool(_SITE.match(value)), SITE),
}
MATTER: Final = tuple(dict.fromkeys((*_CHECKS, "postcode", "city", *DEDUPED)))  # what else is typed is neither odd nor known


def warnings(values: Mapping[str, str | None], country: str) -> dict[str, str]:
    """What is odd, by attribute: English sentences. ``country`` is that of the territory of the order."""
    found = {
        name: sentence for name, (is_well, sentence) in _CHECKS.items()
        if (value := (values.get(name) or "").strip()) and not is_well(value, country)
    }
    if "nip" in found and _FOREIGN.match(values["nip"] or ""):
        found["nip"] = FOREIGN
    postcode = (values.get("postcode") or "").strip()
    if postcode and country in POSTCODE and not _postcode(postcode, country):
        found["postcode"] = POSTCODE[country]
    return found


def normal(name: str, value: str, country: str) -> str:
    """The value by which two rows are compared; empty where it says nothing."""
    value = value.strip()
    if name in ("nip", "regon", "siren"):
        return digits(value)
    if name in ("phone", "mobile"):
        return _number(value, country)
    return fold(value)


def _number(value: str, country: str) -> str:
    try:
        found = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return digits(value)
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))


def kept_keys(values: Mapping[str, str | None], names: Iterable[str], country: str) -> list[str]:
    """``keys`` that are kept of a row: by the attributes ``names``, and by the official numbers, by which lists are filtered."""
    return keys(values, list(dict.fromkeys((*names, *NUMBERS))), country)


def keys(values: Mapping[str, str | None], names: tuple[str, ...] | list[str], country: str) -> list[str]:
    """The keys under which the company of a row is found again, by the attributes ``names``. A mobile number counts as a telephone."""
    found = []
    for name in names:
        for each in (("phone", "mobile") if name == "phone" else (name,)):
            said = normal(each, values.get(each) or "", country)
            if name == "name" and said:
                said = f"{said}|{normal('city', values.get('city') or '', country)}"
            if said:
                found.append(f"{name}:{said}"[:120])
    return list(dict.fromkeys(found))
