"""What we signed and find again in mail: addresses of opportunities, ids of our own messages."""

import re
from dataclasses import dataclass, field

from app.support.secrets import is_signed, sign

_OPPORTUNITY = re.compile(r"^o-([a-z0-9]{10})-([a-z0-9]{16})$")


@dataclass(frozen=True, slots=True)
class Seal:
    """``pattern`` is that of the firm's CRM addresses, with ``{}`` for what stands before or after it."""

    key: str = field(repr=False)
    pattern: str

    def opportunity_address(self, reference: str) -> str:
        """The address under which mail joins the opportunity of this public reference."""
        return self.pattern.replace("{}", f"o-{reference}-{sign(self.key, 'opportunity', reference)}")

    def opportunity_ref(self, address: str) -> str | None:
        """The public reference that a signed ``address`` carries; None when it is forged or none of these."""
        before, _, after = self.pattern.partition("{}")
        if not (address.startswith(before) and address.endswith(after) and len(address) > len(before) + len(after)):
            return None
        found = _OPPORTUNITY.match(address[len(before) : len(address) - len(after)])
        return found[1] if found and is_signed(self.key, "opportunity", found[1], found[2]) else None

    def message_id(self, word: str, domain: str) -> str:
        """A Message-ID without brackets: signed, so that an answer to a forged one finds no thread."""
        return f"{word}.{sign(self.key, 'message-id', word)}@{domain}"

    def is_own_id(self, message_id: str) -> bool:
        """Whether we made ``message_id``, by its signature: also after the mail itself was cleared away."""
        word, _, signature = message_id.partition("@")[0].partition(".")
        return len(signature) == 16 and is_signed(self.key, "message-id", word, signature)
