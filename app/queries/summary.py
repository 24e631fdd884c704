"""The figures of the morning summary: the same functions for the e-mail and for the page."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, extract, false, func, literal, or_, select
from sqlalchemy.orm import selectinload

from app.domain.messages import State
from app.domain.opportunities import OPEN, Status
from app.domain.summaries import Figure, Intake, Line, Mine, OrderLine, Pile, Results, Subject, Team
from app.domain.workdays import last_workday_before, local_day, start_of
from app.extensions import db
from app.models import (
    Alert,
    Contact,
    IncomingMessage,
    Opportunity,
    Order,
    OutgoingMail,
    Step,
    SummarySending,
    SummarySubscription,
    Task,
    User,
)
from app.models.summaries import Edition
from app.permissions.actor import Actor, acting, current_actor
from app.permissions.decide import actor_of, is_shown
from app.permissions.one_of import Looked
from app.permissions.rights import Action
from app.permissions.scope import held_by, is_one_of, members_of, reaches_all
from app.queries import alerts, steering
from app.queries.objectives import running
from app.queries.people import people_by_name
from app.queries.today import Sitting, morning_of
from app.support import clock
from app.support.money import Money, total
from app.support.text import fold

SHOWN = 10  # lines of one list; its count and its sum are of all
_CLOSINGS = (Status.WON, Status.LOST, Status.CANCELLED)


@dataclass(frozen=True)
class Period:
    """Whole days of the reader: from the last working day up to, not including, ``day``."""

    day: date
    since: date
    start: datetime
    end: datetime

    def holds(self, column: Any) -> ColumnElement[bool]:
        return and_(column >= self.start, column < self.end)


def period_of(user: User, day: date) -> Period:
    """What the summary of ``day`` looks back on, by the holidays and the time zone of ``user``."""
    since = last_workday_before(day, user.country)
    return Period(day, since, start_of(since, user.time_zone), start_of(day, user.time_zone))


def mine(user: User, day: date) -> Mine:
    """The edition *mine* of ``user`` for ``day``; what waits today only while ``day`` lasts."""
    actor, period = actor_of(user, db.session()), period_of(user, day)
    with acting(actor):
        past: dict[str, Any] = {"won": _won(actor, period), "filed": _filed(actor, period)}
        if local_day(clock.now(), user.time_zone) != day:
            return Mine(day, period.since, **past)
        return Mine(day, period.since, **past, **_waiting(user, actor), orders=_orders(user, actor), goals=tuple(running(user, day, own_alone=True)))


def team(manager: User, day: date) -> Team:
    """The edition *team*: of the teams that ``manager`` manages; of all the firm for an administrator."""
    actor, period = actor_of(manager, db.session()), period_of(manager, day)
    with acting(actor):
        total_row, members = _results(actor, period)
        is_today = local_day(clock.now(), manager.time_zone) == day
        return Team(
            day, period.since, total_row, members,
            unassigned=_unassigned() if is_today else Pile(),
            stagnant=_stagnant(actor, manager, day) if is_today else Pile(),
            mail=_intake(period), goals=tuple(running(manager, day)) if is_today else (),
        )


def of(user: User, edition: Edition, day: date) -> Mine | Team:
    return team(user, day) if edition is Edition.TEAM else mine(user, day)


# ---- what waits today, as the page Today says


def _waiting(user: User, actor: Actor) -> dict[str, Any]:
    today = morning_of(user, clock.now(), SHOWN, alerts.mailed_rules())
    counts, meetings = today.counts, [each for each in today.meetings if not each.is_done]

    def deals(name: str, line_of: Callable[[Opportunity], Line]) -> Pile:
        sums = today.sums.get(name, ()) if is_shown(actor, Opportunity, "amount") else ()
        return _pile(getattr(counts, name), getattr(today, name), line_of, total(sums))

    return {
        "meetings": _pile(len(meetings), meetings, _meeting),
        "overdue": _pile(counts.overdue, today.overdue, lambda task: _task(task, task.due_at)),
        "due": _pile(counts.due, today.due, lambda task: _task(task, task.due_at or task.remind_at)),
        "woken": deals("woken", lambda item: _opportunity(item, item.woken_at)),
        "to_do": deals("to_do", lambda item: _opportunity(item, item.last_activity_at)),
        "unassigned": deals("unassigned", lambda item: _opportunity(item, item.created_at)),
        "held": _pile(counts.held, today.held, _message),
        "alerts": _pile(counts.alerts, today.alerts, _alert),
    }


def _orders(user: User, actor: Actor) -> tuple[OrderLine, ...]:
    """As the page of those who steer says."""
    orders = steering.steered(actor) if actor.scope("OrderAssignment", Action.READ) else []
    numbers = steering.today_of([each.id for each in orders], start_of(local_day(clock.now(), user.time_zone), user.time_zone))
    return tuple(_order(each, numbers[each.id]) for each in orders)


def _order(order: Order, of: steering.Numbers) -> OrderLine:
    return OrderLine(order.id, order.name, of.counted, order.target, of.waiting, of.rejected, of.verdicts, of.rejections, order.due_on)


# ---- what was, since the last working day


def _won(actor: Actor, period: Period) -> Pile:
    condition = held_by(Opportunity, actor) & (Opportunity.status == Status.WON) & period.holds(Opportunity.closed_at)
    won = _opportunities(condition, Opportunity.closed_at)
    return _pile(len(won), won, lambda item: _opportunity(item, item.closed_at))


def _filed(actor: Actor, period: Period) -> Pile:
    """What the CRM made of the person's own mail: blind copies and forwards."""
    query = select(IncomingMessage).where(
        is_one_of(IncomingMessage.acting_user_id, actor), period.holds(IncomingMessage.received_at),
        IncomingMessage.state.in_((State.ATTACHED, State.CREATED)), IncomingMessage.archived_at.is_(None),
    ).options(selectinload(IncomingMessage.opportunity), selectinload(IncomingMessage.contact))
    filed = list(db.session.scalars(query.order_by(IncomingMessage.received_at, IncomingMessage.id)))
    return _pile(len(filed), filed, _message)


