"""Whom the facts of a message are about."""

from collections.abc import Sequence

from app.domain.proposals import Fact
from app.inbound.mime.understand import Understanding
from app.models import Contact
from app.operations.filing import Person


def facts_about(who: Contact | Person, found: Understanding) -> Sequence[Fact]:
    """What the message states about ``who``; nothing when it is filed with somebody other than its writer."""
    seen = found.contact
    addresses = [who.address] if isinstance(who, Person) else [each.address for each in who.addresses]
    return seen.facts if seen is not None and seen.address in addresses else ()
