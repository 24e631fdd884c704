"""What operations announce. Subscribers hear it inside the same transaction and write what follows from it."""

from dataclasses import dataclass


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
class OwnerChanged:
    opportunity_id: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class MailQueued:
    """A mail lies in the outbox."""

    outgoing_id: int


@dataclass(frozen=True)
class GrantEnded:
    """The provider does not renew the sign-in of a mailbox any more."""

    mailbox_id: int


@dataclass(frozen=True)
class ReplayStarted:
    """Many messages are to make their journey again."""

    replay_id: int


Event = UserCreated | AddressRenewed | MailSettled | OwnerChanged | MailQueued | GrantEnded | ReplayStarted
