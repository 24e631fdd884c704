"""Layouts of form notifications that somebody taught: from whom they come and what their labels mean."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.form_fields import Meaning
from app.inbound.mime.mail import Mail
from app.support.text import fold

_ORIGINALS = ("x-original-from", "x-google-original-from", "x-original-sender")
_ADDRESS = re.compile(r"<?\b([^\s<>@]{1,64}@[^\s<>@]{1,253}[^\s<>@.])>?")


@dataclass(frozen=True, slots=True)
class Layout:
    """``sender`` is an address or a domain in lower case, ``subject`` a folded part of the subject (empty: any).

    ``meanings`` maps bare labels (``form_labels.bare_label``) to what they mean; ``key`` tells layouts apart.
    """

    key: int
    name: str
    sender: str
    subject: str = ""
    meanings: Mapping[str, Meaning] = field(default_factory=dict)

    def is_from(self, address: str) -> bool:
        domain = address.rpartition("@")[2]
        return self.sender == address or self.sender == domain or domain.endswith(f".{self.sender}")

    def is_about(self, subject: str) -> bool:
        return self.subject in fold(subject)


def senders_of(mail: Mail) -> tuple[str, ...]:
    """The addresses that ``mail`` comes from: its author and, where a group rewrote the author, the original one."""
    author = mail.author.address if mail.author else ""
    if mail.author is None or not ("list-id" in mail.headers or " via " in mail.author.name):
        return (author,)
    found = [each[1].lower() for name in _ORIGINALS for value in mail.headers.get(name, ()) if (each := _ADDRESS.search(value))]
    return tuple(dict.fromkeys([author, *found]))


def layouts_for(mail: Mail, layouts: Iterable[Layout]) -> list[Layout]:
    """The layouts that the sender and the subject of ``mail`` fit, the most exact first."""
    senders = senders_of(mail)
    found = [each for each in layouts if any(map(each.is_from, senders)) and each.is_about(mail.subject)]
    return sorted(found, key=lambda each: ("@" not in each.sender, not each.subject, each.key))
