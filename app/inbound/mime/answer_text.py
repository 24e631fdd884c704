"""The words of an answer, and how they are cut and compared."""

import re
from collections.abc import Sequence

from app.inbound.mime.answer_words import ALL, ENDINGS, FILLERS, GREETINGS
from app.support.text import fold


def words_of(folded: str) -> list[str]:
    return re.findall(r"\w+", folded)


def unbraced(text: str) -> str:
    """ "(prix)" is "prix"."""
    return text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text.strip("(")


def foldable(text: str) -> str:
    """``text`` folded letter by letter: every place stays where it is."""
    return "".join(fold(letter)[:1] or (" " if letter.isspace() else letter) for letter in text)


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
    is_said = any(word not in FILLERS | GREETINGS | ALL for word in words_of(foldable(remark)))
    return text[: found.start()], remark if is_said else ""


def speaks_of(known: str, said: Sequence[str]) -> bool:
    """Whether every word of ``said`` is one of what is ``known`` of an item, perhaps in another case or cut short."""
    own = words_of(foldable(known))
    return all(any(is_form_of(word, each) or (len(word) >= 3 and each.startswith(word)) for each in own) for word in said)


def is_form_of(word: str, name: str) -> bool:
    """The same word, or with another ending: "Jankowi" of "Janek", "Annie" of "Anna"."""
    if word == name:
        return True
    if min(len(word), len(name)) < 3 or not word.isalpha():
        return False
    stem = next((at for at, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), min(len(word), len(name)))
    return stem >= 3 and word[stem:] in ENDINGS and len(name) - stem <= 2
