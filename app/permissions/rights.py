"""The ready-made profiles and roles: what a new installation begins with. Administrators change them on the screen of profiles."""

from dataclasses import dataclass, field
from typing import Final

from app.domain.rights import Action as Action
from app.domain.rights import FieldRule
from app.domain.rights import Reach as Reach
from app.permissions.actor import Level


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
MAKES: Final = Rights(read=ALL, create=ALL)
EVERYTHING: Final = Rights(ALL, ALL, ALL, ALL, ALL)
TEMPLATES: Final = Rights(OWN, OWN, OWN, OWN)  # their own; those of the firm are read by all of them


def _collecting(far: Reach) -> dict[str, Rights]:
    """Orders of one's own: made, given, entered, closed, exported. Without verification: that is for whoever has the place."""
    return {"Order": Rights(far, far, far, far, far), "OrderAssignment": Rights(far, far, far), "OrderLink": Rights(far, far, NO, far),
            "ProspectRow": Rights(far, far, far, far, far), "RowVerification": Rights(read=far), "RowMessage": Rights(far, far)}


# One address book for the firm: contacts and accounts are known to all; changing them follows the scope.
RIGHTS: Final[dict[Level, dict[str, Rights]]] = {
    Level.TEAM_MANAGER: {
        "Account": Rights(ALL, ALL, TEAM, TEAM, TEAM), "Contact": Rights(ALL, ALL, TEAM, TEAM, TEAM),
        "ContactAddress": Rights(ALL, ALL, ALL, ALL, NO), "ContactPhone": Rights(ALL, ALL, ALL, ALL, NO),
        "Engagement": Rights(TEAM, TEAM, TEAM, TEAM, TEAM),
        "Opportunity": Rights(TEAM, TEAM, TEAM, TEAM, TEAM), "Alert": Rights(read=TEAM, write=TEAM), "Task": Rights(TEAM, TEAM, TEAM, TEAM, TEAM),
        "TimelineEntry": Rights(TEAM, TEAM, OWN, NO, TEAM), "Appointment": Rights(read=TEAM), "Attachment": Rights(read=TEAM),
        "IncomingMessage": Rights(read=TEAM, write=TEAM, export=TEAM), "Delivery": Rights(read=TEAM),
        "CrmAddress": Rights(read=OWN), "SummarySubscription": Rights(OWN, OWN, OWN, OWN), "SummarySending": Rights(read=OWN),
        "OutgoingMail": Rights(read=OWN, create=OWN), "MailTemplate": TEMPLATES, "SenderRule": EVERYTHING,
        "AccountType": READ_ALL, "ActionType": READ_ALL, "Pipeline": READ_ALL, "Proposal": READ_ALL, "Step": READ_ALL, "Team": READ_ALL, "Mailbox": READ_ALL,
        "Tag": MAKES, "FollowUp": READ_ALL, "FollowUpLine": READ_ALL,
        "Campaign": Rights(ALL, ALL, ALL, NO, ALL), "Objective": Rights(TEAM, TEAM, TEAM, TEAM, TEAM), "CloseReason": READ_ALL, "Competitor": READ_ALL,
        **_collecting(TEAM),
    },
    Level.USER: {
        "Account": Rights(ALL, ALL, OWN, OWN, OWN), "Contact": Rights(ALL, ALL, OWN, OWN, OWN),
        "ContactAddress": Rights(ALL, ALL, ALL, ALL, NO), "ContactPhone": Rights(ALL, ALL, ALL, ALL, NO),
        "Engagement": Rights(OWN, OWN, OWN, OWN, OWN),
        "Opportunity": Rights(OWN, OWN, OWN, OWN, OWN), "Alert": Rights(read=OWN, write=OWN), "Task": Rights(OWN, OWN, OWN, OWN, OWN),
        "TimelineEntry": Rights(OWN, OWN, OWN, NO, OWN), "Appointment": Rights(read=OWN), "Attachment": Rights(read=OWN),
        "IncomingMessage": Rights(read=OWN, write=OWN), "Delivery": Rights(read=OWN),
        "CrmAddress": Rights(read=OWN), "SummarySubscription": Rights(OWN, OWN, OWN, OWN), "SummarySending": Rights(read=OWN),
        "OutgoingMail": Rights(read=OWN, create=OWN), "MailTemplate": TEMPLATES,
        "SenderRule": Rights(read=ALL, create=ALL, delete=OWN),  # for one address that is a real prospect: operations/sender_rules
        "AccountType": READ_ALL, "ActionType": READ_ALL, "Pipeline": READ_ALL, "Proposal": READ_ALL, "Step": READ_ALL, "Team": READ_ALL, "Tag": MAKES,
        "FollowUp": READ_ALL, "FollowUpLine": READ_ALL, "Campaign": READ_ALL, "CloseReason": READ_ALL, "Competitor": READ_ALL,
        "Objective": Rights(read=OWN),
        **_collecting(OWN),
    },
}


