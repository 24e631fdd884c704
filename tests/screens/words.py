"""English that was left on a French or Polish page."""

import gettext
import re
from functools import cache

from app.cli.run import ROOT

_PLACE = re.compile(r"%\((\w+)\)[sd]")
# Words that neither French nor Polish has: they tell a sentence that nobody marked for translation.
_ENGLISH = re.compile(r"\b(the|you|your|this|these|with|which|were|are|has been|cannot|not yet|and|of|there is)\b", re.IGNORECASE)

_ADDRESS = re.compile(r"\S*(://|@)\S*")


@cache
def _sentences(language: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """What is translated otherwise: sentences that stand still, and those with places in them."""
    catalogue = gettext.translation("messages", ROOT / "translations", [language])._catalog  # type: ignore[attr-defined]
    translated = {_english(key): value for key, value in catalogue.items() if _english(key) and value}
    other = {english for english, value in translated.items() if value != english}
    same = set(translated.values()) | {english for english, value in translated.items() if value == english}
    still = frozenset(english for english in other - same if not _PLACE.search(english))
    moving = tuple(re.compile(_as_pattern(english)) for english in other if _has_words(english))
    return still, moving


def _english(key: str | tuple[str, int]) -> str:
    return " ".join((key if isinstance(key, str) else key[0] if key[1] == 0 else "").split())


def _has_words(english: str) -> bool:
    return bool(_PLACE.search(english)) and len(re.findall(r"[A-Za-z]{3,}", _PLACE.sub("", english))) >= 2


def _as_pattern(english: str) -> str:
    return "(.+)".join(re.escape(part) for part in re.split(r"%\(\w+\)[sd]", english))


def left_in_english(words: list[str], language: str, given: tuple[str, ...] = ()) -> list[str]:
    """Those of ``words`` that are English though ``language`` says it otherwise; ``given`` is what people wrote."""
    return [] if language == "en" else [text for text in words if text not in given and _is_english(text, language)]


@cache  # most words stand on every page
def _is_english(text: str, language: str) -> bool:
    still, moving = _sentences(language)
    return text in still or bool(_ENGLISH.search(_ADDRESS.sub("", text))) or any(pattern.fullmatch(text) for pattern in moving)
