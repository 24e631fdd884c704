"""What mail says about a person or a company, and what became of saying so."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.support.text import fold


class Detail(StrEnum):
    """What can be read from the foot of a mail. The first two are the contact's, the others its account's."""

    PHONE = "phone"
    JOB = "job"
    COMPANY = "company"
    WEBSITE = "website"
    ADDRESS = "address"
    NIP = "nip"
    REGON = "regon"
    SIREN = "siren"
    SIRET = "siret"
    VAT_NUMBER = "vat_number"


OF_CONTACT = frozenset({Detail.PHONE, Detail.JOB})
LONGEST_VALUE, LONGEST_LINE = 300, 300


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Fact:
    """``value`` in its canonical form: a telephone in E.164, a number of a company without blanks, a site as its
    host, an address as three lines (street, postcode, town); ``line`` as it was written."""

    detail: Detail
    value: str
    line: str


_NOT_WORDS = re.compile(r"[\W_]+")
_NOT_DIGITS = re.compile(r"\D")
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)


def sign_of(detail: Detail, value: str) -> str:
    """What two writings of one value have in common: "ALFA Sp. z o. o." and "Alfa sp. z o.o."."""
    if detail is Detail.PHONE:
        return _NOT_DIGITS.sub("", value)[-9:]
    if detail is Detail.WEBSITE:
        return _SCHEME.sub("", value.strip()).partition("/")[0].lower()
    return _NOT_WORDS.sub("", fold(value))


def address_parts(value: str) -> tuple[str, str, str]:
    """Street, postcode and town of the value of an ``ADDRESS``."""
    street, postcode, city = value.split("\n")
    return street, postcode, city
