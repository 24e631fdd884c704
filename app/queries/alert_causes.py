"""Why an alert stands, in sales, the address book and mail: the subjects that give cause at a moment, and those that time alone may have made so.

Statements over sets, read by the system alone: they know no acting person. ``alert_questions`` says which belongs to which rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, cast, false, func, literal, null, or_, select

from app.domain.alerts import NATURES, Rule
from app.domain.engagements import EngagementState
from app.domain.messages import State
from app.domain.opportunities import OPEN, Status
from app.domain.tasks import OPEN as OPEN_TASKS
from app.domain.workdays import local_day, workdays_before, working_hours_before
from app.extensions import db
from app.models import (
    Account,
    AddressFinding,
    Contact,
    ContactAddress,
    ContactPhone,
    Engagement,
    Firm,
    IncomingMessage,
    Mailbox,
    Opportunity,
    SelfTest,
    Step,
    Task,
    TeamMembership,
    User,
)
from app.models.contacts import Validity

Value = ColumnElement[Any]
Among = Callable[[Value], Value]  # the key of a subject → whether it is looked at
OVERLAP = timedelta(minutes=10)  # what was written in a transaction that took long is looked at too
NOTHING: Value = cast(null(), Integer)  # PostgreSQL would take it for a text
Keys = tuple[Select[Any], ...]  # statements of keys
account, contact, deal, engagement, mailbox, message, task = (
    model.__table__.c for model in (Account, Contact, Opportunity, Engagement, Mailbox, IncomingMessage, Task)
)


@dataclass(frozen=True)
class Moment:
    """What the rules are asked at: the time, their thresholds, the firm's country and zone, and the countries of its people."""

    at: datetime
    thresholds: Mapping[Rule, int | None]
    country: str
    zone: str
    countries: frozenset[str]
    steps: Mapping[int, int]  # step → its days at most

    def days(self, rule: Rule) -> datetime:
        return self.at - timedelta(days=self._threshold(rule))

    def _threshold(self, rule: Rule) -> int:
        return self.thresholds.get(rule) or NATURES[rule].threshold or 0

    def times(self, rule: Rule) -> int:
        return self._threshold(rule)

    def minutes(self, rule: Rule) -> datetime:
        return self.at - timedelta(minutes=self._threshold(rule))

    def workdays(self, rule: Rule, country: str) -> datetime:
        return workdays_before(self.at, self._threshold(rule), country)

    def working_hours(self, rule: Rule) -> datetime:
        return working_hours_before(self.at, self._threshold(rule), self.country, self.zone)

    def workdays_by(self, rule: Rule, person: Value) -> Value:
        """The same by the holidays of the country that ``person`` (a user key) lives in."""
        cuts = {country: self.workdays(rule, country) for country in sorted(self.countries | {self.country})}
        if len(set(cuts.values())) == 1:
            return literal(cuts[self.country], Opportunity.last_activity_at.type)
        lives = select(User.__table__.c.country).where(User.__table__.c.id == person).scalar_subquery()
        kind = Opportunity.last_activity_at.type
        return case({country: literal(cut, kind) for country, cut in cuts.items()}, value=lives, else_=literal(cuts[self.country], kind))

    def latest_workday(self, rule: Rule) -> datetime:
        return max(self.workdays(rule, country) for country in self.countries | {self.country})

    def earliest_workday(self, rule: Rule) -> datetime:
        return min(self.workdays(rule, country) for country in self.countries | {self.country})


def moment_at(at: datetime, thresholds: Mapping[Rule, int | None]) -> Moment:
    """Read what the rules hang on."""
    user, step = User.__table__.c, Step.__table__.c
    connection = db.session.connection()
    country = connection.scalar(select(Firm.__table__.c.country)) or "FR"
    countries = frozenset(connection.scalars(select(user.country).where(user.active.is_(True)).distinct()))
    zones = select(user.time_zone).where(user.active.is_(True)).group_by(user.time_zone).order_by(func.count().desc(), user.time_zone)
    zone = connection.scalar(zones.limit(1)) or "Europe/Paris"
    steps = {row.id: row.max_days for row in connection.execute(select(step.id, step.max_days))}
    return Moment(at, thresholds, country, zone, countries, steps)


