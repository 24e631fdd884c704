"""Which rows: for each protected type, the SQL condition that narrows it to what an actor reaches."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal_column, or_, select, true, union_all

from app.domain.rights import Action, Scope
from app.models import (
    Alert,
    Appointment,
    Attachment,
    AuditLine,
    CrmAddress,
    Delivery,
    Engagement,
    IncomingMessage,
    Mailbox,
    MailTemplate,
    Objective,
    Opportunity,
    Order,
    OrderAssignment,
    OrderLink,
    OutgoingMail,
    ProspectRow,
    RowMessage,
    RowVerification,
    SenderRule,
    SummarySending,
    SummarySubscription,
    Task,
    TimelineEntry,
)
from app.models.accounts import Account
from app.models.contacts import Contact
from app.models.teams import TeamMembership
from app.models.timeline_holders import SHARED
from app.permissions import seats
from app.permissions.actor import Actor
from app.permissions.one_of import OneByOne, OneOf, is_in

Condition = ColumnElement[bool]
FEW_TEAMS, FEW_PEOPLE, MANY_PEOPLE = 3, 16, 200
_SUBQUERIES = 20  # that are remembered: those of the actor whose criteria are made
# Where it is written who is also responsible for a record: the key of the record, that of the user.
CO_OWNERS = {name: (table.c[f"{name}_id"], table.c.user_id) for name, table in SHARED.items()}


_HOLDERS: dict[type, str] = {Task: "assignee"}  # what says whose a record is, where it is not the owner


def holder_name(model: type) -> str:
    """The relation of ``model`` that says whose a record is."""
    return _HOLDERS.get(model, "owner")


def _holder_key(model: Any) -> Any:
    return getattr(model, f"{holder_name(model)}_id")


def members_of(team_ids: Collection[int]) -> Any:
    """The keys of the people in these teams, as a Core subquery."""
    member = TeamMembership.__table__
    return select(member.c.user_id).where(member.c.team_id.in_(sorted(team_ids)))


def _any(ways: list[Condition]) -> Condition:
    return or_(*ways) if ways else false()


@dataclass(frozen=True)
class Way:
    """One of the ways by which a rule leads to rows, as a whole and in parts that are the same together.

    Of each part an index that begins with ``column`` keeps the rows in an order; where that is empty they are few, found by their keys.
    """

    whole: Condition
    parts: Sequence[Condition]
    column: str = ""


class _Each(Sequence[Condition]):
    """``column`` names each of ``keys``: made one by one when somebody asks for them; most only ask how many there are."""

    def __init__(self, column: Any, keys: Collection[int], only: Sequence[Condition]) -> None:
        self._column, self._keys, self._only = column, sorted(keys), only

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, place: Any) -> Any:
        return and_(*self._only, self._column == self._keys[place])


def _by_keys(column: Any, keys: Collection[int], *only: Condition) -> Way:
    return Way(and_(*only, is_in(column, keys)), _Each(column, keys, only), column.key)


def _keys(actor: Actor, scope: Scope) -> frozenset[int]:
    """The actor, whom they stand in for, and the people of a team or a role within ``scope``."""
    return actor.held.people(scope) | (actor.people if scope.own else frozenset())


def _people(column: Any, actor: Actor, scope: Scope) -> Condition:
    """``column`` (a user key) names one of those."""
    keys = _keys(actor, scope)
    return is_in(column, keys) if keys else false()


def is_one_of(column: Any, actor: Actor) -> Condition:
    """``column`` (a user key) names the actor, or whom they stand in for."""
    return is_in(column, actor.people) if actor.people else column.is_(None)


def _ways(owner: Any, team: Any, actor: Actor, scope: Scope) -> list[Way]:
    """Owned by those people, of a team within ``scope``, or given to a team of the actor and taken by nobody yet."""
    people = _keys(actor, scope)
    ways = [_by_keys(owner, people)] if people else []
    if scope.own and not actor.team_ids <= scope.teams:
        ways.append(_by_keys(team, actor.team_ids, owner.is_(None)))
    if scope.teams:
        ways.append(_by_keys(team, scope.teams))
    return ways


def _owned(owner: Any, team: Any, actor: Actor, scope: Scope) -> Condition:
    return _any([way.whole for way in _ways(owner, team, actor, scope)])


def is_free(owner: Any, team: Any, actor: Actor) -> Condition:
    """Given to a team of the actor, and taken by nobody yet."""
    return owner.is_(None) & is_in(team, actor.team_ids) if actor.team_ids else false()


def _co_owned(key: Any, kind: str, actor: Actor, within: Callable[[Any], Condition]) -> list[Condition]:
    """Those people are also responsible for it. Asked only where some such row exists: an index answers."""
    if kind not in CO_OWNERS or not (kind in actor.shared or actor.stands_in_for):
        return []
    record, person = CO_OWNERS[kind]
    return [OneOf(key, select(record).where(within(person)))]


def _record_ways(columns: Any, kind: str, actor: Actor, scope: Scope) -> list[Way]:
    shared = _co_owned(columns.id, kind, actor, lambda person: _people(person, actor, scope))
    return [*_ways(columns.owner_id, columns.team_id, actor, scope), *(Way(each, (each,)) for each in shared)]


def _within(columns: Any, kind: str, actor: Actor, scope: Scope) -> Condition:
    return _any([way.whole for way in _record_ways(columns, kind, actor, scope)])


def _record(model: Any, actor: Actor, scope: Scope) -> Condition:
    return _within(model, model.__table__.name, actor, scope)


def held_by(model: Any, actor: Actor, columns: Any = None) -> Condition:
    """The rows of ``model`` that the actor, or whom they stand in for, is to look after: as owner or as also responsible.

    ``columns``: those of its table, for a statement of the table alone.
    """
    of = model if columns is None else columns
    holder = getattr(of, f"{holder_name(model)}_id")
    return or_(is_one_of(holder, actor), *_co_owned(of.id, model.__table__.name, actor, lambda person: is_one_of(person, actor)))


def reads_own(model: type, actor: Actor) -> bool:
    """Whether the actor reads whatever of ``model`` they look after, and what is free for their teams: the rule leaves out none of it.

    Only for what is kept by owner and team, tasks and messages: ``rows`` of those begins with the same two conditions.
    """
    scope = actor.scope(model.__name__, Action.READ)
    return actor.id is not None and (scope.own or reaches_all(model, actor, Action.READ))


def mine(model: Any, actor: Actor) -> Condition:
    """What the list *mine* holds: what the actor looks after, and what nobody of their teams took yet."""
    return or_(held_by(model, actor), is_free(_holder_key(model), model.team_id, actor))


def by_holders(columns: Any, model: type, actor: Actor) -> Condition:
    """``rows`` for lines that are kept by owner and team, but for what those people are also responsible for: ``beside_holders``."""
    scope = actor.scope(model.__name__, Action.READ)
    if reaches_all(model, actor, Action.READ):
        return true()
    return _owned(columns.owner_id, columns.team_id, actor, scope) if scope and actor.id is not None else false()


def beside_holders(model: Any, actor: Actor) -> Condition | None:
    """The other rows that the actor reads, those people being responsible for them beside the owner; None where there are none."""
    scope = actor.scope(model.__name__, Action.READ)
    if reaches_all(model, actor, Action.READ) or not scope or actor.id is None:
        return None
    ways = _co_owned(model.id, model.__table__.name, actor, lambda person: _people(person, actor, scope))
    return and_(*ways, by_holders(model, model, actor).is_not(true())) if ways else None


@lru_cache(maxsize=_SUBQUERIES)
def _ids(model: Any, actor: Actor, scope: Scope) -> Any:
    """Keys of the rows of ``model`` within reach, as a Core subquery: it carries no criteria of its own. The criteria of several types hold it."""
    of = model.__table__.c
    found = [select(of.id).where(way.whole) for way in _record_ways(of, model.__table__.name, actor, scope)]  # each on an index alone
    return union_all(*found) if found else select(of.id).where(false())


def _reached(key: Any, model: Any, actor: Actor, scope: Scope, *, of_many: bool = False, are_few: bool = False) -> Condition:
    """``key`` is that of a row of ``model`` within reach. Few rows are found first, of many each one that is asked for is looked at.

    ``of_many``: a page asks it of so many that PostgreSQL, too, shall find them first. ``are_few``: of so few that neither shall.
    """
    looked = _has(model, key, lambda columns: _within(columns, model.__table__.name, actor, scope))
    if are_few or len(scope.teams) > FEW_TEAMS or scope.roles:
        return looked
    found: Condition = key.in_(_ids(model, actor, scope))
    return found if of_many else OneByOne(found, looked)


@cache
def _row_of(table: Any) -> Any:
    """``table`` under another name. Made once: for each person and statement anew it was a third of what a morning e-mail took."""
    return table.alias()


def _has(model: Any, key: Any, fits: Callable[[Any], Condition]) -> Condition:
    """The row ``key`` of ``model`` is one that ``fits``: an index finds it, and nothing else is read.

    Without the suffix PostgreSQL would also plan to find all such rows beforehand, and do so where it is to look at many; of these the first few are read.
    """
    row = _row_of(model.__table__)
    found: Select[Any] = select(literal_column("1")).select_from(row).where(row.c.id == key, fits(row.c)).suffix_with("OFFSET 0", dialect="postgresql")
    return exists(found.correlate_except(row))


def _entries(table: Any, actor: Actor, scope: Scope, *, are_few: bool = False) -> Condition:
    """``are_few``: those that are asked for, as on the page of one record, or one that is found by its key."""
    reached = partial(_reached, actor=actor, scope=scope, are_few=are_few)
    on_opportunity, on_engagement = reached(table.opportunity_id, Opportunity, of_many=True), reached(table.engagement_id, Engagement, of_many=True)
    on_neither = table.opportunity_id.is_(None) & table.engagement_id.is_(None) & or_(
        reached(table.contact_id, Contact), reached(table.account_id, Account)
    )
    return or_(_people(table.author_id, actor, scope), on_opportunity, on_engagement, on_neither)


Keys = frozenset[int] | Select[Any]  # or what finds them


@dataclass(frozen=True)
class Whose:
    """Lines of history: those that ``people`` wrote, and those on records of these people, of ``teams``, or ``free`` for teams to take."""

    people: Keys
    teams: Keys = frozenset()
    free: Keys = frozenset()

    @property
    def are_few(self) -> bool:
        return not isinstance(self.people, Select) and len(self.people) <= FEW_PEOPLE


def whose_history(actor: Actor) -> Whose | None:
    """What ``_entries`` says of one entry. None for whoever reads nothing, or of very many people: of the latest of all, theirs are soon met."""
    scope = actor.scope(TimelineEntry.__name__, Action.READ)
    people = _keys(actor, scope)
    if actor.id is None or not scope or reaches_all(TimelineEntry, actor, Action.READ) or len(people) > MANY_PEOPLE:
        return None
    return Whose(people, scope.teams, actor.team_ids - scope.teams if scope.own else frozenset())


def _tasks(model: Any, actor: Actor, scope: Scope) -> Condition:
    return or_(_owned(model.assignee_id, model.team_id, actor, scope), _people(model.author_id, actor, scope))


def _messages(table: Any, actor: Actor, scope: Scope, *, are_few: bool = False) -> Condition:
    """``are_few``: those that are asked for, as what waits for a decision, or one that is found by its key."""
    reached = partial(_reached, actor=actor, scope=scope, are_few=are_few)
    ways = [_people(table.acting_user_id, actor, scope), reached(table.opportunity_id, Opportunity), reached(table.engagement_id, Engagement)]
    if scope.teams:
        ways.append(is_in(table.team_id, scope.teams))
    return or_(*ways)


def _on_entry(model: Any, actor: Actor, scope: Scope) -> Condition:
    """What hangs on a line of history is read by those who read the line."""
    return _has(TimelineEntry, model.entry_id, partial(_entries, actor=actor, scope=scope, are_few=True))


def _appointments(model: Any, actor: Actor, scope: Scope) -> Condition:
    return or_(_people(model.host_id, actor, scope), _on_entry(model, actor, scope))


def _deliveries(model: Any, actor: Actor, scope: Scope) -> Condition:
    return _has(IncomingMessage, model.message_id, partial(_messages, actor=actor, scope=scope, are_few=True))


def _addresses(model: Any, actor: Actor, scope: Scope) -> Condition:
    return or_(model.user_id == actor.id, model.user_id.is_(None))  # a secret address is its owner's alone


def _sendings(model: Any, actor: Actor, scope: Scope) -> Condition:
    subscription = SummarySubscription.__table__
    return model.subscription_id.in_(select(subscription.c.id).where(subscription.c.user_id == actor.id))


def _objectives(model: Any, actor: Actor, scope: Scope) -> Condition:
    """One's own, and of the people and teams that one manages: as far as one is told figures, however much colleagues read of each other."""
    ways = [model.owner_id == actor.id]
    if actor.managed_team_ids:
        ways += [model.owner_id.in_(members_of(actor.managed_team_ids)), model.team_id.in_(sorted(actor.managed_team_ids))]
    return or_(*ways)


