"""Rights in words: whose records, what may be done, and by what it comes."""

from typing import Any

from flask_babel import gettext, lazy_gettext

from app.domain.labels import LABELS
from app.domain.rights import Action, FieldRule, Reach, Scope
from app.views.formats import role

WHOSE, YES = tuple(Reach), (Reach.NONE, Reach.ALL)
OWN_OR_ALL = (Reach.NONE, Reach.OWN, Reach.ALL)
_WORK = {Action.READ: WHOSE, Action.CREATE: YES, Action.WRITE: WHOSE, Action.DELETE: WHOSE, Action.EXPORT: WHOSE}
# The types that an administrator decides about, with the reaches that make sense. One address book: it is seen whole or not at all.
CHOICES: dict[str, dict[Action, tuple[Reach, ...]]] = {
    "Account": {**_WORK, Action.READ: YES}, "Contact": {**_WORK, Action.READ: YES}, "Engagement": _WORK, "Opportunity": _WORK, "Task": _WORK,
    "TimelineEntry": {Action.READ: WHOSE, Action.CREATE: YES, Action.WRITE: WHOSE, Action.EXPORT: WHOSE},
    "Appointment": {Action.CREATE: YES},
    "Order": _WORK, "ProspectRow": _WORK, "RowVerification": {Action.READ: WHOSE, Action.CREATE: YES},
    "Team": {Action.READ: YES}, "Campaign": {Action.READ: YES, Action.CREATE: YES, Action.WRITE: YES, Action.EXPORT: YES}, "Competitor": {Action.READ: YES},
    "IncomingMessage": {Action.READ: WHOSE, Action.WRITE: WHOSE, Action.EXPORT: WHOSE},
    "OutgoingMail": {Action.CREATE: YES},
    "MailTemplate": {Action.CREATE: YES, Action.WRITE: OWN_OR_ALL, Action.DELETE: OWN_OR_ALL},
    "SenderRule": {Action.READ: YES, Action.CREATE: YES, Action.WRITE: OWN_OR_ALL, Action.DELETE: OWN_OR_ALL},
}
NOUNS: dict[str, Any] = {
    "Account": lazy_gettext("Accounts"), "Contact": lazy_gettext("Contacts"), "Opportunity": lazy_gettext("Opportunities"),
    "Engagement": lazy_gettext("Engagements"), "Task": lazy_gettext("Tasks"), "TimelineEntry": lazy_gettext("History"),
    "Appointment": lazy_gettext("Meetings booked for any colleague"), "IncomingMessage": lazy_gettext("Incoming mail"),
    "SenderRule": lazy_gettext("Rules for senders"), "OutgoingMail": lazy_gettext("Mail to customers, sent from a record"),
    "MailTemplate": lazy_gettext("Templates of mail"),
    "Order": lazy_gettext("Prospecting orders"), "ProspectRow": lazy_gettext("Prospect rows"),
    "RowVerification": lazy_gettext("Verification of rows"),
    "Team": lazy_gettext("Names of colleagues and teams"), "Campaign": lazy_gettext("Campaigns"), "Competitor": lazy_gettext("Competitors"),
}
# What the ready-made profiles give beside those: told of a person who has it, and nothing to decide about.
FURTHER: dict[str, Any] = {
    "Objective": lazy_gettext("Objectives"), "Alert": lazy_gettext("Alerts"),
    "OrderAssignment": lazy_gettext("Place in an order"), "OrderLink": lazy_gettext("Link of orders"), "RowMessage": lazy_gettext("Comment on a row"),
    "Attachment": lazy_gettext("Attachment"), "Proposal": lazy_gettext("Value found in mail"), "Delivery": lazy_gettext("Delivery of a message"),
    "SummarySubscription": lazy_gettext("Subscription to the summary"), "CrmAddress": lazy_gettext("CRM addresses"),
    "Mailbox": lazy_gettext("Mailboxes"), "AuditLine": lazy_gettext("Audit"), "Tag": lazy_gettext("Tags"),
    "Pipeline": lazy_gettext("Pipelines"), "Step": lazy_gettext("Steps"), "CloseReason": lazy_gettext("Reasons for closing"),
    "AccountType": lazy_gettext("Account types"), "ActionType": lazy_gettext("Kinds of action"),
    "FollowUp": lazy_gettext("Follow-up processes"), "FollowUpLine": lazy_gettext("Tasks of processes"),
}
BY = {
    "role": lazy_gettext("role %(name)s"), "team": lazy_gettext("team %(name)s"), "manages": lazy_gettext("manages %(name)s"),
    "person": lazy_gettext("given by hand"),
}


# In the narrow lists of a matrix, where the whole words would be cut off and three of them look the same.
SHORT = {
    Reach.MATES: lazy_gettext("their teams"), Reach.TEAM: lazy_gettext("teams managed"), Reach.TREE: lazy_gettext("and teams below"),
    Reach.BELOW: lazy_gettext("lower roles"),
}


def short_words(far: Reach) -> str:
    return str(SHORT.get(far) or reach_words(far))


def reach_words(far: Reach) -> str:
    return str(gettext(LABELS[f"Reach.{far.name.lower()}"]))


def rule_words(rule: FieldRule) -> str:
    return str(gettext(LABELS[f"FieldRule.{rule.name.lower()}"]))


def action_words(action: Action) -> str:
    return str(gettext(LABELS[f"Action.{action.value}"]))


def choice_words(action: Action, far: Reach, record_type: str, *, is_short: bool = False) -> str:
    """Whose records, or yes and no where that is all there is to say; ``is_short`` in a list to choose from."""
    if action is Action.CREATE or CHOICES[record_type][action] == YES:
        return str(gettext("Yes") if far else gettext("No"))
    return short_words(far) if is_short else reach_words(far)


def scope_words(scope: Scope, action: Action, teams: dict[int, str]) -> str:
    """"their own, and those of North and of its members"."""
    if action is Action.CREATE:
        return str(gettext("Yes") if scope else gettext("No"))
    if scope.everything:
        return reach_words(Reach.ALL)
    parts = [reach_words(Reach.OWN)] if scope.own else []
    if scope.teams:
        parts.append(gettext("those of %(teams)s and their members", teams=", ".join(sorted(teams.get(key, "?") for key in scope.teams))))
    if scope.roles:
        parts.append(reach_words(Reach.BELOW))
    return ", ".join(parts) if parts else reach_words(Reach.NONE)


def by_words(by: str, name: str, profile: str) -> str:
    """"profile User, role User"; a privilege says for whom it is."""
    way = BY[by] % {"name": role(name) if by == "role" else name}
    return str(gettext("profile %(profile)s, %(way)s", profile=role(profile), way=way) if profile else gettext("special privilege, %(way)s", way=way))
