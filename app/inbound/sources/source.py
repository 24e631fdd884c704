"""What every source of raw mail offers, and the words for what goes wrong there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from app.domain.errors import DomainError

MEGABYTE = 1_000_000
BATCH_COUNT = 50
FIRST_COUNT = 10  # of the first batch, so that its filing begins while the next is fetched
BATCH_SIZE = 20 * MEGABYTE
MESSAGE_LIMIT = 25 * MEGABYTE


@dataclass(frozen=True)
class Position:
    """How far a source was read: everything above ``last_uid`` is new while ``uidvalidity`` stays.

    IMAP: the numbers of RFC 9051. Maildir: nanoseconds of the newest message taken. Flat folder: always zero.
    Both numbers exceed 32 bits.
    """

    uidvalidity: int
    last_uid: int


class Severity(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Finding:
    """One thing found out about a source: a code, and a sentence to translate with its parameters."""

    def __init__(self, severity: Severity, code: str, message: str, **params: Any) -> None:
        self.severity, self.code, self.message, self.params = severity, code, message, params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message

    def __repr__(self) -> str:
        return f"<{self.severity} {self.code}: {self}>"


@dataclass(frozen=True)
class Fetched:
    """One message as the source holds it. ``number`` is what ``Position.last_uid`` becomes once it is stored.

    ``size`` is that of the original; ``raw`` of a truncated one lacks the parts named in ``omitted``.
    ``refusal`` is what the source said in place of the message; ``raw`` is empty then.
    ``at`` is when the source got it, if it says so.
    """

    folder: str
    uidvalidity: int
    uid: str
    raw: bytes
    size: int
    is_truncated: bool
    number: int
    omitted: tuple[str, ...] = ()
    refusal: Finding | None = None
    at: datetime | None = None

    @property
    def answer(self) -> str:
        """The bare words of the refusal."""
        return str(self.refusal.params.get("answer") or self.refusal) if self.refusal else ""


class SourceError(DomainError):
    """The source cannot be read now; the sentence tells the administrator what is so and what to do."""

    def finding(self) -> Finding:
        return Finding(Severity.ERROR, self.code, self.message, **self.params)


class Source(Protocol):
    """A mailbox or a folder. Every method raises SourceError; after one, ``close()`` and ``open()`` again."""

    findings: list[Finding]
    """What went by during ``fetch`` and ``settle`` without stopping them: a rescan, a message that could not be moved."""

    def open(self) -> None: ...

    def position_now(self) -> Position:
        """The position of a reader who has read everything: a new mailbox starts here."""

    def position_since(self, day: date, end: int | None = None) -> tuple[Position, int]:
        """The position that makes ``fetch`` begin at ``day``, and how many messages it would then give, up to number ``end``."""

    def fetch(self, position: Position) -> Iterator[list[Fetched]]:
        """Yield what is newer than ``position``, oldest first, in batches of bounded count and size."""

    def fetch_again(self, folder: str, uidvalidity: int, uid: str) -> Fetched | None:
        """One message by what named it in ``fetch``; None when the source no longer holds it."""

    def settle(self, fetched: Sequence[Fetched], *, move_to: str | None = None) -> None:
        """Mark as taken, or move, what was stored for good. Doing it twice is harmless."""

    def wait(self, seconds: float) -> bool:
        """Return True as soon as there may be something new, False after ``seconds``."""

    def check(self) -> list[Finding]:
        """Test the connection: sentences for the administrator, errors included; nothing is raised."""

    def close(self) -> None: ...


def batches(sizes: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Group (uid, size) pairs, in their order, into batches within BATCH_COUNT (the first: FIRST_COUNT) and BATCH_SIZE.

    One message of more than BATCH_SIZE is a batch of its own.
    """
    batch: list[tuple[int, int]] = []
    total, most = 0, FIRST_COUNT
    for uid, size in sizes:
        if batch and (len(batch) == most or total + size > BATCH_SIZE):
            yield batch
            batch, total, most = [], 0, BATCH_COUNT
        batch.append((uid, size))
        total += size
    if batch:
        yield batch
