"""Verification: rows taken in batches, judged field by field, never by whoever entered them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.domain.errors import DomainError, Forbidden
from app.domain.orders import PER_CENT, STEERING, WAITING, Checking, RowState, Seat, Verdict, check_verdict
from app.extensions import db
from app.models import Order, ProspectRow, RowVerification
from app.operations import records
from app.operations.orders import attributes, require_open
from app.operations.transaction import atomic, plain, record
from app.operations.twins import unseen
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.queries.orders import seats_of
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten, storable

BATCH = 20
TAKEN_FOR = timedelta(hours=2)  # then somebody else may take what was left of a batch
OWN_ROW = N_("Whoever entered a row never verifies it. Leave it to another verifier.")
PROBLEM = 200  # characters


def may_verify(actor: Actor, order: Order) -> bool:
    """Whether ``actor`` verifies in that order: as a verifier, as its principal, or as an administrator."""
    if not is_allowed(actor, Action.CREATE, RowVerification):
        return False
    if actor.sees_all:
        return True
    return any(seat in (Seat.VERIFIER, STEERING[0]) and closed_at is None for _, seat, closed_at in seats_of(order.id, actor.id))


@atomic
def take_batch(order: Order, *, actor: Actor) -> list[int]:
    """The keys of up to ``BATCH`` rows that wait, the ones begun first; nobody else is given them meanwhile."""
    require(actor, Action.READ, order)
    if not may_verify(actor, order):
        raise Forbidden
    table, now = ProspectRow.__table__, clock.now()
    is_free = table.c.taken_by_id.is_(None) | (table.c.taken_at < now - TAKEN_FOR)
    wanted = select(table.c.id).where(table.c.order_id == order.id, table.c.state.in_(WAITING))
    if not actor.sees_all:
        wanted = wanted.where(table.c.operator_id != actor.id)
    connection = db.session.connection()
    mine = list(connection.execute(wanted.where(table.c.taken_by_id == actor.id).order_by(table.c.id).limit(BATCH)).scalars())
    if len(mine) < BATCH:
        more = wanted.where(is_free, table.c.id.not_in(mine)).order_by(table.c.id).limit(BATCH - len(mine)).with_for_update(skip_locked=True)
        mine += list(connection.execute(more).scalars())
    connection.execute(update(table).where(table.c.id.in_(mine)).values(taken_by_id=actor.id, taken_at=now))
    db.session.expire_all()
    return sorted(mine)


@atomic
def switch_to_sample(order: Order, per_cent: int, *, actor: Actor) -> int:
    """Only ``per_cent`` of the rows are verified from now on: of those that wait, the others count as entered. Returns how many."""
    records.update(order, {"checking": Checking.SAMPLE, "sample_percent": per_cent}, actor=actor)
    table = ProspectRow.__table__
    is_outside = (table.c.number * per_cent) // PER_CENT == ((table.c.number - 1) * per_cent) // PER_CENT  # as domain.orders.is_drawn
    left = update(table).where(table.c.order_id == order.id, table.c.state == RowState.SUBMITTED, is_outside)
    count = db.session.execute(left.values(state=RowState.ENTERED, is_drawn=False, taken_by_id=None, taken_at=None, version=table.c.version + 1)).rowcount
    record(actor, "switch_to_sample", order, after={"percent": per_cent, "rows": count})
    db.session.expire_all()
    return int(count)


@atomic
def judge(row: ProspectRow, findings: Sequence[Mapping[str, str]], *, remark: str = "", seen_version: int | None = None, actor: Actor) -> RowVerification:
    """Accept the row, or with ``findings`` ({field, problem, suggested}) or a remark reject it."""
    require(actor, Action.READ, row)
    if not may_verify(actor, row.order):
        raise Forbidden
    require_open(row.order, actor)
    if row.operator_id is not None and row.operator_id == actor.id and not actor.sees_all:
        raise Forbidden(OWN_ROW)
    check_verdict(row.state)
    if seen_version is not None and seen_version != row.version:
        raise DomainError("row_changed", N_("The row was changed meanwhile. Look at it once more, then decide."))
    found = _cleaned(row, findings)
    verdict = Verdict.REJECTED if found or remark.strip() else Verdict.ACCEPTED
    made = _said(row, verdict, found, remark, actor)
    before, row.state = row.state, RowState.REJECTED if verdict is Verdict.REJECTED else RowState.VERIFIED
    row.findings, row.verified_at = found, made.decided_at if verdict is Verdict.ACCEPTED else None
    row.taken_by_id = row.taken_at = None
    db.session.flush()
    record(actor, "reject_row" if verdict is Verdict.REJECTED else "verify_row", row, before={"state": before}, after={"findings": found})
    if verdict is Verdict.ACCEPTED and row.twin_id is not None:
        _settle_twin(row, actor)
    return made


@atomic
def give_second_opinion(row: ProspectRow, findings: Sequence[Mapping[str, str]], *, remark: str = "", actor: Actor) -> RowVerification:
    """What another verifier says of a row that was judged: it is kept to be compared, and changes nothing."""
    require(actor, Action.READ, row)
    if not may_verify(actor, row.order) or row.operator_id == actor.id:
        raise Forbidden
    first = db.session.scalars(select(RowVerification).where(RowVerification.row_id == row.id).order_by(RowVerification.id.desc()).limit(1)).first()
    if first is None or first.verifier_id == actor.id:
        raise DomainError("no_first_opinion", N_("A second opinion is given by another verifier, on a row that was judged once."))
    found = _cleaned(row, findings)
    made = _said(row, Verdict.REJECTED if found or remark.strip() else Verdict.ACCEPTED, found, remark, actor)
    made.is_second = True
    db.session.flush()
    record(actor, "second_opinion", row, after={"verdict": made.verdict})
    return made


def _cleaned(row: ProspectRow, findings: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    known, found = attributes(row.order), []
    for each in findings:
        problem, suggested = (shorten(storable(str(each.get(part) or "")), PROBLEM) for part in ("problem", "suggested"))
        if each.get("field") in known:
            found.append({"field": str(each["field"]), "problem": problem, "suggested": suggested})
    return found


def _said(row: ProspectRow, verdict: Verdict, found: list[dict[str, str]], remark: str, actor: Actor) -> RowVerification:
    seen: dict[str, Any] = plain({each["field"]: getattr(row, each["field"]) for each in found})
    made = RowVerification(
        row_id=row.id, verifier_id=actor.id, decided_at=clock.now(), verdict=verdict, findings=found, remark=storable(remark).strip(),
        is_own=row.operator_id is not None and row.operator_id == actor.id, seen=seen, created_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _settle_twin(row: ProspectRow, actor: Actor) -> None:
    """Of two entries of one company the accepted one stays, the other is left out."""
    twin = unseen(row.twin_id) if row.twin_id is not None else None
    if twin is not None and twin.state in WAITING:
        twin.state, twin.discarded_because = RowState.DISCARDED, "twin"
        db.session.flush()
        record(actor, "discard_row", twin, after={"because": "twin"})
