"""Prefixes that mail programs put before a subject, in the languages of their users."""

import re
from enum import StrEnum


class Prefix(StrEnum):
    REPLY = "reply"
    FORWARD = "forward"


_REPLY = (
    "re ref rif res antw aw sv vs odp odpowiedz odpowiedź vá va ynt yan rsp réf réponse "
    "回复 答复 回覆 答覆 отв ответ відп atb απ σχετ"
)
_FORWARD = (
    "fw fwd tr pd wg vb enc rv i vl doorst fyi trans przekazane transféré transfere trasmesso "
    "weitergeleitet iln "
    "fs továbbítás redir переслано пересл пер пересилання 转发 轉寄 轉發 προωθ πρθ továbbított doorgestuurd"
)
_WORDS = dict.fromkeys(_REPLY.split(), Prefix.REPLY) | dict.fromkeys(_FORWARD.split(), Prefix.FORWARD)

# "Re[2]:", "RE(3) :", "Fwd:" and the full-width colon of Asian programs.
_PREFIX = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?([^\W\d_]{1,20})(?:\^\d)?\s?(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?[:\uff1a]\s*"
)
_MAX_PREFIXES = 20


def prefixes(subject: str) -> tuple[Prefix, ...]:
    """Return the prefixes before ``subject``, outermost first."""
    return _split(subject)[0]


def bare(subject: str) -> str:
    """Return ``subject`` without its prefixes; a tag of a list before them goes with them."""
    return _split(subject)[1] or subject.strip()


def is_forward(subject: str) -> bool:
    return prefixes(subject)[:1] == (Prefix.FORWARD,)


def is_reply(subject: str) -> bool:
    return prefixes(subject)[:1] == (Prefix.REPLY,)


def _split(subject: str) -> tuple[tuple[Prefix, ...], str]:
    found: list[Prefix] = []
    rest = subject[:1000]
    while len(found) < _MAX_PREFIXES and (match := _PREFIX.match(rest)):
        prefix = _WORDS.get(match[1].lower())
        if prefix is None:
            break
        found.append(prefix)
        rest = rest[match.end() :]
    return tuple(found), rest.strip()
