"""When two records may be one: what of their names and numbers is compared."""

import re
from enum import StrEnum
from typing import Final

from app.support.text import digits, fold

# Legal forms say nothing about which company it is; folded, without points.
_WRITTEN = """sp z o o zoo spzoo sa s a spolka akcyjna jawna komandytowa cywilna sc sk spk
    sarl sas sasu eurl snc sci scop gmbh ag ltd limited llc inc plc bv nv srl spa oy ab as"""
FORMS: Final = frozenset(_WRITTEN.split())
_APART = re.compile(r"[^\w]+")
PHONE_DIGITS: Final = 9  # what a number keeps in every way to write it


class Like(StrEnum):
    """What two records have in common."""

    ADDRESS = "address"
    PHONE = "phone"
    NUMBER = "number"
    DOMAIN = "domain"
    NAME = "name"
    OPEN = "open"  # another opportunity with the same customer is open


def company_core(name: str) -> str:
    """``name`` without its legal form: "Jesion Sp. z o.o." and "JESION" are the same."""
    words = [word for word in _APART.split(fold(name)) if word]
    core = [word for word in words if word not in FORMS]
    return " ".join(core or words)


def person_core(first: str, last: str) -> tuple[str, ...]:
    """The words of a name, whichever stands first."""
    return tuple(sorted(word for word in _APART.split(fold(f"{first} {last}")) if word))


def phone_core(number: str) -> str:
    """The last digits of a telephone number, the last one first; empty where there are too few to mean anybody."""
    found = digits(number)
    return found[::-1][:PHONE_DIGITS] if len(found) >= PHONE_DIGITS else ""
