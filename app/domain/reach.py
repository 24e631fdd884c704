"""Mail addresses and telephone numbers, as they are kept and as they are shown."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat

from app.domain.errors import DomainError
from app.support.i18n import N_


def mail_address(text: str) -> str:
    """``text`` as addresses are kept; ``DomainError`` where it is none."""
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise DomainError("bad_address", N_("“%(address)s” is not an e-mail address. Write it like anna@firm.example."), address=text) from error


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
