"""Which rows: for each protected type, the SQL condition that narrows it to what an actor reaches."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true

from app.models import (
    Appointment,
    Attachment,
    AuditLine,
    CrmAddress,
    Delivery,
    IncomingMessage,
    Opportunity,
    OutgoingMail,
    SenderRule,
    SummarySending,
    SummarySubscription,
    Task,
    TimelineEntry,
)
from app.models.accounts import Account
from app.models.contacts import Contact
from app.models.teams import TeamMembership
from app.permissions.actor import Actor
from app.permissions.rights import Action, Reach, reach

Condition = ColumnElement[bool]


def _people(column: Any, actor: Actor, how_far: Reach) -> Condition:
    """``column`` (a user key) names the actor or, at team reach, a member of a team that the actor manages."""
    mine: Condition = column == actor.id
    if how_far < Reach.TEAM or not actor.managed_team_ids:
        return mine
    members = TeamMembership.__table__
    return or_(mine, column.in_(select(members.c.user_id).where(members.c.team_id.in_(sorted(actor.managed_team_ids)))))


def _owned(owner: Any, team: Any, actor: Actor, how_far: Reach) -> Condition:
    """Owned by those people, of a managed team, or given to a team of the actor and taken by nobody yet."""
    ways = [_people(owner, actor, how_far)]
    if actor.team_ids:
        ways.append((owner.is_(None)) & team.in_(sorted(actor.team_ids)))
    if how_far >= Reach.TEAM and actor.managed_team_ids:
        ways.append(team.in_(sorted(actor.managed_team_ids)))
    return or_(*ways)


def _record(model: Any, actor: Actor, how_far: Reach) -> Condition:
    return _owned(model.owner_id, model.team_id, actor, how_far)


def _ids(model: Any, actor: Actor, how_far: Reach) -> Any:
    """Keys of the rows of ``model`` within reach, as a Core subquery: it carries no criteria of its own."""
    table = model.__table__
    return select(table.c.id).where(_owned(table.c.owner_id, table.c.team_id, actor, how_far))


def _entries(table: Any, actor: Actor, how_far: Reach) -> Condition:
    on_opportunity = table.opportunity_id.in_(_ids(Opportunity, actor, how_far))
    no_opportunity = table.opportunity_id.is_(None) & or_(
        table.contact_id.in_(_ids(Contact, actor, how_far)), table.account_id.in_(_ids(Account, actor, how_far))
    )
    return or_(_people(table.author_id, actor, how_far), on_opportunity, no_opportunity)


def _tasks(model: Any, actor: Actor, how_far: Reach) -> Condition:
    return or_(_people(model.assignee_id, actor, how_far), _people(model.author_id, actor, how_far))


def _messages(table: Any, actor: Actor, how_far: Reach) -> Condition:
    ways = [_people(table.acting_user_id, actor, how_far), table.opportunity_id.in_(_ids(Opportunity, actor, how_far))]
    if how_far >= Reach.TEAM and actor.managed_team_ids:
        ways.append(table.team_id.in_(sorted(actor.managed_team_ids)))
    return or_(*ways)


def _appointments(model: Any, actor: Actor, how_far: Reach) -> Condition:
    entry = TimelineEntry.__table__
    return or_(_people(model.host_id, actor, how_far), model.entry_id.in_(select(entry.c.id).where(_entries(entry.c, actor, how_far))))


def _attachments(model: Any, actor: Actor, how_far: Reach) -> Condition:
    entry = TimelineEntry.__table__
    return model.entry_id.in_(select(entry.c.id).where(_entries(entry.c, actor, how_far)))


def _deliveries(model: Any, actor: Actor, how_far: Reach) -> Condition:
    message = IncomingMessage.__table__
    return model.message_id.in_(select(message.c.id).where(_messages(message.c, actor, how_far)))


def _addresses(model: Any, actor: Actor, how_far: Reach) -> Condition:
    return or_(model.user_id == actor.id, model.user_id.is_(None))  # a secret address is its owner's alone


def _sendings(model: Any, actor: Actor, how_far: Reach) -> Condition:
    subscription = SummarySubscription.__table__
    return model.subscription_id.in_(select(subscription.c.id).where(subscription.c.user_id == actor.id))


SCOPES: dict[type, Callable[[Any, Actor, Reach], Condition]] = {
    Opportunity: _record,
    Task: _tasks,
    TimelineEntry: _entries,
    Appointment: _appointments,
    Attachment: _attachments,
    IncomingMessage: _messages,
    Delivery: _deliveries,
    CrmAddress: _addresses,
    SummarySubscription: lambda model, actor, how_far: model.user_id == actor.id,
    SummarySending: _sendings,
    OutgoingMail: lambda model, actor, how_far: model.to_user_id == actor.id,
    AuditLine: lambda model, actor, how_far: false(),
}

# Read by all who may see the type; what may be changed follows the owner.
WRITE_SCOPES: dict[type, Callable[[Any, Actor, Reach], Condition]] = {
    **SCOPES, Account: _record, Contact: _record, SenderRule: lambda model, actor, how_far: model.created_by_id == actor.id,
}


def rows(model: type, actor: Actor, action: Action = Action.READ) -> Condition:
    """The condition that leaves the rows of ``model`` with which ``actor`` may do ``action``."""
    how_far = reach(actor.level, model.__name__, action)
    if how_far is Reach.ALL:
        return true()
    if how_far is Reach.NONE or actor.id is None:
        return false()
    scopes = SCOPES if action is Action.READ else WRITE_SCOPES
    narrow = scopes.get(model)
    return narrow(model, actor, how_far) if narrow else true()
