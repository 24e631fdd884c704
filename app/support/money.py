"""Sums of money: one for each currency, since francs and złotys do not add up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from babel.core import Locale
from babel.numbers import format_currency

_LETTER_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)")  # "PLN 12", never "PLN12": a rule of CLDR that Babel leaves out


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str

    def worded(self, locale: Locale | str) -> str:
        """As people of ``locale`` write it; without cents when it is whole."""
        locale = Locale.parse(str(locale))
        if self.amount != int(self.amount):
            text = format_currency(self.amount, self.currency, locale=locale)
        else:
            pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
            text = format_currency(self.amount, self.currency, format=pattern, locale=locale, currency_digits=False)
        return _LETTER_DIGIT.sub("\N{NO-BREAK SPACE}", text)


def total(sums: Iterable[Money | None]) -> tuple[Money, ...]:
    """The sum of each currency, the largest first; what is None counts nothing."""
    by_currency: dict[str, Decimal] = {}
    for money in sums:
        if money is not None:
            by_currency[money.currency] = by_currency.get(money.currency, Decimal(0)) + money.amount
    found = (Money(amount, currency) for currency, amount in by_currency.items())
    return tuple(sorted(found, key=lambda money: (-money.amount, money.currency)))