def cause_of(table: Any, *where: Value, user: Any = None, author: Any = None, team: Any = None, since: Any, other: Any = None) -> Select[Any]:
    columns = {"id": table.id, "user_id": user, "author_id": author, "team_id": team, "since": since, "other_id": other}
    return select(*((NOTHING if value is None else value).label(name) for name, value in columns.items())).where(*where)


def _team_of(person: Value) -> Value:
    """The first of a person's teams."""
    member = TeamMembership.__table__.c
    return select(func.min(member.team_id)).where(member.user_id == person).scalar_subquery()


# ---- opportunities


def _limits(now: Moment, times: int = 1) -> Value:
    """Since when an opportunity must be in its step at least to be too long there, by step."""
    kind = Opportunity.step_entered_at.type
    cuts = {step: literal(now.at - timedelta(days=days * times), kind) for step, days in now.steps.items()}
    return case(cuts, value=deal.step_id) if cuts else literal(None, kind)


def _to_do(*where: Value) -> tuple[Value, ...]:
    return (deal.status == Status.TODO, deal.archived_at.is_(None), *where)


def stagnant(now: Moment, among: Among) -> Select[Any]:
    too_long = deal.step_entered_at <= _limits(now)
    escalated = case((deal.step_entered_at <= _limits(now, now.times(Rule.STAGNANT)), func.coalesce(deal.team_id, _team_of(deal.owner_id))))
    return cause_of(deal, among(deal.id), *_to_do(too_long), user=deal.owner_id, team=case((deal.owner_id.is_(None), deal.team_id), else_=escalated),
                  since=deal.step_entered_at)


def fresh_stagnant(now: Moment, before: Moment) -> Keys:
    ways: list[Value] = []
    for step, days in now.steps.items():
        for times in (1, now.times(Rule.STAGNANT)):
            passed = timedelta(days=days * times)
            ways.append((deal.step_id == step) & (deal.step_entered_at > before.at - passed) & (deal.step_entered_at <= now.at - passed))
    return (select(deal.id).where(or_(false(), *ways)),)


def untouched(now: Moment, among: Among) -> Select[Any]:
    planned = select(task.id).where(
        task.opportunity_id == deal.id, task.status.in_(OPEN_TASKS), task.archived_at.is_(None),
        (task.due_at > now.at) | (task.remind_at > now.at),
    ).exists()
    silent = deal.last_activity_at <= now.workdays_by(Rule.UNTOUCHED, deal.owner_id)
    return cause_of(deal, among(deal.id), *_to_do(deal.owner_id.is_not(None), deal.woken_at.is_(None), silent, ~planned), user=deal.owner_id,
                  since=deal.last_activity_at)


def fresh_untouched(now: Moment, before: Moment) -> Keys:
    rule = Rule.UNTOUCHED
    silent = select(deal.id).where(deal.last_activity_at > before.earliest_workday(rule), deal.last_activity_at <= now.latest_workday(rule))
    over = select(task.opportunity_id).where(task.due_at > before.at, task.due_at <= now.at, task.opportunity_id.is_not(None))
    return silent, over


def woken(now: Moment, among: Among) -> Select[Any]:
    cut = now.days(Rule.WOKEN)
    return cause_of(deal, among(deal.id), *_to_do(deal.woken_at <= cut, deal.last_activity_at <= cut), user=deal.owner_id,
                  team=func.coalesce(deal.team_id, _team_of(deal.owner_id)), since=deal.woken_at)


def fresh_woken(now: Moment, before: Moment) -> Keys:
    return (select(deal.id).where(deal.woken_at.is_not(None), deal.status == Status.TODO, deal.woken_at <= now.days(Rule.WOKEN)),)