def _alerts_by(action: Action) -> Callable[[Any, Actor, Scope], Condition]:
    """Alerts are theirs whose the subject is: none is shown of what may not be seen, or acted upon where the subject may not be changed.

    One about contacts and accounts, which all may see, is for its recipients and their managers; one about mailboxes for administrators;
    one about an order for whoever has a place in it above that of an operator.
    """

    def narrowed(model: Any, actor: Actor, scope: Scope) -> Condition:
        ways = [
            _has(subject, getattr(model, key), partial(_subjects, subject, actor, theirs))
            for subject, key in ((Opportunity, "opportunity_id"), (Engagement, "engagement_id"), (Task, "task_id"), (IncomingMessage, "message_id"))
            if (theirs := actor.scope(subject.__name__, action))
        ]
        for subject, key in ((Contact, model.contact_id), (Account, model.account_id)):
            if actor.scope(subject.__name__, Action.READ):
                recipient = true() if scope.everything else _owned(model.user_id, model.team_id, actor, scope)
                ways.append(and_(key.is_not(None), recipient))
        if actor.scope(Mailbox.__name__, Action.WRITE).everything:
            ways.append(model.mailbox_id.is_not(None))
        if theirs := actor.scope(ProspectRow.__name__, action):
            ways.append(_has(ProspectRow, model.row_id, partial(_rows_of_orders, actor, theirs, action)))
        if theirs := actor.scope(Order.__name__, Action.READ):
            ways.append(model.order_id.is_not(None) if theirs.everything else OneOf(model.order_id, seats.leading(lambda key: _people(key, actor, theirs))))
        return _any(ways)

    return narrowed


