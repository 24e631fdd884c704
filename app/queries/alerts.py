"""Alerts that wait for a person: the same for the page of the day, the list and the morning email."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true, union, union_all
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.domain.alerts import HEARD_BY, NATURES, AlertState, Rule
from app.domain.orders import Seat
from app.extensions import db
from app.models import Account, Alert, AlertSetting, Contact, Opportunity, OrderAssignment, ProspectRow
from app.permissions.actor import Actor
from app.permissions.one_of import OneOf, among
from app.permissions.rights import Action
from app.permissions.row_security import WALKS
from app.permissions.scope import CO_OWNERS, is_one_of
from app.queries.numbers import few

SHOWN = 50  # alerts on the page of the day
MOST = 1_000  # counts go no further
_REPEATING = (Rule.DOUBLE_ACCOUNT, Rule.DOUBLE_CONTACT)
NONE: Mapping[str, Any] = {}
Condition = ColumnElement[bool]


def _ways(actor: Actor, alert: Any) -> list[Condition]:
    """How an alert comes to somebody: as its person, as the author of the task, as a manager of its team, by their place in an order,
    or, with nobody, to administrators. ``alert``: the model, or the columns of its table.
    """
    ways = [is_one_of(alert.user_id, actor), is_one_of(alert.author_id, actor)]
    if actor.managed_team_ids:
        ways.append(among(alert.team_id, actor.managed_team_ids))
    if actor.sees_all:
        ways.append(and_(alert.user_id.is_(None), alert.author_id.is_(None), alert.team_id.is_(None)))
    if "opportunity" in actor.shared or actor.stands_in_for:
        record, person = CO_OWNERS["opportunity"]
        ways.append(alert.opportunity_id.in_(select(record).where(is_one_of(person, actor))))
    if actor.scope("OrderAssignment", Action.READ):
        by_seats = {seats: OneOf(alert.order_id, _orders_of(actor, seats)) for seats in HEARD_BY.values()}  # an index answers, also within an OR
        ways.append(and_(alert.order_id.is_not(None), or_(*(and_(alert.rule == rule, by_seats[seats]) for rule, seats in HEARD_BY.items()))))
    return ways


def _orders_of(actor: Actor, seats: Iterable[Seat]) -> Select[Any]:
    """The orders in which they have one of ``seats`` that is open."""
    place = OrderAssignment.__table__.c
    return select(place.order_id).where(is_one_of(place.user_id, actor), place.seat.in_(list(seats)), place.archived_at.is_(None), place.closed_at.is_(None))


def is_waiting(actor: Actor, alert: Any = Alert) -> Condition:
    """Nobody settled it, and no colleague takes care of it."""
    mine = or_(alert.state == AlertState.OPEN, and_(alert.state == AlertState.TAKEN, is_one_of(alert.taken_by_id, actor)))
    return and_(alert.ended_at.is_(None), mine)


def keys_of(actor: Actor, limit: int, *, of: Condition | None = None, rules: Iterable[Rule] | None = None) -> Select[Any]:
    """The keys (and ``since``) of the first ``limit`` alerts that came to ``actor``, the oldest cause first; ``of`` says which, otherwise those that wait."""
    which = [is_waiting(actor) if of is None else of, *([] if rules is None else [Alert.rule.in_(list(rules))])]
    each = [select(Alert.id, Alert.since).where(*which, way).order_by(Alert.since, Alert.id).limit(limit).subquery() for way in _ways(actor, Alert)]
    found = union(*(select(one.c.id, one.c.since) for one in each)).subquery()
    return select(found.c.id, found.c.since).order_by(found.c.since, found.c.id).limit(limit)


def count_of(actor: Actor, most: int = MOST) -> Any:
    """A scalar subquery: how many wait for ``actor``, at most ``most``.

    Each way leaves out what those before it lead to, and whether ``actor`` may see an alert is asked once, behind all of them.
    """
    alert = Alert.__table__.c
    ways, is_waiting_there = _ways(actor, alert), is_waiting(actor, alert)
    each = [select(alert.id).where(is_waiting_there, way, *(before.is_not(true()) for before in ways[:place])) for place, way in enumerate(ways)]
    came = union_all(*each).subquery()
    return few(select(Alert.id).join(came, came.c.id == Alert.id), most)


def found(keys: Iterable[int]) -> list[Alert]:
    """Those of these ``keys``, the oldest cause first."""
    wanted = list(keys)
    # What may be seen of a message is asked of each: PostgreSQL would read all messages that the person may see.
    return _loaded(Alert.id.in_(wanted), len(wanted), joinedload(Alert.message), execution_options={WALKS: True}) if wanted else []


def loaded(condition: Condition, limit: int, *order: Any) -> list[Alert]:
    """Alerts with all that their lines say."""
    return _loaded(condition, limit, selectinload(Alert.message), *order)


def _loaded(condition: Condition, limit: int, message: ORMOption, *order: Any, execution_options: Mapping[str, Any] = NONE) -> list[Alert]:
    about = joinedload(Alert.opportunity)
    loads = (
        about.joinedload(Opportunity.account), about.joinedload(Opportunity.step), joinedload(Alert.task), joinedload(Alert.contact),
        joinedload(Alert.account), message, joinedload(Alert.mailbox), joinedload(Alert.taken_by), joinedload(Alert.user),
        joinedload(Alert.team), joinedload(Alert.row).joinedload(ProspectRow.order), joinedload(Alert.order), joinedload(Alert.engagement),
        joinedload(Alert.other_account), joinedload(Alert.other_contact),
    )
    query = select(Alert).where(condition).options(*loads).order_by(*(order or (Alert.since, Alert.id))).limit(limit)
    return list(db.session.scalars(query, execution_options=execution_options))


def others_of(alerts: Iterable[Alert]) -> dict[tuple[Rule, int], Account | Contact]:
    """The older records that the subjects of ``alerts`` repeat, as far as the acting person may see them."""
    found = {(each.rule, each.other_id): each.other_account or each.other_contact for each in alerts if each.rule in _REPEATING}
    return {(rule, key): other for (rule, key), other in found.items() if key and other}


def mailed_rules() -> list[Rule]:
    """The rules that the morning email tells."""
    chosen = {rule: is_mailed for rule, is_mailed in db.session.execute(select(AlertSetting.rule, AlertSetting.is_mailed))}  # noqa: C416 - of rows
    return [rule for rule, nature in NATURES.items() if chosen.get(rule, nature.is_mailed)]


def listed(actor: Actor, shown: str, rule: Rule | None, after: int | None, size: int) -> list[Alert]:
    """One page of the list, the newest first, and one more where another page follows: those that live (``now``), or are over."""
    over = (AlertState.DISMISSED, AlertState.RESOLVED, AlertState.AUTO_CLOSED)
    is_over = or_(Alert.ended_at.is_not(None), Alert.state.in_(over))
    which = [is_over if shown == "over" else ~is_over, *([Alert.rule == rule] if rule else []), *([Alert.id < after] if after else [])]
    return loaded(and_(*which), size + 1, Alert.id.desc())