def _results(actor: Actor, period: Period) -> tuple[Results, tuple[Results, ...]]:
    """The results of all, and of each member, in the order of their names; last what nobody owns."""
    kept = Opportunity.archived_at.is_(None)
    figures = _by_owner(literal("created"), kept & period.holds(Opportunity.created_at))
    figures |= _by_owner(Opportunity.status, kept & Opportunity.status.in_(_CLOSINGS) & period.holds(Opportunity.closed_at))
    found = {owner for owner, _ in figures}
    names = {user.id: str(user) for user in [*_members(actor), *db.session.scalars(select(User).where(User.id.in_(found - {None})))]}
    owners: list[int | None] = sorted(names, key=lambda owner: fold(names[owner]))

    def results(name: str, whose: Collection[int | None]) -> Results:
        return Results(name, *(_added(figures, whose, what) for what in ("created", *_CLOSINGS)))

    rows = tuple(results(names.get(owner or 0, ""), [owner]) for owner in [*owners, *({None} & found)])
    return results("", found), rows


def _by_owner(what: Any, condition: ColumnElement[bool]) -> dict[tuple[int | None, str], Figure]:
    """(owner, what) → how many, and what they are worth."""
    found: dict[tuple[int | None, str], Figure] = {}
    query = select(Opportunity.owner_id, what.label("what"), *_SUMS).where(condition).group_by(Opportunity.owner_id, "what", Opportunity.currency)
    for owner, name, *sums in db.session.execute(query):
        found[owner, name] = _sum([found.get((owner, name), Figure()), _figure(*sums)])
    return found


def _added(figures: Mapping[tuple[int | None, str], Figure], whose: Collection[int | None], what: str) -> Figure:
    return _sum([figures.get((owner, what), Figure()) for owner in whose])