def _subjects(subject: type, actor: Actor, scope: Scope, columns: Any) -> Condition:
    """The rows of a type that alerts are about, by the ``columns`` of its table."""
    if scope.everything:
        return true()
    if subject in (Opportunity, Engagement):
        return _within(columns, subject.__name__.lower(), actor, scope)
    return _tasks(columns, actor, scope) if subject is Task else _messages(columns, actor, scope, are_few=True)


def _rows_of_orders(actor: Actor, scope: Scope, action: Action, columns: Any) -> Condition:
    if scope.everything:
        return true()
    return seats.rows(columns, lambda key: _people(key, actor, scope), for_writing=action is not Action.READ)


def _seated(narrowed: Callable[..., Condition], **how: bool) -> Callable[[Any, Actor, Scope], Condition]:
    """What follows from the places of those people in the trees of orders."""
    return lambda model, actor, scope: narrowed(model, lambda column: _people(column, actor, scope), **how)


SCOPES: dict[type, Callable[[Any, Actor, Scope], Condition]] = {
    Order: _seated(seats.orders, for_writing=False),
    OrderAssignment: _seated(seats.assignments, for_writing=False),
    OrderLink: _seated(seats.links),
    ProspectRow: _seated(seats.rows, for_writing=False),
    RowVerification: _seated(seats.of_rows),
    RowMessage: _seated(seats.of_rows),
    Opportunity: _record,
    Engagement: _record,
    Objective: _objectives,
    Alert: _alerts_by(Action.READ),
    Task: _tasks,
    TimelineEntry: _entries,
    Appointment: _appointments,
    Attachment: _on_entry,
    IncomingMessage: _messages,
    Delivery: _deliveries,
    CrmAddress: _addresses,
    SummarySubscription: lambda model, actor, scope: model.user_id == actor.id,
    SummarySending: _sendings,
    OutgoingMail: lambda model, actor, scope: model.to_user_id == actor.id,
    MailTemplate: lambda model, actor, scope: or_(model.user_id == actor.id, model.is_shared),
    AuditLine: lambda model, actor, scope: false(),
}

