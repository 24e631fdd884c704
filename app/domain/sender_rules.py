"""What a firm decided about mail of one sender or of a whole domain."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_DOMAIN = re.compile(r"(?!-)[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)+")
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}")


class Effect(StrEnum):
    """ALLOW: never held for its number, its list or the policy of an address. PERSON: that, and no machine either.
    BLOCK: set aside."""

    ALLOW = "allow"
    PERSON = "person"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Rule:
    """``sender`` is an address, or a domain with all below it; lower case."""

    id: int
    sender: str
    effect: Effect


def normal_sender(text: str) -> str | None:
    """``text`` as rules keep it: "eve@shop.example", or "shop.example" for a domain; None when it is neither."""
    local, _, domain = text.strip().lower().rpartition("@")
    is_whole = bool(_DOMAIN.fullmatch(domain)) and len(domain) <= 253 and (not local or bool(_LOCAL.fullmatch(local)))
    return (f"{local}@{domain}" if local else domain) if is_whole else None


def rule_for(rules: Mapping[str, Rule], address: str) -> Rule | None:
    """The most precise rule for ``address``: its own, that of its domain, that of a domain above."""
    place = address
    while "." in place:
        if place in rules:
            return rules[place]
        place = place.partition("@")[2] if "@" in place else place.partition(".")[2]
    return None
