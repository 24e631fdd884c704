"""Amounts as people write them: with spaces, points or commas, with a currency, in thousands."""

import re
from dataclasses import dataclass
from decimal import Decimal

_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "zl": "PLN", "pln": "PLN", "zlotych": "PLN", "zlote": "PLN", "zloty": "PLN", "$": "USD",
    "usd": "USD", "£": "GBP", "gbp": "GBP", "chf": "CHF",
}
_TIMES = {
    "k": 1_000, "ke": 1_000, "tys": 1_000, "tysiecy": 1_000, "tysiace": 1_000, "tysiac": 1_000, "mille": 1_000, "thousand": 1_000, "m": 1_000_000,
    "mln": 1_000_000, "milion": 1_000_000, "miliona": 1_000_000, "million": 1_000_000, "millions": 1_000_000,
}
_WORDS = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
_LARGE = "|".join(sorted(_TIMES, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?:(?P<before>{_WORDS})\s?)?(?<![\w,.])(?P<digits>\d{{1,3}}(?:[ .,'’]\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d{{1,2}})?)(?![\d/:]|[.,]\d)"
    rf"(?:\s?(?P<times>{_LARGE})(?![a-z]))?\.?(?:\s?(?P<after>{_WORDS})(?![a-z]))?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """``currency`` is empty where none was written; ``is_marked`` when a currency, thousands or groups say that it is money."""

    value: Decimal
    currency: str
    start: int
    end: int
    is_marked: bool


def find_amounts(folded: str) -> list[Amount]:
    """The numbers of ``folded`` text that may be amounts."""
    return [_read(found) for found in _AMOUNT.finditer(folded)]


def _read(found: re.Match[str]) -> Amount:
    word = found["before"] or found["after"] or ("€" if found["times"] == "ke" else "")
    value = _value(found["digits"]) * _TIMES.get(found["times"] or "", 1)
    is_marked = bool(word or found["times"]) or value >= 100
    return Amount(value, _CURRENCIES.get(word, ""), *found.span(), is_marked)


def _value(digits: str) -> Decimal:
    """Three digits behind a sign are thousands, one or two are cents."""
    head, sign, tail = digits, "", ""
    if cents := re.search(r"[.,](\d{1,2})$", digits):
        head, sign, tail = digits[: cents.start()], ".", cents[1]
    return Decimal(re.sub(r"\D", "", head) + sign + tail)
