"""What we signed and find again in mail: addresses of records, ids of our own messages."""

import re
from dataclasses import dataclass, field

from app.support.secrets import is_signed, sign

_LETTERS = {"opportunity": "o", "engagement": "g", "contact": "c"}
_NOUNS = {letter: noun for noun, letter in _LETTERS.items()}
_RECORD = re.compile(r"^([cgo])-([a-z0-9]{10})-([a-z0-9]{16})$")


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
        before, _, after = self.pattern.partition("{}")
        if not (address.startswith(before) and address.endswith(after) and len(address) > len(before) + len(after)):
            return None
        found = _RECORD.match(address[len(before) : len(address) - len(after)])
        noun = _NOUNS[found[1]] if found else ""
        return (noun, found[2]) if found and is_signed(self.key, noun, found[2], found[3]) else None

    def message_id(self, word: str, domain: str) -> str:
        """A Message-ID without brackets: signed, so that an answer to a forged one finds no thread."""
        return f"{word}.{sign(self.key, 'message-id', word)}@{domain}"

    def is_own_id(self, message_id: str) -> bool:
        """Whether we made ``message_id``, by its signature: also after the mail itself was cleared away."""
        word, _, signature = message_id.partition("@")[0].partition(".")
        return len(signature) == 16 and is_signed(self.key, "message-id", word, signature)
