"""What one message says, as plain values: no framework, no database, no judgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: its display name (may be empty) and its address in lower case."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the message: a file, an image of the HTML, or a machine-readable report."""

    name: str
    type: str
    size: int
    sha256: str
    is_inline: bool = False
    content_id: str | None = None
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Oddity:
    """A warning about the message: a stable code and the figures for its sentence."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. Text is NUL-free and valid Unicode; ``html`` is raw and must be cleaned.

    ``author`` is the From header, ``sender`` the Sender header. ``envelope`` holds the addresses
    that the trace headers name, most trustworthy first; To and Cc are not repeated in it.
    ``headers`` keeps those headers that tell machines from people, by lower-case name.
    ``nested`` are attached messages in their order; ``reports`` the machine-readable parts of
    bounces and feedback (delivery status, returned headers). ``hops`` counts the servers on its way.
    """

    message_id: str | None = None
    fingerprint: str = ""
    subject: str = ""
    date: datetime | None = None
    author: Address | None = None
    sender: Address | None = None
    reply_to: Sequence[Address] = ()
    to: Sequence[Address] = ()
    cc: Sequence[Address] = ()
    envelope: Sequence[str] = ()
    in_reply_to: Sequence[str] = ()
    references: Sequence[str] = ()
    text: str = ""
    html: str | None = field(default=None, repr=False)
    attachments: Sequence[Part] = ()
    nested: "Sequence[Mail]" = ()
    reports: Sequence[Part] = ()
    calendar: Sequence[str] = ()
    content_type: str = "text/plain"
    report_type: str = ""
    authentication_results: Sequence[str] = ()
    hops: int = 0
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    warnings: Sequence[Oddity] = ()
    is_readable: bool = True
    size: int = 0