# Read by all who may see the type; what may be changed follows the owner.
WRITE_SCOPES: dict[type, Callable[[Any, Actor, Scope], Condition]] = {
    **SCOPES, **{model: _seated(narrowed, for_writing=True)
                 for model, narrowed in ((Order, seats.orders), (OrderAssignment, seats.assignments), (ProspectRow, seats.rows))},
    Alert: _alerts_by(Action.WRITE), Account: _record, Contact: _record, SenderRule: lambda model, actor, scope: model.created_by_id == actor.id,
    MailTemplate: lambda model, actor, scope: model.user_id == actor.id,
}

def rows_counted(columns: Any, actor: Actor) -> Condition:
    """``rows`` of ``ProspectRow`` for lines that are kept by order, place, operator and salesperson."""
    if reaches_all(ProspectRow, actor, Action.READ):
        return true()
    scope = actor.scope(ProspectRow.__name__, Action.READ)
    return SCOPES[ProspectRow](columns, actor, scope) if scope and actor.id is not None else false()


FOLLOWING = frozenset({Alert})  # whose rows follow those of other types, however far the right on them goes


def reaches_all(model: type, actor: Actor, action: Action) -> bool:
    """Whether ``action`` reaches every row of ``model``."""
    return actor.scope(model.__name__, action).everything and (actor.sees_all or model not in FOLLOWING)