def unassigned(now: Moment, among: Among) -> Select[Any]:
    return cause_of(deal, among(deal.id), deal.owner_id.is_(None), deal.status.in_(OPEN), deal.archived_at.is_(None),
                  deal.created_at <= now.working_hours(Rule.UNASSIGNED), team=deal.team_id, since=deal.created_at)


def fresh_unassigned(now: Moment, before: Moment) -> Keys:
    rule = Rule.UNASSIGNED
    came = (deal.created_at > before.working_hours(rule)) & (deal.created_at <= now.working_hours(rule))
    return (select(deal.id).where(deal.owner_id.is_(None), deal.status.in_(OPEN), came),)


# ---- tasks


def late_task(now: Moment, among: Among) -> Select[Any]:
    author = case((task.author_id != func.coalesce(task.assignee_id, 0), task.author_id))
    return cause_of(task, among(task.id), task.status.in_(OPEN_TASKS), task.archived_at.is_(None), task.due_at <= now.days(Rule.LATE_TASK),
                  user=task.assignee_id, author=author, team=case((task.assignee_id.is_(None), task.team_id)), since=task.due_at)


def fresh_late_task(now: Moment, before: Moment) -> Keys:
    return (select(task.id).where(task.due_at > before.days(Rule.LATE_TASK), task.due_at <= now.days(Rule.LATE_TASK)),)


# ---- engagements


def silent_prospect(now: Moment, among: Among) -> Select[Any]:
    """Nothing happens with a prospect, nothing is being sold to it, and the day until which it was to be kept is past or was never set."""
    selling = select(deal.id).where(deal.account_id == engagement.account_id, deal.status.in_(OPEN), deal.archived_at.is_(None)).exists()
    return cause_of(
        engagement, among(engagement.id), engagement.state == EngagementState.PROSPECT, engagement.archived_at.is_(None),
        engagement.last_activity_at <= now.days(Rule.SILENT_PROSPECT), ~selling,
        or_(engagement.prospect_until.is_(None), engagement.prospect_until < local_day(now.at, now.zone)),
        user=engagement.owner_id, team=func.coalesce(engagement.team_id, _team_of(engagement.owner_id)), since=engagement.last_activity_at,
    )


def fresh_silent_prospect(now: Moment, before: Moment) -> Keys:
    rule, at = Rule.SILENT_PROSPECT, engagement.last_activity_at
    over = (engagement.prospect_until >= local_day(before.at, now.zone) - timedelta(days=1)) & (engagement.prospect_until < local_day(now.at, now.zone))
    return (
        select(engagement.id).where(engagement.state == EngagementState.PROSPECT, at > before.days(rule), at <= now.days(rule)),
        select(engagement.id).where(engagement.state == EngagementState.PROSPECT, over),
        select(engagement.id).where(engagement.account_id == deal.account_id, deal.updated_at >= before.at - OVERLAP),
    )


# ---- contacts and accounts


def _owned(table: Any) -> dict[str, Any]:
    return {"user": table.owner_id, "team": case((table.owner_id.is_(None), table.team_id))}


def bad_address(now: Moment, among: Among) -> Select[Any]:
    address = ContactAddress.__table__.c
    bad = address.contact_id.label("contact_id"), func.min(func.coalesce(address.checked_at, address.created_at)).label("since")
    is_bad = address.validity.in_((Validity.BOUNCED, Validity.COMPLAINED))
    found = select(*bad).where(among(address.contact_id), is_bad).group_by(address.contact_id).subquery()
    return cause_of(contact, contact.archived_at.is_(None), contact.id == found.c.contact_id, **_owned(contact), since=found.c.since)


def fresh_bad_address(now: Moment, before: Moment) -> Keys:
    finding, address = AddressFinding.__table__.c, ContactAddress.__table__.c
    return (select(address.contact_id).where(address.id == finding.address_id, finding.at > before.at - OVERLAP),)