def _members(actor: Actor) -> list[User]:
    """The active members of the teams that ``actor`` manages, who get a row even without results."""
    return people_by_name(User.id.in_(members_of(actor.managed_team_ids)))


def _unassigned() -> Pile:
    free = Opportunity.owner_id.is_(None) & Opportunity.status.in_(OPEN) & Opportunity.archived_at.is_(None)
    return _first(free, lambda item: _opportunity(item, item.created_at), Opportunity.created_at)


def _stagnant(actor: Actor, reader: User, day: date) -> Pile:
    """Open, and longer in their step than it allows; the longest over it first."""
    limits = {step: days for step, days in db.session.execute(select(Step.id, Step.max_days))}  # noqa: C416 - of rows
    too_long = or_(false(), *(
        (Opportunity.step_id == step) & (Opportunity.step_entered_at < start_of(day - timedelta(days=days), reader.time_zone)) for step, days in limits.items()
    ))
    if not reaches_all(Opportunity, actor, Action.READ):
        too_long = Looked(too_long)  # whose they are leads to fewer
    over_since = cast(extract("epoch", Opportunity.step_entered_at), BigInteger) + case(
        {step: days * 86_400 for step, days in limits.items()}, value=Opportunity.step_id, else_=0
    )

    def line(item: Opportunity) -> Line:
        days = (day - local_day(item.step_entered_at, reader.time_zone)).days
        return _opportunity(item, item.step_entered_at, owner=True, days=days)

    return _first(Opportunity.status.in_(OPEN) & Opportunity.archived_at.is_(None) & too_long, line, over_since)


def _intake(period: Period) -> Intake:
    query = select(IncomingMessage.state, func.count()).where(period.holds(IncomingMessage.received_at))
    return Intake(**{state.value: count for state, count in db.session.execute(query.group_by(IncomingMessage.state))})


# ---- rows into lines


_SUMS = (Opportunity.currency, func.count(Opportunity.id), func.sum(Opportunity.amount))


def _opportunities(condition: ColumnElement[bool], *order: Any, limit: int | None = None) -> list[Opportunity]:
    loads = (
        selectinload(Opportunity.account), selectinload(Opportunity.step), selectinload(Opportunity.owner),
        selectinload(Opportunity.contacts).selectinload(Contact.phones),
    )
    return list(db.session.scalars(select(Opportunity).where(condition).options(*loads).order_by(*order, Opportunity.id).limit(limit)))


def _money(item: Opportunity | None) -> Money | None:
    if item is None or item.amount is None or not is_shown(current_actor(), item, "amount"):
        return None
    return Money(item.amount, item.currency)


def _figure(currency: str, count: int, amount: Decimal | None) -> Figure:
    return Figure(count, (Money(amount, currency),) if amount is not None and is_shown(current_actor(), Opportunity, "amount") else ())


def _sum(figures: Sequence[Figure]) -> Figure:
    return Figure(sum(each.count for each in figures), total(money for each in figures for money in each.money))


def _first(condition: ColumnElement[bool], line_of: Callable[[Opportunity], Line], *order: Any) -> Pile:
    """The first opportunities of those that fit; they may be a million, of which only the sums are asked for."""
    whole = _sum([_figure(*row) for row in db.session.execute(select(*_SUMS).where(condition).group_by(Opportunity.currency))])
    items = _opportunities(condition, *order, limit=SHOWN) if whole.count else []
    return Pile(whole.count, whole.money, tuple(line_of(item) for item in items))


def _pile(count: int, items: Sequence[Any], line_of: Callable[[Any], Line], sums: tuple[Money, ...] = ()) -> Pile:
    """``items`` are all of the list or its beginning; ``sums`` is what all are worth where they are not all here."""
    money = total(_money(item) for item in items if isinstance(item, Opportunity)) if len(items) == count else sums
    return Pile(count, money, tuple(line_of(item) for item in items[:SHOWN]))


def _phone(contacts: Sequence[Contact], account: Any) -> str | None:
    actor = current_actor()
    numbers = (phone.number for contact in contacts if is_shown(actor, contact, "phones") for phone in contact.phones)
    return next(numbers, None) or (account.phone if account and is_shown(actor, account, "phone") else None)


