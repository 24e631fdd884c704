"""What a person can have done from a morning email, by a link in it or by answering it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.errors import Refusal
from app.domain.summaries import Subject
from app.support.i18n import N_
from app.support.secrets import is_signed, sign

PURPOSE: Final = "mail-link"
SIGNATURE: Final = 26  # base32 letters: 130 bits
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Deed(StrEnum):
    STANDBY = "standby"  # of a task: another day
    NOTE = "note"
    CALL = "call"
    DONE = "done"
    WON = "won"
    LOST = "lost"
    CANCELLED = "cancelled"
    ASSIGN = "assign"
    TAKE = "take"
    REOPEN = "reopen"


NAMES: Final[dict[Deed, str]] = {
    Deed.STANDBY: N_("Put on standby"), Deed.NOTE: N_("Note"), Deed.CALL: N_("Log a call"), Deed.DONE: N_("Finish"),
    Deed.WON: N_("Close as won"), Deed.LOST: N_("Close as lost"), Deed.CANCELLED: N_("Close as cancelled"), Deed.ASSIGN: N_("Assign to…"),
    Deed.TAKE: N_("Take it"), Deed.REOPEN: N_("Reopen"),
}
LATER: Final = N_("Another day…")  # what STANDBY is for a task
CHARGE: Final = N_("Take in charge")  # what TAKE is for an alert
LETTERS: Final[dict[Deed, str]] = dict(zip(Deed, "sncdwlxatr", strict=True))
KINDS: Final[dict[Subject, str]] = {Subject.OPPORTUNITY: "o", Subject.TASK: "t", Subject.ALERT: "x"}
_DEEDS: Final = {letter: deed for deed, letter in LETTERS.items()}
_SUBJECTS: Final = {letter: subject for subject, letter in KINDS.items()}


@dataclass(frozen=True)
class MailLink:
    """One deed that one person may do once with one record as it was. ``hint`` fills the form in: minutes of the epoch, or cents."""

    deed: Deed
    subject: Subject
    id: int
    version: int
    user_id: int
    expires_at: datetime
    hint: int | None = field(default=None, kw_only=True)

    def token(self, key: str) -> str:
        """What stands in the address: readable, and of no use to whoever changes a letter of it."""
        numbers = [self.id, self.version, self.user_id, _minutes(self.expires_at)] + ([] if self.hint is None else [self.hint])
        value = LETTERS[self.deed] + KINDS[self.subject] + "-".join(map(_written, numbers))
        return f"{value}.{sign(key, PURPOSE, value, SIGNATURE)}"


@dataclass(frozen=True)
class Before:
    """How a record was before a deed, and the version that the deed gave it: what it takes to take the deed back."""

    deed: Deed
    subject: Subject
    id: int
    version: int
    status: str = ""
    until: str = ""  # ISO, of the reminder or the due date
    woken: str = ""  # ISO
    user_id: int | None = None  # who had it
    team_id: int | None = None


@dataclass(frozen=True)
class Result:
    """What came of one thing that an answer asked for: done, perhaps with a way back; or refused with a sentence; or in doubt, with links to choose from."""

    said: str
    deed: Deed | None
    titles: tuple[str, ...] = ()
    detail: str = ""  # the day (ISO), or the amount and its currency
    refusal: Refusal | None = None
    doubt: str = ""
    choices: tuple[tuple[MailLink, str], ...] = ()
    about: tuple[tuple[Subject, int], ...] = ()
    before: Before | None = None
    is_back: bool = False  # the deed was taken back

    @property
    def is_done(self) -> bool:
        return self.refusal is None and not self.doubt


def read_link(given: str, key: str) -> MailLink | None:
    """The link that the token ``given`` is; None when we did not sign it."""
    value, _, signature = given.partition(".")
    if len(signature) != SIGNATURE or not is_signed(key, PURPOSE, value, signature):
        return None
    numbers = [int(each, 36) for each in value[2:].split("-")]
    record, version, user, expires = numbers[:4]
    return MailLink(
        _DEEDS[value[0]], _SUBJECTS[value[1]], record, version, user, moment_of(expires), hint=numbers[4] if len(numbers) > 4 else None,
    )


def hint_of(at: datetime) -> int:
    """``at`` as the ``hint`` of a link."""
    return _minutes(at)


def moment_of(hint: int) -> datetime:
    """The moment that a ``hint`` is."""
    return datetime.fromtimestamp(0, UTC) + timedelta(minutes=hint)


def _minutes(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _written(number: int) -> str:
    """``number`` to the base of 36."""
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
