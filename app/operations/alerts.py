"""The life of an alert: raised and closed by the job, taken, snoozed, dismissed and resolved by people."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import CursorResult, Select, and_, case, func, literal, or_, select, union, update

from app.domain.alerts import LONGEST_REASON, NATURES, UNSETTLED, AlertState, Rule, check_threshold, check_unsettled
from app.domain.errors import DomainError
from app.extensions import db
from app.models import Alert, AlertRun, AlertSetting, Step
from app.operations.deliveries import insert
from app.operations.records import RULES, Rules
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.queries.alert_causes import Among, Moment, moment_at
from app.queries.alert_questions import QUESTIONS, TABLES, changed
from app.support import clock
from app.support.i18n import N_

WINDOW = 20_000  # subjects that one transaction looks at
LEASE = timedelta(minutes=2)
FULL_AFTER = timedelta(hours=24)
COPIED = ("user_id", "author_id", "team_id", "since", "other_id")
alert, run = Alert.__table__.c, AlertRun.__table__.c


# ---- computing: the system's work


def settings_now() -> dict[Rule, int | None]:
    """The rules that are on, with their thresholds. A rule that nobody set is as it comes."""
    setting = AlertSetting.__table__.c
    rows = {row.rule: row for row in db.session.connection().execute(select(setting.rule, setting.is_active, setting.threshold))}
    found = {}
    for rule, nature in NATURES.items():
        row = rows.get(rule)
        if row is None or row.is_active:
            found[rule] = row.threshold if row is not None else nature.threshold
    return found


@atomic
def lease_run(holder: str, *, actor: Actor) -> bool:
    """Be the one that computes, or stay it; False while another is."""
    require(actor, Action.WRITE, Alert)
    now = clock.now()
    _execute(insert(AlertRun.__table__).values(id=1).on_conflict_do_nothing())
    is_free = or_(run.leased_by.is_(None), run.leased_by == holder, run.leased_until < now)
    return _execute(update(AlertRun.__table__).where(is_free).values(leased_by=holder, leased_until=now + LEASE)) == 1


@atomic
def finish_run(holder: str, began_at: datetime, *, is_full: bool, actor: Actor) -> None:
    """Remember that everything up to ``began_at`` is computed, and let others compute."""
    require(actor, Action.WRITE, Alert)
    values: dict[str, Any] = {"computed_at": began_at, "leased_by": None, "leased_until": None}
    if is_full:
        values["full_at"] = began_at
    _execute(update(AlertRun.__table__).where(run.leased_by == holder).values(values))


def last_run() -> tuple[datetime | None, bool]:
    """Up to when alerts are computed, and whether everything must be looked at again: thresholds changed, or a day has passed."""
    setting, step = AlertSetting.__table__.c, Step.__table__.c
    changes = select(func.max(setting.updated_at)).scalar_subquery(), select(func.max(step.updated_at)).scalar_subquery()
    row = db.session.connection().execute(select(run.computed_at, run.full_at, *changes)).first()
    if row is None or row.computed_at is None or row.full_at is None:
        return None, True
    newest = max((at for at in row[2:] if at is not None), default=row.full_at)
    return row.computed_at, newest >= row.full_at or clock.now() - row.full_at >= FULL_AFTER


def highest(subject: str) -> int:
    """The largest key of a type of subject."""
    return db.session.connection().scalar(select(func.max(TABLES[subject].c.id))) or 0


@atomic
def compute_window(subject: str, first: int, last: int, at: datetime, *, actor: Actor) -> int:
    """Bring the alerts about the subjects with keys ``first`` to ``last`` up to date; returns how many are new."""
    require(actor, Action.WRITE, Alert)
    moment = _begin(at)

    def among(key: Any) -> Any:
        return key.between(first, last)

    return sum(_bring_up(rule, moment, among, among) for rule in _rules_of(subject))


@atomic
def compute_changes(subject: str, before: datetime, at: datetime, *, actor: Actor) -> int:
    """The same for what changed since ``before``, or became late by the clock; returns how many are new. Of what is ``NAMED`` that is everything."""
    require(actor, Action.WRITE, Alert)
    moment = _begin(at)
    earlier, written = replace(moment, at=before), changed(subject, before)
    raised = 0
    for rule in _rules_of(subject):
        fresh = QUESTIONS[rule].fresh(moment, earlier)
        keys = union(*fresh, *(written or ())).subquery()
        among = partial(_is_in, select(keys.c[0]))
        raised += _bring_up(rule, moment, among, among if written else None)
    return raised


def _is_in(keys: Select[Any], key: Any) -> Any:
    return key.in_(keys)


@atomic
def end_switched_off(*, actor: Actor) -> None:
    """Close the alerts of rules that were switched off."""
    require(actor, Action.WRITE, Alert)
    active = settings_now()
    _close(alert.rule.not_in([*active]), clock.now())


@atomic
def wake_alerts(at: datetime, *, actor: Actor) -> int:
    """What was put off, or seemed resolved, asks again when its moment came and its cause is still there."""
    require(actor, Action.WRITE, Alert)
    due = update(Alert.__table__).where(alert.ended_at.is_(None), alert.until <= at)
    return _execute(due.values(state=AlertState.OPEN, until=None, taken_by_id=None, taken_at=None, version=alert.version + 1))


def _begin(at: datetime) -> Moment:
    """One computes at a time, or two would wait for each other's rows."""
    db.session.connection().execute(select(run.id).where(run.id == 1).with_for_update())
    return moment_at(at, settings_now())


