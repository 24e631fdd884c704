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


NO, OWN, TEAM, ALL = Reach.NONE, Reach.OWN, Reach.TEAM, Reach.ALL
NOTHING: Final = Rights()
READ_ALL: Final = Rights(read=ALL)
EVERYTHING: Final = Rights(ALL, ALL, ALL, ALL, ALL)

# One address book for the firm: contacts and accounts are known to all; changing them follows the scope.
RIGHTS: Final[dict[Level, dict[str, Rights]]] = {
    Level.TEAM_MANAGER: {
        "Account": Rights(ALL, ALL, TEAM, TEAM, TEAM), "Contact": Rights(ALL, ALL, TEAM, TEAM, TEAM),
        "ContactAddress": Rights(ALL, ALL, ALL, ALL, NO), "ContactPhone": Rights(ALL, ALL, ALL, ALL, NO),
        "Opportunity": Rights(TEAM, TEAM, TEAM, TEAM, TEAM), "Task": Rights(TEAM, TEAM, TEAM, TEAM, TEAM),
        "TimelineEntry": Rights(TEAM, TEAM, OWN, NO, TEAM), "Appointment": Rights(read=TEAM), "Attachment": Rights(read=TEAM),
        "IncomingMessage": Rights(read=TEAM, write=TEAM, export=TEAM), "Delivery": Rights(read=TEAM),
        "CrmAddress": Rights(read=OWN), "SummarySubscription": Rights(OWN, OWN, OWN, OWN), "SummarySending": Rights(read=OWN),
        "OutgoingMail": Rights(read=OWN), "SenderRule": EVERYTHING,
        "AccountType": READ_ALL, "Pipeline": READ_ALL, "Proposal": READ_ALL, "Step": READ_ALL, "Team": READ_ALL, "Mailbox": READ_ALL,
    },
    Level.USER: {
        "Account": Rights(ALL, ALL, OWN, OWN, OWN), "Contact": Rights(ALL, ALL, OWN, OWN, OWN),
        "ContactAddress": Rights(ALL, ALL, ALL, ALL, NO), "ContactPhone": Rights(ALL, ALL, ALL, ALL, NO),
        "Opportunity": Rights(OWN, OWN, OWN, OWN, OWN), "Task": Rights(OWN, OWN, OWN, OWN, OWN),
        "TimelineEntry": Rights(OWN, OWN, OWN, NO, OWN), "Appointment": Rights(read=OWN), "Attachment": Rights(read=OWN),
        "IncomingMessage": Rights(read=OWN, write=OWN), "Delivery": Rights(read=OWN),
        "CrmAddress": Rights(read=OWN), "SummarySubscription": Rights(OWN, OWN, OWN, OWN), "SummarySending": Rights(read=OWN),
        "OutgoingMail": Rights(read=OWN),
        "SenderRule": Rights(read=ALL, create=ALL, delete=OWN),  # for one address that is a real prospect: operations/sender_rules
        "AccountType": READ_ALL, "Pipeline": READ_ALL, "Proposal": READ_ALL, "Step": READ_ALL, "Team": READ_ALL,
    },
}


def reach(level: Level, record_type: str, action: Action) -> Reach:
    """How far ``level`` may do ``action`` with records of ``record_type`` (a model's class name)."""
    if level in (Level.ADMINISTRATOR, Level.SYSTEM):
        return Reach.ALL
    return RIGHTS.get(level, {}).get(record_type, NOTHING).of(action)
