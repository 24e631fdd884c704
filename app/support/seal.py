"""What we signed and find again in mail: addresses of records and of summaries, ids of our own messages."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from app.support.secrets import is_signed, sign

_LETTERS = {"opportunity": "o", "engagement": "g", "contact": "c"}
_NOUNS = {letter: noun for noun, letter in _LETTERS.items()}
_RECORD = re.compile(r"^([cgo])-([a-z0-9]{10,14})-([a-z0-9]{16})$")
_HELD = re.compile(r"^h-([a-z0-9]{10,14})-([a-z0-9]{16})$")
_SUMMARY = re.compile(r"^s-([a-z0-9]{10,14})-(\d{6})-([a-z0-9]{16})$")


@dataclass(frozen=True, slots=True)
class Seal:
    """``pattern`` is that of the firm's CRM addresses, with ``{}`` for what stands before or after it."""

    key: str = field(repr=False)
    pattern: str

    def record_address(self, noun: str, reference: str) -> str:
        """The address under which mail joins the record of this public reference: an opportunity, an engagement or a contact."""
        return self.pattern.replace("{}", f"{_LETTERS[noun]}-{reference}-{sign(self.key, noun, reference)}")

    def record_ref(self, address: str) -> tuple[str, str] | None:
        """The noun and the public reference that a signed ``address`` carries; None when it is forged or none of these."""
        found = _RECORD.match(self._word_of(address))
        noun = _NOUNS[found[1]] if found else ""
        return (noun, found[2]) if found and is_signed(self.key, noun, found[2], found[3]) else None

    def summary_address(self, reference: str, day: date) -> str:
        """The address under which the summary of ``day`` for the subscription of this public reference is answered."""
        word = f"{reference}-{day:%y%m%d}"
        return self.pattern.replace("{}", f"s-{word}-{sign(self.key, 'summary', word)}")

    def summary_ref(self, address: str) -> tuple[str, date] | None:
        """The subscription and the day that a signed ``address`` carries; None when it is forged or none of these."""
        found = _SUMMARY.match(self._word_of(address))
        if found is None or not is_signed(self.key, "summary", f"{found[1]}-{found[2]}", found[3]):
            return None
        return found[1], datetime.strptime(f"{found[2]}+0000", "%y%m%d%z").date()

    def held_address(self, reference: str) -> str:
        """The address under which the notice about the held message of this public reference is answered."""
        return self.pattern.replace("{}", f"h-{reference}-{sign(self.key, 'held', reference)}")

    def held_ref(self, address: str) -> str | None:
        """The public reference of a message that a signed ``address`` carries; None when it is forged or none of these."""
        found = _HELD.match(self._word_of(address))
        return found[1] if found and is_signed(self.key, "held", found[1], found[2]) else None

    def _word_of(self, address: str) -> str:
        """What stands in ``address`` where the pattern has its gap; empty when it is not of the pattern."""
        before, _, after = self.pattern.partition("{}")
        if not (address.startswith(before) and address.endswith(after) and len(address) > len(before) + len(after)):
            return ""
        return address[len(before) : len(address) - len(after)]

    def message_id(self, word: str, domain: str) -> str:
        """A Message-ID without brackets: signed, so that an answer to a forged one finds no thread."""
        return f"{word}.{sign(self.key, 'message-id', word)}@{domain}"

    def is_own_id(self, message_id: str) -> bool:
        """Whether we made ``message_id``, by its signature: also after the mail itself was cleared away."""
        word, _, signature = message_id.partition("@")[0].partition(".")
        return len(signature) == 16 and is_signed(self.key, "message-id", word, signature)
