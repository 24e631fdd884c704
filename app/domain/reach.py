"""Mail addresses and telephone numbers, as they are kept and as they are shown."""

import re

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat

from app.domain.errors import DomainError
from app.support.i18n import N_

_PLAIN_MAIL = re.compile(
    r"^[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?P<top>[a-z]{2,24})\Z", re.IGNORECASE | re.ASCII
)
_SPECIAL, MOST_PLAIN = {name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES}, 64
_BETWEEN, _CODES = re.compile(r"[\s.\-\u00a0\u202f]+"), {"PL": "48", "FR": "33"}
_WHOLE = re.compile(r"^\+(?:48|33)[1-9][0-9]{8}\Z")
_WITHIN = {"PL": re.compile(r"^((?!48)[1-9][0-9]{8})\Z"), "FR": re.compile(r"^0([1-9][0-9]{8})\Z")}


def mail_address(text: str) -> str:
    """``text`` as addresses are kept; ``DomainError`` where it is none."""
    if (plainly := _PLAIN_MAIL.match(text)) and len(text) <= MOST_PLAIN and plainly["top"].lower() not in _SPECIAL and "--" not in text:
        return text.lower()  # what the rules of all countries would say of it, in a hundredth of their time
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise DomainError("bad_address", N_("“%(address)s” is not an e-mail address. Write it like anna@firm.example."), address=text) from error


def kept_number(text: str, region: str | None) -> str | None:
    """A telephone number as it is kept; None where ``text`` is none. Those of Poland and France as they are usually written need no book of rules."""
    bare = _BETWEEN.sub("", text)
    if _WHOLE.match(bare):
        return bare
    if region in _WITHIN and (within := _WITHIN[region].match(bare)):
        return f"+{_CODES[region]}{within[1]}"
    number = phone_number(text, region)
    return None if number is None else kept(number)


def phone_number(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """The number that ``text`` is in ``region``, a country of ISO 3166; None where it is none."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def kept(number: phonenumbers.PhoneNumber) -> str:
    """E.164."""
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def spaced(number: str) -> str:
    """A number of E.164 as people read it, not to be broken: +48 85 555 01 42; other text as it is."""
    try:
        return str(phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)).replace(" ", "\u00a0")
    except phonenumbers.NumberParseException:
        return number