# What everybody needs who signs in at all: the words of the lists, and what is about themselves.
BASE: Final[dict[str, Rights]] = {
    "CrmAddress": Rights(read=OWN), "SummarySubscription": Rights(OWN, OWN, OWN, OWN), "SummarySending": Rights(read=OWN),
    "OutgoingMail": Rights(read=OWN), "AccountType": READ_ALL, "ActionType": READ_ALL, "Pipeline": READ_ALL, "Step": READ_ALL,
    "Team": READ_ALL, "Tag": READ_ALL,
    "FollowUp": READ_ALL, "FollowUpLine": READ_ALL, "Campaign": READ_ALL, "CloseReason": READ_ALL, "Competitor": READ_ALL,
}
# Whoever is of another house learns what became of what they brought, and nothing of the house itself: not who works here
# (queries/people asks for that right), how it sells, or against whom.
INSIDE: Final = ("Team", "Campaign", "Competitor", "FollowUp", "FollowUpLine")
OUTSIDE: Final = {name: rights for name, rights in BASE.items() if name not in INSIDE}
_STATUS_ALONE: Final = dict.fromkeys(("amount", "probability", "expected_close_on", "description", "source", "campaign", "competitor"), FieldRule.HIDDEN)
OWN_WORK: Final[dict[str, Rights]] = {
    "Alert": Rights(read=OWN, write=OWN),
    "Task": Rights(OWN, OWN, OWN, OWN, OWN), "TimelineEntry": Rights(OWN, OWN, OWN, NO, NO), "Appointment": Rights(read=OWN),
    "Attachment": Rights(read=OWN),
}
WRITES_MAIL: Final[dict[str, Rights]] = {"OutgoingMail": Rights(read=OWN, create=OWN), "MailTemplate": TEMPLATES}
ADDRESS_BOOK: Final = dict.fromkeys(("Account", "Contact", "ContactAddress", "ContactPhone", "Proposal"), READ_ALL)
SERVED: Final[dict[str, Rights]] = {
    "Account": Rights(ALL, ALL, Reach.MATES, NO, NO), "Contact": Rights(ALL, ALL, Reach.MATES, NO, NO),
    "ContactAddress": Rights(ALL, ALL, ALL, ALL), "ContactPhone": Rights(ALL, ALL, ALL, ALL), "Proposal": READ_ALL, "Tag": MAKES,
}
OFFICER: Final[dict[str, Rights]] = {
    name: Rights(read=ALL, export=ALL) for name in ("Account", "Contact", "TimelineEntry", "AuditLine")
} | {"ContactAddress": READ_ALL, "ContactPhone": READ_ALL, "Attachment": READ_ALL}


# In orders "own" means: what one's place in the tree of each order gives (permissions/seats).
COLLECTING: Final[dict[str, dict[str, Rights]]] = {
    "Operator": {
        "Alert": Rights(read=OWN, write=OWN),
        "Order": Rights(read=OWN), "OrderAssignment": Rights(read=OWN), "ProspectRow": Rights(OWN, OWN, OWN, OWN), "RowVerification": Rights(read=OWN),
        "RowMessage": Rights(OWN, OWN),
    },
    "Supervisor": {
        "Alert": Rights(read=OWN, write=OWN),
        "Order": Rights(read=OWN), "OrderAssignment": Rights(OWN, OWN, OWN), "ProspectRow": Rights(OWN, OWN, OWN, OWN, OWN), "OrderLink": Rights(read=OWN),
        "RowVerification": Rights(read=OWN), "RowMessage": Rights(OWN, OWN),
    },
    "Coordinator": {
        "Alert": Rights(read=ALL, write=ALL),
        "Order": Rights(ALL, NO, ALL, NO, ALL), "OrderAssignment": Rights(ALL, ALL, ALL), "ProspectRow": Rights(ALL, ALL, ALL, ALL, ALL),
        "OrderLink": Rights(ALL, ALL, NO, ALL), "RowVerification": Rights(read=ALL), "RowMessage": Rights(ALL, ALL),
    },
    "Principal": _collecting(OWN) | {"Alert": Rights(read=OWN, write=OWN), "RowVerification": Rights(OWN, OWN)},
    "Verifier": {
        "Alert": Rights(read=OWN, write=OWN),
        "Order": Rights(read=OWN), "OrderAssignment": Rights(read=OWN), "ProspectRow": Rights(read=OWN), "RowVerification": Rights(OWN, OWN),
        "RowMessage": Rights(OWN, OWN),
    },
}


@dataclass(frozen=True)
class Ready:
    """A profile as it comes; its role has the same name."""

    name: str
    rights: dict[str, Rights]
    fields: dict[str, dict[str, FieldRule]] = field(default_factory=dict)
    follows_privacy: bool = False


PARTNER: Final = "partner"  # the profile of whoever is of another house
PROFILES: Final[dict[str, Ready]] = {
    "team_manager": Ready(Level.TEAM_MANAGER.value, RIGHTS[Level.TEAM_MANAGER]),
    "user": Ready(Level.USER.value, RIGHTS[Level.USER], follows_privacy=True),
    "telesales": Ready(
        "Telesales", RIGHTS[Level.USER] | {"Appointment": Rights(read=OWN, create=ALL)},
        {"Opportunity": {"amount": FieldRule.HIDDEN, "probability": FieldRule.HIDDEN}}, follows_privacy=True
    ),
    "accounting": Ready("Accounting", BASE | ADDRESS_BOOK | OWN_WORK | {"Engagement": READ_ALL}),
    "after_sales": Ready("After-sales", BASE | SERVED | OWN_WORK | WRITES_MAIL | {"Engagement": Rights(ALL, NO, Reach.MATES), "Opportunity": Rights(read=OWN)}),
    PARTNER: Ready("Partner", OUTSIDE | {"Opportunity": Rights(read=OWN)}, {"Opportunity": _STATUS_ALONE}),
    "data_protection_officer": Ready("Data protection officer", BASE | OFFICER),
    **{name.lower(): Ready(name, BASE | rights) for name, rights in COLLECTING.items()},
}
MANAGING: Final = "team_manager"  # the profile that whoever manages a team has there
ROLES: Final = (*(ready.name for ready in PROFILES.values()),)


def reach(level: Level, record_type: str, action: Action) -> Reach:
    """How far the ready-made profile of ``level`` goes; what a person really may is said by their ``Actor``."""
    if level in (Level.ADMINISTRATOR, Level.SYSTEM):
        return Reach.ALL
    return RIGHTS.get(level, {}).get(record_type, NOTHING).of(action)