def double_account(now: Moment, among: Among) -> Select[Any]:
    older = Account.__table__.alias("older")
    same = [(older.c[name] == account[name]) & (older.c.id < account.id) & older.c.archived_at.is_(None) for name in ("nip", "siren")]
    first = func.coalesce(*(select(func.min(older.c.id)).where(each).scalar_subquery() for each in same))
    return _repeated(Account.__table__, first, among(account.id), or_(account.nip.is_not(None), account.siren.is_not(None)))


def double_contact(now: Moment, among: Among) -> Select[Any]:
    older, own, their = Contact.__table__.alias("older"), ContactPhone.__table__.alias("own"), ContactPhone.__table__.alias("their")
    joined = (own.c.contact_id == contact.id) & (their.c.number == own.c.number) & (their.c.contact_id == older.c.id)
    same = joined & (older.c.id < contact.id) & (func.lower(older.c.last_name) == func.lower(contact.last_name)) & older.c.archived_at.is_(None)
    first = select(func.min(older.c.id)).where(same).scalar_subquery()
    has_phone = select(own.c.id).where(own.c.contact_id == contact.id).exists()
    return _repeated(Contact.__table__, first, among(contact.id), has_phone, contact.last_name != "")


def _repeated(table: Any, first: Value, *worth: Value) -> Select[Any]:
    """Rows of ``table`` that repeat an older one, whose owner is to decide."""
    pairs = select(table.c.id, first.label("other_id"), table.c.created_at.label("since")).where(table.c.archived_at.is_(None), *worth)
    found, elder = pairs.subquery("pairs"), table.alias("elder").c
    return cause_of(found.c, elder.id == found.c.other_id, **_owned(elder), since=found.c.since, other=found.c.other_id)


def fresh_double_account(now: Moment, before: Moment) -> Keys:
    """Newer accounts that share a number with one that changed: that one itself is looked at anyway."""
    newer = Account.__table__.alias("newer")
    was_changed = account.updated_at >= before.at - OVERLAP
    return tuple(
        select(newer.c.id).where(was_changed, newer.c[name] == account[name], newer.c.id > account.id) for name in ("nip", "siren")
    )


def fresh_double_contact(now: Moment, before: Moment) -> Keys:
    newer, own, their = Contact.__table__.alias("newer"), ContactPhone.__table__.alias("own"), ContactPhone.__table__.alias("their")
    shares = (own.c.contact_id == contact.id) & (their.c.number == own.c.number) & (their.c.contact_id == newer.c.id)
    return (select(newer.c.id).where(contact.updated_at >= before.at - OVERLAP, shares, newer.c.id > contact.id),)


# ---- mail


def silent_mailbox(now: Moment, among: Among) -> Select[Any]:
    test, later, cut = SelfTest.__table__.alias("test"), SelfTest.__table__.alias("later"), now.minutes(Rule.MAILBOX)
    came_later = select(later.c.id).where(later.c.mailbox_id == mailbox.id, later.c.back_at > test.c.asked_at).exists()
    missing = select(test.c.id).where(test.c.mailbox_id == mailbox.id, test.c.told_at.is_not(None), test.c.back_at.is_(None), ~came_later).exists()
    silent = func.coalesce(mailbox.last_success_at, mailbox.created_at)
    ails = or_(mailbox.failing_since <= cut, silent <= cut, missing)
    return cause_of(mailbox, among(mailbox.id), mailbox.is_active.is_(True), mailbox.archived_at.is_(None), ails,
                  since=func.coalesce(mailbox.failing_since, silent))


def held(now: Moment, among: Among) -> Select[Any]:
    cut = now.workdays(Rule.HELD, now.country)
    return cause_of(message, among(message.id), message.state == State.HELD, message.archived_at.is_(None), message.received_at <= cut,
                  user=message.acting_user_id, team=func.coalesce(message.team_id, _team_of(message.acting_user_id)), since=message.received_at)


def fresh_held(now: Moment, before: Moment) -> Keys:
    return (select(message.id).where(message.state == State.HELD),)
