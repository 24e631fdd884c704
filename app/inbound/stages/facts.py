"""Whom a message is about, and what it states of them."""

from collections.abc import Sequence

from app.domain.proposals import Fact
from app.inbound.mime.people import Contact as Seen
from app.inbound.mime.understand import Understanding
from app.models import Contact
from app.operations.people import Person


def person_of(seen: Seen) -> Person:
    """Whom the message shows, as it is filed."""
    return Person(seen.name, seen.address, seen.phone, seen.company, seen.company_domain)


def facts_about(who: Contact | Person, found: Understanding) -> Sequence[Fact]:
    """What the message states about ``who``; nothing when it is filed with somebody other than its writer."""
    seen = found.contact
    addresses = [who.address] if isinstance(who, Person) else [each.address for each in who.addresses]
    return seen.facts if seen is not None and seen.address in addresses else ()
