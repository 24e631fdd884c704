"""The words of an answer, and how they are cut and compared."""

import re
from collections.abc import Sequence

from app.domain.deeds import Deed
from app.inbound.mime.answer_words import ALL, CLOSINGS, ENDINGS, FILLERS, GREETINGS, phrases
from app.support.text import fold

TOKEN = re.compile(r"\w+|[^\w\s]")
NUMBER = re.compile(
    r"(?:(?:t[eé]l|mob|gsm|kom|port|[tmp])\w{0,6}[.:]*\s*)?(?:\+\d[\d\s.()/-]{8,}|0\d(?:[\s.-]?\d\d){4}|[4-8]\d\d[\s-]?\d{3}[\s-]?\d{3})", re.IGNORECASE
)
FACES = re.compile(r"(?<!\w)[:;]-?[()DPp](?!\w)")
PAST = re.compile(
    r"\b(?:ce matin|hier(?: matin| soir)?|last night|just now|a l instant|this morning|yesterday|"
    r"today|dzis(?:iaj)?(?: rano)?|wczoraj|aujourd hui)\b"
)
NUMBERED = re.compile(
    r"^\s*(?:(?:n\s?°|nr\.?|no\.?|n\.|#|pkt\.?|point|punkt|poz\.?|item)\s?)?"
    r"((?:\d{1,2})(?:\s?(?:,|&|\+|-|et|i|oraz|and)\s?(?:#|nr\.?|n\s?°)?\s?\d{1,2}(?![\d/.]))*)\s?(?:[.):>–—-]|\s)\s*(?!\d{3}(?!\d)|$)", re.IGNORECASE
)


def words_of(folded: str) -> list[str]:
    return re.findall(r"\w+", folded)


def unbraced(text: str) -> str:
    """ "(prix)" is "prix"."""
    return text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text.strip("(")


def foldable(text: str) -> str:
    """``text`` folded letter by letter: every place stays where it is."""
    return "".join(fold(letter)[:1] or (" " if letter.isspace() else letter) for letter in text)


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """``text`` with spaces where ``pattern`` fits it folded: every place stays where it is."""
    for found in pattern.finditer(foldable(text)):
        text = f"{text[: found.start()]}{' ' * len(found[0])}{text[found.end():]}"
    return text


def listed(text: str) -> tuple[int, ...]:
    """ "1, 3 et 4", "1-3"."""
    if span := re.fullmatch(r"(\d{1,2})\s?-\s?(\d{1,2})", text):
        return tuple(range(int(span[1]), int(span[2]) + 1))
    return tuple(dict.fromkeys(int(each) for each in re.findall(r"\d{1,2}", text)))


def clauses(text: str) -> tuple[str, str]:
    """What belongs to the deed, and the remark behind it: ", le client est ravi"."""
    found = re.search(r"\s[–—-]\s|[;(]\s?|:(?!\d)\s?|[,!]\s+(?=[^\W\d])|\.\s+(?=[^\W\d])|\s(?=(?:bo|car|because|parce que|poniewaz)\s)", text)
    if found is None or not words_of(text[: found.start()]) and text[: found.start()].strip(" ,:;.-–—|") == "" and found.start() < 2:
        return text.lstrip(" :,;.-–—"), ""
    remark = text[found.end():].strip(" \t,:;.-–—)|!")
    return text[: found.start()], remark if _is_said(words_of(foldable(remark))) else ""


def _is_said(words: Sequence[str]) -> bool:
    """More than thanks and a farewell."""
    is_farewell = any(tuple(words[: len(each)]) == each and len(words) <= len(each) + 2 for each in CLOSINGS)
    return not is_farewell and any(word not in FILLERS | GREETINGS | ALL for word in words)


def speaks_of(known: str, said: Sequence[str], *, loosely: bool = False) -> bool:
    """Whether every word of ``said`` is one of what is ``known`` of an item, perhaps in another case or cut short; ``loosely``: or mistyped."""
    own = words_of(foldable(known))
    return all(
        any(is_form_of(word, each) or (len(word) >= 3 and each.startswith(word)) or (loosely and is_slip_of(word, each)) for each in own) for word in said
    )


def is_slip_of(word: str, meant: str) -> bool:
    """One letter too many, too few or wrong, or two that changed places, in a long word behind its first letter."""
    if min(len(word), len(meant)) < 5 or abs(len(word) - len(meant)) > 1 or word[0] != meant[0] or not (word + meant).isalpha():
        return False
    at = next((place for place, (one, other) in enumerate(zip(word, meant, strict=False)) if one != other), min(len(word), len(meant)))
    rests = (word[at + 1 :], meant[at:]), (word[at:], meant[at + 1 :]), (word[at + 1 :], meant[at + 1 :])
    is_swapped = word[at : at + 2] == meant[at : at + 2][::-1] and word[at + 2 :] == meant[at + 2 :]
    return is_swapped or any(one == other for one, other in rests)


def is_form_of(word: str, name: str) -> bool:
    """The same word, or with another ending: "Jankowi" of "Janek", "Annie" of "Anna"."""
    if word == name:
        return True
    if min(len(word), len(name)) < 3 or not word.isalpha():
        return False
    stem = next((at for at, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), min(len(word), len(name)))
    return stem >= 3 and word[stem:] in ENDINGS and len(name) - stem <= 2


_MISTYPED = sorted({pattern[-1] for pattern, deed in phrases() if deed is Deed.STANDBY and len(pattern[-1]) >= 6 and "*" not in pattern[-1]})


def is_slip(word: str) -> bool:
    """Whether ``word`` is a mistyped one of those that put off; of what cannot be undone by the next mail nothing is guessed."""
    return len(word) >= 6 and any(is_slip_of(word, each) for each in _MISTYPED)