def _rules_of(subject: str) -> list[Rule]:
    active = settings_now()
    return [rule for rule, nature in NATURES.items() if nature.subject == subject and rule in active]


def _execute(statement: Any) -> int:
    done = db.session.connection().execute(statement, execution_options={"preserve_rowcount": True})
    assert isinstance(done, CursorResult)
    return done.rowcount


def _bring_up(rule: Rule, moment: Moment, among: Among, theirs: Among | None) -> int:
    """Raise what is missing, tell the live ones whose they are now, close those without a cause.

    It looks at the subjects ``among``, and at the live alerts about them; at all live ones where ``among`` names all that give cause.
    """
    key = alert[f"{NATURES[rule].subject}_id"]
    cause = QUESTIONS[rule].cause(moment, among).subquery("cause")
    live = (alert.ended_at.is_(None), key.is_not(None), alert.rule == rule, *([theirs(key)] if theirs else []))
    if db.session.connection().execute(select(alert.id).where(*live).limit(1)).first() is not None:
        _close(and_(*live[1:], ~select(cause.c.id).where(cause.c.id == key).exists()), moment.at)
        differs = or_(*(alert[name].is_distinct_from(cause.c[name]) for name in COPIED))
        _execute(update(Alert.__table__).where(*live, key == cause.c.id, differs).values(
            {name: cause.c[name] for name in COPIED} | {"version": alert.version + 1}
        ))
    return _execute(_raised(rule, cause, moment.at, theirs))


def _raised(rule: Rule, cause: Any, at: datetime, theirs: Among | None) -> Any:
    known = Alert.__table__.alias("known")
    subject = f"{NATURES[rule].subject}_id"
    here = [theirs(known.c[subject])] if theirs else []  # or PostgreSQL reads all alerts for each window
    is_known = select(known.c.id).where(known.c[subject] == cause.c.id, known.c.rule == rule, known.c.ended_at.is_(None), *here).exists()
    columns: Mapping[str, Any] = {
        "rule": literal(rule, Alert.rule.type), "state": literal(AlertState.OPEN, Alert.state.type), subject: cause.c.id,
        **{name: cause.c[name] for name in COPIED}, "raised_at": literal(at, Alert.raised_at.type), "version": literal(1),
    }
    source: Select[Any] = select(*columns.values()).where(~is_known).order_by(cause.c.id)
    return insert(Alert.__table__).from_select([*columns], source).on_conflict_do_nothing()


