"""Why mail does not arrive, in the words that a person reads."""

from datetime import timedelta
from enum import StrEnum

from app.support.i18n import N_


class Cause(StrEnum):
    NO_MAILBOX = "no_mailbox"
    NO_DOMAIN = "no_domain"
    MISWRITTEN = "miswritten"
    MOVED = "moved"
    DISABLED = "disabled"
    FULL = "full"
    TOO_LARGE = "too_large"
    SPAM = "spam"
    REFUSED = "refused"
    BUSY = "busy"
    FAULT = "fault"
    UNCLEAR = "unclear"


# Only these say that the address itself is wrong; anything else may pass.
LASTING = frozenset({Cause.NO_MAILBOX, Cause.NO_DOMAIN, Cause.MISWRITTEN, Cause.MOVED})

CAUSES: dict[Cause, str] = {
    Cause.NO_MAILBOX: N_("The mailbox does not exist"),
    Cause.NO_DOMAIN: N_("The domain does not exist or takes no mail"),
    Cause.MISWRITTEN: N_("The address is not written as an address can be"),
    Cause.MOVED: N_("The mailbox has moved or was closed"),
    Cause.DISABLED: N_("The mailbox is switched off"),
    Cause.FULL: N_("The mailbox is full"),
    Cause.TOO_LARGE: N_("The message was too large"),
    Cause.SPAM: N_("The message was taken for spam"),
    Cause.REFUSED: N_("The server refused the sender or the message"),
    Cause.BUSY: N_("The server could not be reached or had no time"),
    Cause.FAULT: N_("A fault of the receiving server"),
    Cause.UNCLEAR: N_("The message was not delivered; the report does not plainly say why"),
}


class Finding(StrEnum):
    """What a message teaches about an address."""

    FAILED = "failed"  # nobody can be reached there
    SOFT = "soft"  # this mail did not arrive
    HEARD = "heard"  # mail came from it
    COMPLAINED = "complained"  # its owner reported our mail as unwanted


SOFT_LIMIT = 3
SOFT_WINDOW = timedelta(days=30)
