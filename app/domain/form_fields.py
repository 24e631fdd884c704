"""What a line of a web form can mean to us."""

from enum import StrEnum
from typing import Final


class Meaning(StrEnum):
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PERSON = "person"  # name and address together: Jan Kowalski <jan@firm.example>
    PHONE = "phone"
    COMPANY = "company"
    SUBJECT = "subject"
    MESSAGE = "message"
    CONSENT = "consent"
    TEXT = "text"  # kept as it is, with its label
    IGNORE = "ignore"


# What may stand at several labels of one form.
REPEATED: Final = frozenset({Meaning.TEXT, Meaning.IGNORE})
