"""What operations announce. Subscribers hear it inside the same transaction and write what follows from it."""

from dataclasses import dataclass

from app.domain.deeds import Result


@dataclass(frozen=True)
class UserCreated:
    user_id: int


@dataclass(frozen=True)
class AddressRenewed:
    """An administrator gave the user another secret address."""

    user_id: int


@dataclass(frozen=True)
class MailSettled:
    """An incoming message got its outcome."""

    message_id: int


@dataclass(frozen=True)
class HandedOver:
    """A record has another holder: a person, else a team, else nobody. ``note`` is what the giver wrote."""

    subject_type: str
    subject_id: int
    to_user_id: int | None
    to_team_id: int | None
    by_id: int | None
    note: str = ""


@dataclass(frozen=True)
class BecameCoOwner:
    """``user_id`` is also responsible for a record from now on."""

    subject_type: str
    subject_id: int
    user_id: int
    by_id: int | None


@dataclass(frozen=True)
class ColleagueInformed:
    """A note names a colleague who may see it."""

    entry_id: int
    user_id: int


@dataclass(frozen=True)
class MeetingTold:
    """These guests of a meeting are to hear of it: that it takes place as it stands now, or ``is_off`` for them."""

    appointment_id: int
    addresses: tuple[str, ...]
    is_off: bool = False


@dataclass(frozen=True)
class TaskDone:
    """Somebody did a task; its author hears of it."""

    task_id: int
    by_id: int | None


@dataclass(frozen=True)
class WorkMoved:
    """The records of a person lie with another one, or a team."""

    move_id: int


@dataclass(frozen=True)
class MailQueued:
    """A mail lies in the outbox."""

    outgoing_id: int


@dataclass(frozen=True)
class LetterRefused:
    """A mail that a person wrote from a record was given up."""

    outgoing_id: int


@dataclass(frozen=True)
class GrantEnded:
    """The provider does not renew the sign-in of a mailbox any more."""

    mailbox_id: int


@dataclass(frozen=True)
class ReplayStarted:
    """Many messages are to make their journey again."""

    replay_id: int


@dataclass(frozen=True)
class BulkStarted:
    """Many records are to be changed."""

    change_id: int


@dataclass(frozen=True)
class ImportStarted:
    """A file is to be read, looked at, made into records, or taken back."""

    import_id: int


@dataclass(frozen=True)
class NoticeAnswered:
    """A colleague answered the notice about the held message ``held_id``; ``said`` is what they wrote."""

    message_id: int
    user_id: int
    held_id: int
    said: str


@dataclass(frozen=True)
class SummaryAnswered:
    """Somebody answered their morning email; what came of each thing that they asked for."""

    message_id: int
    user_id: int
    reply_to: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class OrderAssigned:
    """Somebody got a place in a prospecting order."""

    assignment_id: int
    by_id: int | None


@dataclass(frozen=True)
class RowSaid:
    """Somebody asked or answered something about a row."""

    message_id: int


@dataclass(frozen=True)
class RowsHandedOver:
    """Rows of an order are a salesperson's from now on."""

    order_id: int
    to_user_id: int
    count: int
    by_id: int | None


@dataclass(frozen=True)
class PasswordForgotten:
    """Somebody asked for a new password, perhaps for a name that nobody has."""

    reset_id: int


@dataclass(frozen=True)
class PasswordChosenAnew:
    """By the link of such a mail."""

    reset_id: int


Event = (
    UserCreated | AddressRenewed | MailSettled | HandedOver | BecameCoOwner | ColleagueInformed | MeetingTold | TaskDone | WorkMoved | MailQueued
    | LetterRefused | GrantEnded | ReplayStarted | BulkStarted | ImportStarted | SummaryAnswered | NoticeAnswered
    | OrderAssigned | RowSaid | RowsHandedOver | PasswordForgotten | PasswordChosenAnew
)
