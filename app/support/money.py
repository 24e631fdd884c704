"""Sums of money: one for each currency, since francs and złotys do not add up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel.core import Locale
from babel.numbers import format_currency, parse_pattern

_LETTER_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)")  # "PLN 12", never "PLN12": a rule of CLDR that Babel leaves out


@cache
def _understood(locale: str) -> tuple[Locale, Any]:
    """The locale of that name, and its pattern of an amount without cents: to read them takes longer than to write an amount."""
    known = Locale.parse(locale)
    return known, parse_pattern(known.currency_formats["standard"].pattern.replace(".00", ""))


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str

    def worded(self, locale: Locale | str) -> str:
        """As people of ``locale`` write it; without cents when it is whole."""
        return _worded(self, str(locale))


@lru_cache(maxsize=4_000)
def _worded(money: Money, locale: str) -> str:
    """The same sums are written again and again: those of a list, of a board."""
    known, whole = _understood(locale)
    if money.amount != int(money.amount):
        text = format_currency(money.amount, money.currency, locale=known)
    else:
        text = format_currency(money.amount, money.currency, format=whole, locale=known, currency_digits=False)
    return _LETTER_DIGIT.sub("\N{NO-BREAK SPACE}", text)


def total(sums: Iterable[Money | None]) -> tuple[Money, ...]:
    """The sum of each currency, the largest first; what is None counts nothing."""
    by_currency: dict[str, Decimal] = {}
    for money in sums:
        if money is not None:
            by_currency[money.currency] = by_currency.get(money.currency, Decimal(0)) + money.amount
    found = (Money(amount, currency) for currency, amount in by_currency.items())
    return tuple(sorted(found, key=lambda money: (-money.amount, money.currency)))