def _close(which: Any, at: datetime) -> None:
    """What somebody dismissed or resolved keeps saying so."""
    state = case((alert.state.in_(UNSETTLED), literal(AlertState.AUTO_CLOSED, Alert.state.type)), else_=alert.state)
    _execute(update(Alert.__table__).where(alert.ended_at.is_(None), which).values(
        state=state, ended_at=at, until=None, version=alert.version + 1
    ))


# ---- what a person does with one


@atomic
def take(item: Alert, *, actor: Actor) -> None:
    """Say that it is mine to deal with; whoever else is told of it sees my name."""
    _check(item, actor)
    if item.state is AlertState.TAKEN and item.taken_by_id != actor.id:
        raise DomainError("alert_taken", N_("%(name)s was faster and takes care of it."), name=str(item.taken_by))
    _set(item, AlertState.TAKEN, "take", actor, taken_by_id=actor.id, taken_at=clock.now(), until=None)


@atomic
def snooze(item: Alert, until: datetime, *, actor: Actor) -> None:
    """Leave me alone with it until ``until`` (aware)."""
    _check(item, actor)
    if until <= clock.now():
        raise DomainError("snooze_past", N_("This moment is past. Choose a later one."))
    _set(item, AlertState.SNOOZED, "snooze", actor, until=until)


@atomic
def dismiss(item: Alert, reason: str, *, actor: Actor) -> None:
    """It needs no deed, for a ``reason``. The rule asks again only when its cause was gone and came back."""
    _check(item, actor)
    if not reason.strip():
        raise DomainError("no_reason", N_("Say why: without a reason nobody learns from it."))
    _set(item, AlertState.DISMISSED, "dismiss", actor, dismissal=reason.strip(), until=None)


@atomic
def resolve(item: Alert, *, until: datetime | None = None, actor: Actor) -> None:
    """A remedy did what was missing. With the cause still there, it asks again at ``until``."""
    require(actor, Action.WRITE, item)
    if item.ended_at is not None:
        return
    db.session.flush()
    ended_at = None if until is not None and _has_cause(item) else clock.now()
    _set(item, AlertState.RESOLVED, "resolve", actor, until=None if ended_at else until, ended_at=ended_at)


def _has_cause(item: Alert) -> bool:
    """Whether its rule still complains of its subject."""
    moment = moment_at(clock.now(), settings_now())
    subject_id = getattr(item, f"{item.nature.subject}_id")
    return db.session.connection().execute(QUESTIONS[item.rule].cause(moment, lambda key: key == subject_id)).first() is not None


def _check(item: Alert, actor: Actor) -> None:
    require(actor, Action.WRITE, item)
    check_unsettled(item.state, item.ended_at is not None)


def _set(item: Alert, state: AlertState, action: str, actor: Actor, **values: Any) -> None:
    before, item.state = item.state, state
    for name, value in values.items():
        setattr(item, name, value[:LONGEST_REASON] if name == "dismissal" else value)
    db.session.flush()
    record(actor, f"{action}_alert", item, before={"state": before}, after={"state": state, "rule": item.rule, **values})


# ---- what an administrator sets


def _check_setting(setting: AlertSetting) -> None:
    check_threshold(NATURES[setting.rule].unit, setting.threshold)


def _stays(setting: AlertSetting) -> None:
    raise DomainError("rule_stays", N_("A rule cannot be deleted. Switch it off instead."))


RULES[AlertSetting] = Rules(check=_check_setting, leaving=_stays)


@atomic
def lay_settings(*, actor: Actor) -> None:
    """A row for each rule as it comes; those that are there stay as they are."""
    known = set(db.session.scalars(select(AlertSetting.rule)))
    for rule, nature in NATURES.items():
        if rule not in known:
            db.session.add(AlertSetting(rule=rule, threshold=nature.threshold, is_mailed=nature.is_mailed, created_by_id=actor.id))