def _opportunity(item: Opportunity, at: datetime | None, *, owner: bool = False, days: int | None = None) -> Line:
    is_anothers = item.owner is not None and item.owner_id != current_actor().id  # of a colleague, or of whom the reader stands in for
    people = [str(item.owner)] if item.owner and (owner or is_anothers) else [str(contact) for contact in item.contacts[:1]]
    about = tuple(filter(None, [item.account.name if item.account else "", *people]))
    return Line(
        Subject.OPPORTUNITY, item.id, item.title, about, _money(item), _phone(item.contacts, item.account), at,
        step=item.step.label, days=days, most=item.step.max_days if days is not None else None, code=item.source.value,
        version=item.version,
    )


def _task(task: Task, at: datetime | None) -> Line:
    opportunity, contact = task.opportunity, task.contact
    about = [task.account.name if task.account else "", str(contact) if contact else "", opportunity.title if opportunity else ""]
    contacts = [contact] if contact else list(opportunity.contacts) if opportunity else []
    return Line(
        Subject.TASK, task.id, task.title, tuple(filter(None, about)), _money(opportunity), _phone(contacts, task.account), at,
        version=task.version,
    )


def _message(message: IncomingMessage) -> Line:
    about = [str(message.contact) if message.contact else message.sender_name or message.sender_address]
    about += [message.opportunity.title] if message.opportunity else []
    return Line(
        Subject.MESSAGE, message.id, message.subject or message.sender_address, tuple(filter(None, about)),
        at=message.received_at, code=message.state.value,
    )


def _alert(alert: Alert) -> Line:
    subject = alert.subject
    deal = subject if isinstance(subject, Opportunity) else None
    about = [deal.account.name if deal and deal.account else "", str(alert.user) if alert.user and alert.user_id != current_actor().id else ""]
    return Line(
        Subject.ALERT, alert.id, str(subject or ""), tuple(filter(None, about)), _money(deal), at=alert.since, code=alert.rule.value,
        version=alert.version,
    )


def _meeting(sitting: Sitting) -> Line:
    found = sitting.appointment
    entry = found.entry
    about = (entry.account and entry.account.name, entry.contact and entry.contact.name, entry.opportunity and entry.opportunity.title)
    at = None if found.is_all_day else sitting.starts_at
    return Line(Subject.ENTRY, entry.id, str(found), tuple(filter(None, about)), at=at)


# ---- subscriptions and what was sent


def subscriptions() -> list[SummarySubscription]:
    """The active ones of people who may sign in."""
    query = select(SummarySubscription).join(SummarySubscription.user).where(
        SummarySubscription.is_active.is_(True), SummarySubscription.archived_at.is_(None), User.active.is_(True)
    )
    return list(db.session.scalars(query.options(selectinload(SummarySubscription.user)).order_by(SummarySubscription.id)))


def subscription_of(user: User, edition: Edition) -> SummarySubscription | None:
    query = select(SummarySubscription).where(SummarySubscription.user_id == user.id, SummarySubscription.edition == edition)
    found: SummarySubscription | None = db.session.scalars(query).one_or_none()
    return found


def sending_of(subscription_id: int, day: date) -> SummarySending | None:
    query = select(SummarySending).where(SummarySending.subscription_id == subscription_id, SummarySending.day == day)
    found: SummarySending | None = db.session.scalars(query).one_or_none()
    return found


def sending_by(mail: OutgoingMail) -> SummarySending | None:
    """The summary that ``mail`` carries."""
    return db.session.scalars(select(SummarySending).where(SummarySending.outgoing_id == mail.id)).first()


def sent_since(day: date) -> set[tuple[int, date]]:
    """The (subscription, day) that are recorded for ``day`` and later."""
    query = select(SummarySending.subscription_id, SummarySending.day).where(SummarySending.day >= day)
    return {(subscription_id, sent) for subscription_id, sent in db.session.execute(query)}
