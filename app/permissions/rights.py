"""The matrix: what each level may do with each type of record, and how far it reaches."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from app.permissions.actor import Level


class Reach(IntEnum):
    """Row scope. Each holds the ones before it."""

    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3


class Action(StrEnum):
    READ = "read"
    CREATE = "create"
    WRITE = "write"
    DELETE = "delete"
    EXPORT = "export"


@dataclass(frozen=True)
class Rights:
    read: Reach = Reach.NONE
    create: Reach = Reach.NONE
    write: Reach = Reach.NONE
    delete: Reach = Reach.NONE
    export: Reach = Reach.NONE

    def of(self, action: Action) -> Reach:
        return Reach(getattr(self, action.value))


N, O, T, A = Reach.NONE, Reach.OWN, Reach.TEAM, Reach.ALL
NOTHING: Final = Rights()
READ_ALL: Final = Rights(read=A)
EVERYTHING: Final = Rights(A, A, A, A, A)

# One address book for the firm: contacts and accounts are known to all; changing them follows the scope.
RIGHTS: Final[dict[Level, dict[str, Rights]]] = {
    Level.TEAM_MANAGER: {
        "Account": Rights(A, A, T, T, T), "Contact": Rights(A, A, T, T, T),
        "ContactAddress": Rights(A, A, A, A, N), "ContactPhone": Rights(A, A, A, A, N),
        "Opportunity": Rights(T, T, T, T, T), "Task": Rights(T, T, T, T, T),
        "TimelineEntry": Rights(T, T, O, N, T), "Attachment": Rights(read=T),
        "IncomingMessage": Rights(read=T, write=T, export=T), "Delivery": Rights(read=T),
        "CrmAddress": Rights(read=T), "SummarySubscription": Rights(O, O, O, O), "SummarySending": Rights(read=O),
        "OutgoingMail": Rights(read=O),
        "AccountType": READ_ALL, "Pipeline": READ_ALL, "Step": READ_ALL, "Team": READ_ALL, "User": READ_ALL, "Mailbox": READ_ALL,
    },
    Level.USER: {
        "Account": Rights(A, A, O, O, O), "Contact": Rights(A, A, O, O, O),
        "ContactAddress": Rights(A, A, A, A, N), "ContactPhone": Rights(A, A, A, A, N),
        "Opportunity": Rights(O, O, O, O, O), "Task": Rights(O, O, O, O, O),
        "TimelineEntry": Rights(O, O, O, N, O), "Attachment": Rights(read=O),
        "IncomingMessage": Rights(read=O, write=O), "Delivery": Rights(read=O),
        "CrmAddress": Rights(read=O), "SummarySubscription": Rights(O, O, O, O), "SummarySending": Rights(read=O),
        "OutgoingMail": Rights(read=O),
        "AccountType": READ_ALL, "Pipeline": READ_ALL, "Step": READ_ALL, "Team": READ_ALL, "User": READ_ALL,
    },
}


def reach(level: Level, record_type: str, action: Action) -> Reach:
    """How far ``level`` may do ``action`` with records of ``record_type`` (a model's class name)."""
    if level in (Level.ADMINISTRATOR, Level.SYSTEM):
        return Reach.ALL
    return RIGHTS.get(level, {}).get(record_type, NOTHING).of(action)