def changes_what_it_sees(model: type, actor: Actor) -> bool:
    """Whether every row of ``model`` that ``actor`` sees is theirs to change."""
    as_far = actor.scope(model.__name__, Action.READ) == actor.scope(model.__name__, Action.WRITE) and SCOPES.get(model) is WRITE_SCOPES.get(model)
    return reaches_all(model, actor, Action.WRITE) or as_far


def rows(model: type, actor: Actor, action: Action = Action.READ, *, are_few: bool = False, columns: Any = None) -> Condition:
    """The condition that leaves the rows of ``model`` with which ``actor`` may do ``action``.

    ``are_few``: those of which it is asked. ``columns``: those of its table, for a statement of the table alone.
    """
    scope = actor.scope(model.__name__, action)
    if reaches_all(model, actor, action):
        return true()
    if not scope or actor.id is None:
        return false()
    scopes = SCOPES if action is Action.READ else WRITE_SCOPES
    narrow = scopes.get(model)
    of = model if columns is None else columns
    if are_few and narrow in (_entries, _messages):
        return narrow(of, actor, scope, are_few=True)
    return narrow(of, actor, scope) if narrow else true()


def ways(model: Any, actor: Actor, *, is_mine: bool = False) -> list[Way]:
    """What ``rows`` for reading is made of; none where it is every row, no row, or made in another way. ``is_mine``: what ``mine`` leaves of them."""
    scope = actor.scope(model.__name__, Action.READ)
    if SCOPES.get(model) is not _record or not scope or actor.id is None or reaches_all(model, actor, Action.READ):
        return []
    return _record_ways(model, model.__table__.name, actor, Scope(own=True) if is_mine else scope)
