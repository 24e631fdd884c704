"""The life of an opportunity."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.domain.errors import DomainError
from app.domain.opportunities import Status, check_close, check_move, check_renew, check_reopen
from app.extensions import db
from app.models import Account, AccountType, Opportunity, Pipeline, Step
from app.operations import records
from app.operations.assigning import people_on_offer
from app.operations.closing import competitor_meant, reason_meant
from app.operations.records import RULES, Rules
from app.operations.timeline import state_fact, touch
from app.operations.transaction import atomic, record
from app.permissions.actor import SYSTEM, Actor
from app.permissions.decide import is_writable, require, require_fields
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_

TURNS_CLIENT = {"suspect", "prospect"}


def first_step(pipeline: Pipeline | None = None) -> Step:
    """Where an opportunity begins: the first step of ``pipeline``, or of the first pipeline."""
    query = select(Step).join(Step.pipeline).options(contains_eager(Step.pipeline))
    query = query.where(Pipeline.archived_at.is_(None), Step.archived_at.is_(None))
    if pipeline is not None:
        query = query.where(Step.pipeline_id == pipeline.id)
    step = db.session.scalars(query.order_by(Pipeline.position, Pipeline.id, Step.position).limit(1)).first()
    if step is None:
        raise DomainError("no_pipeline", N_("There is no pipeline with a step yet. An administrator makes one under Settings."))
    return step


def _prepare(item: Opportunity, actor: Actor) -> None:
    step = item.step or first_step(item.pipeline)
    item.step, item.pipeline = step, step.pipeline
    item.step_entered_at = item.last_activity_at = clock.now()


def _check(item: Opportunity) -> None:
    if item.amount is not None and item.amount < 0:
        raise DomainError("amount_negative", N_("An amount cannot be negative.")).of("amount")
    if item.step and item.pipeline and item.step.pipeline_id != item.pipeline.id:
        raise DomainError("step_of_other_pipeline", N_("This step belongs to another pipeline. Choose a step of the same one.")).of("step")


def _changed(item: Opportunity, before: dict[str, Any], actor: Actor) -> None:
    if "step" in before or "step_id" in before:
        check_move(item.status)
        old = before.get("step") or db.session.get(Step, before["step_id"])
        _note_move(item, old, actor)
    if "account" in before:
        leave_suspects(item.account)
    touch(item)


def _note_move(item: Opportunity, old: Step, actor: Actor) -> None:
    item.step_entered_at = clock.now()
    state_fact(item, "step_changed", actor=actor, before=old.label_en, after=item.step.label_en, before_id=old.id, after_id=item.step.id)


def leave_suspects(account: Account | None) -> None:
    """Who is being sold to is no suspect any more: suspects stand in no pipeline and no forecast."""
    if account is not None and account.type is not None and account.type.code == "suspect":
        prospect = db.session.scalars(select(AccountType).where(AccountType.code == "prospect")).one_or_none()
        if prospect is not None:
            account.type = prospect
            state_fact(account, "account_became_prospect", actor=SYSTEM)


def _created(item: Opportunity, actor: Actor) -> None:
    leave_suspects(item.account)
    if item.origin_message_id is None:
        state_fact(item, "opportunity_created", actor=actor)


RULES[Opportunity] = Rules(prepare=_prepare, check=_check, created=_created, changed=_changed)


def _set_status(item: Opportunity, status: Status, action: str, actor: Actor, **fact: Any) -> None:
    before, item.status = item.status, status
    touch(item)
    db.session.flush()
    state_fact(item, action, actor=actor, **fact)
    record(actor, action, item, before={"status": before}, after={"status": status, **fact})


@atomic
def move(item: Opportunity, step: Step, *, seen_version: int | None = None, actor: Actor) -> None:
    """Put an open opportunity into another step of its pipeline; refused when it is no longer as ``seen_version`` was."""
    require(actor, Action.WRITE, item)
    check_move(item.status)
    if seen_version is not None and seen_version != item.version:
        raise DomainError("stale", N_("Somebody else changed this opportunity meanwhile. Look at it, then move it again."))
    if step.archived_at is not None:
        raise DomainError("step_archived", N_("This step is archived. Choose another one."))
    if step.pipeline_id != item.pipeline_id:
        raise DomainError("step_of_other_pipeline", N_("This step belongs to another pipeline. Choose a step of the same one."))
    if step.id == item.step_id:
        return
    old, item.step = item.step, step
    touch(item)
    db.session.flush()
    _note_move(item, old, actor)
    record(actor, "move", item, before={"step": old.label_en}, after={"step": step.label_en})


@atomic
def put_on_standby(item: Opportunity, until: datetime, *, actor: Actor) -> None:
    """Leave it alone until ``until`` (aware); a job wakes it then."""
    require(actor, Action.WRITE, item)
    check_close(item.status)
    if until <= clock.now():
        raise DomainError("reminder_past", N_("The moment of the reminder is past. Choose a later one."))
    item.remind_at, item.woken_at = until, None
    _set_status(item, Status.STANDBY, "put_on_standby", actor, until=until.isoformat())


@atomic
def end_standby(item: Opportunity, *, woken_at: datetime | None = None, actor: Actor) -> None:
    """Take a standby back: it is to do, as if it had not been put off; ``woken_at`` is when an earlier reminder had woken it."""
    require(actor, Action.WRITE, item)
    if item.status is not Status.STANDBY:
        raise DomainError("not_on_standby", N_("This opportunity is not on standby any more."))
    item.remind_at, item.woken_at = None, woken_at
    _set_status(item, Status.TODO, "standby_undone", actor)


@atomic
def wake(item: Opportunity, *, by_reply: bool = False, actor: Actor = SYSTEM) -> None:
    """End a standby: its moment came, or the customer answered. Does nothing to one that is not on standby."""
    if item.status is not Status.STANDBY:
        return
    item.woken_at = clock.now()
    _set_status(item, Status.TODO, "woken_by_reply" if by_reply else "woken_by_reminder", actor)


@atomic
def win(item: Opportunity, *, amount: Decimal | None = None, actor: Actor) -> None:
    """Close as won; a suspect or prospect account becomes a client."""
    require(actor, Action.WRITE, item)
    check_close(item.status)
    if amount is not None:
        require_fields(actor, item, ["amount"])
        item.amount = amount
    _forget_reason(item)
    item.closed_at = clock.now()
    _set_status(item, Status.WON, "won", actor)
    account = item.account
    if account is not None and (account.type is None or account.type.code in TURNS_CLIENT):
        client = db.session.scalars(select(AccountType).where(AccountType.code == "client")).one_or_none()
        if client is not None:
            account.type = client
            state_fact(account, "account_became_client", actor=SYSTEM)


@atomic
def lose(item: Opportunity, *, reason: str, competitor: str = "", actor: Actor) -> None:
    """Close as lost, to ``competitor`` if it is known."""
    _close_without_success(item, Status.LOST, reason, competitor, actor)


@atomic
def cancel(item: Opportunity, *, reason: str, actor: Actor) -> None:
    """Close because the customer dropped the project."""
    _close_without_success(item, Status.CANCELLED, reason, "", actor)


def _close_without_success(item: Opportunity, status: Status, reason: str, competitor: str, actor: Actor) -> None:
    require(actor, Action.WRITE, item)
    check_close(item.status)
    if not reason.strip():
        raise DomainError("no_reason", N_("Say why: without a reason nobody learns from it."))
    if competitor.strip():
        require_fields(actor, item, ["competitor"])
    item.closed_at, item.close_reason, item.competitor = clock.now(), reason.strip()[:200], competitor.strip()[:120] or None
    item.reason, item.known_competitor = reason_meant(reason, status), competitor_meant(competitor)
    _set_status(item, status, status.value, actor, reason=item.close_reason)


def _forget_reason(item: Opportunity) -> None:
    item.close_reason = item.competitor = item.reason = item.known_competitor = None


@atomic
def renew(item: Opportunity, title: str, *, step: Step | None = None, until: datetime | None = None, actor: Actor) -> Opportunity:
    """Begin the opportunity that follows a closed one, with the same customer; with ``until`` it sleeps until then."""
    require(actor, Action.WRITE, item)
    check_renew(item.status)
    values: dict[str, Any] = {
        "title": title.strip() or item.title, "account": item.account, "contacts": list(item.contacts), "step": step or first_step(item.pipeline),
        "currency": item.currency, "renewal_of": item, "tags": list(item.tags), "campaign": None,
    }
    if item.amount is not None and is_writable(actor, item, "amount"):
        values["amount"] = item.amount
    if item.owner_id is not None and item.owner in people_on_offer(actor):
        values["owner"] = item.owner
    new = records.create(Opportunity, values, actor=actor)
    if until is not None:
        put_on_standby(new, until, actor=actor)
    state_fact(item, "renewed", actor=actor, name=str(new))
    state_fact(new, "renewal_begun", actor=actor, name=str(item))
    record(actor, "renew", item, after={"renewal": new.id, "title": new.title})
    return new


@atomic
def reopen(item: Opportunity, *, actor: Actor) -> None:
    """Make a closed opportunity something to do again."""
    require(actor, Action.WRITE, item)
    check_reopen(item.status)
    _forget_reason(item)
    item.closed_at = None
    _set_status(item, Status.TODO, "reopened", actor)
