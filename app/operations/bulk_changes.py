"""Many records changed at once: counted first, then portion by portion with the rights of whoever asked, and back within a day."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import func, insert, inspect, select

from app.domain.bulk import ARCHIVE, MOST, OPPOSITE, ItemState
from app.domain.custom_fields import PREFIX, read
from app.domain.errors import DomainError, Forbidden, NotFound, Refusal
from app.domain.events import BulkStarted
from app.domain.runs import RunState
from app.extensions import db
from app.models import BulkChange, BulkItem, Model, Record
from app.models.base import record_types
from app.models.custom_fields import known
from app.operations import records
from app.operations.begun import beginner_of
from app.operations.transaction import announce, atomic, plain, record
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import is_allowed, require_fields
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_

PORTION = 50
BACK_WITHIN = timedelta(days=1)
VALUE_GONE = N_("What it would be set to is not there any more, or not yours to see, so it stays as it is.")
CHANGED_SINCE = N_("It was changed again since, so it stays as it is.")


def model_of(record_type: str) -> type[Record]:
    """The class of that name."""
    found: type[Record] = record_types()[record_type]
    return found


@atomic
def start_change(model: type[Record], keys: Sequence[int], what: str, value: Any = None, *, actor: Actor) -> BulkChange:
    """Begin to archive, to bring back, or to set the field ``what`` of the records ``keys``; ``go_on`` does it."""
    if actor.id is None or actor.is_looking or not is_allowed(actor, Action.WRITE, model):
        raise Forbidden
    if what not in OPPOSITE:
        require_fields(actor, model, [what])
    if not keys:
        raise DomainError("nothing_chosen", N_("No record is chosen."))
    if len(keys) > MOST:
        raise DomainError("too_many", N_("At most %(most)s records are changed at once. Narrow the list with a filter."), most=MOST)
    change = BulkChange(user_id=actor.id, created_by_id=actor.id, record_type=model.__name__, what=what, value=kept_of(value), total=len(keys))
    _begin(change, [{"subject_id": key} for key in dict.fromkeys(keys)])
    record(actor, "bulk_change", change, after={"type": change.record_type, "records": len(keys), what: change.value})
    return change


def _begin(change: BulkChange, items: list[dict[str, Any]]) -> None:
    db.session.add(change)
    db.session.flush()
    rows = [{"change_id": change.id, "state": ItemState.WAITING, "because": "", "params": {}, "before": None, **item} for item in items]
    db.session.execute(insert(BulkItem), rows)
    announce(BulkStarted(change.id))


@atomic
def undo(change: BulkChange, *, actor: Actor) -> BulkChange:
    """Take ``change`` back within a day; what somebody changed again since stays as it is."""
    if change.user_id != actor.id:
        raise NotFound
    if not may_undo(change):
        raise DomainError("too_late", N_("A change of many records is taken back once, and within a day."))
    if change.state is RunState.RUNNING:
        change.state, change.ended_at = RunState.STOPPED, clock.now()
    done = db.session.execute(select(BulkItem.subject_id, BulkItem.before).where(BulkItem.change_id == change.id, BulkItem.state == ItemState.DONE))
    items = [{"subject_id": key, "before": before} for key, before in done]
    back = BulkChange(
        user_id=change.user_id, created_by_id=actor.id, record_type=change.record_type, what=OPPOSITE.get(change.what, change.what),
        value=change.value, total=len(items), undoes_id=change.id,
    )
    _begin(back, items)
    record(actor, "undo_bulk_change", back, after={"records": len(items)})
    return back


def may_undo(change: BulkChange) -> bool:
    """Whether it can be taken back: it is no taking back itself, young, and something was done."""
    taken = db.session.scalar(select(BulkChange.id).where(BulkChange.undoes_id == change.id))
    return change.undoes_id is None and taken is None and change.done > 0 and clock.now() <= change.created_at + BACK_WITHIN


def running() -> list[int]:
    """Keys of the changes that go on."""
    return list(db.session.scalars(select(BulkChange.id).where(BulkChange.state == RunState.RUNNING).order_by(BulkChange.id)))


@atomic
def go_on(change_id: int, *, actor: Actor = SYSTEM) -> bool:
    """Change the next portion, within the rights that whoever began it has by now. False: it has ended."""
    change = db.session.get_one(BulkChange, change_id, with_for_update=True)
    if change.state is not RunState.RUNNING:
        return False
    waiting = select(BulkItem).where(BulkItem.change_id == change.id, BulkItem.state == ItemState.WAITING).order_by(BulkItem.id).limit(PORTION)
    items = list(db.session.scalars(waiting))
    if not items:
        change.state, change.ended_at = RunState.DONE, clock.now()
        return False
    beginner = beginner_of(change)
    with acting(beginner):
        for item in items:
            _settle(change, item, beginner)
    db.session.flush()
    change.done, change.refused = (_count(change, state) for state in (ItemState.DONE, ItemState.REFUSED))
    return True


def _count(change: BulkChange, state: ItemState) -> int:
    return db.session.scalar(select(func.count(BulkItem.id)).where(BulkItem.change_id == change.id, BulkItem.state == state)) or 0


def _settle(change: BulkChange, item: BulkItem, actor: Actor) -> None:
    """One record; a refusal is kept with it, and the rest goes on."""
    model = model_of(change.record_type)
    found = db.session.get(model, item.subject_id)
    try:
        if found is None:
            raise NotFound
        with db.session.begin_nested():
            _apply(change, item, found, actor)
        item.state = ItemState.DONE
    except Refusal as refusal:
        item.state, item.because, item.params = ItemState.REFUSED, refusal.message[:200], plain(refusal.params)


def _apply(change: BulkChange, item: BulkItem, found: Record, actor: Actor) -> None:
    if change.what in OPPOSITE:
        was = found.archived_at is not None
        if was == (change.what == ARCHIVE) and change.undoes_id is None:
            raise DomainError("as_wanted", N_("It is so already."))
        (records.archive if change.what == ARCHIVE else records.restore)(found, actor=actor)
        return
    now, wanted = getattr(found, change.what), again(type(found), change.what, change.value)
    if change.undoes_id is None:
        item.before = kept_of(now)
        records.update(found, {change.what: wanted}, actor=actor)
    elif now != wanted:
        raise DomainError("changed_since", CHANGED_SINCE)
    else:
        records.update(found, {change.what: again(type(found), change.what, item.before)}, actor=actor)


def again(model: type[Record], name: str, kept: Any) -> Any:
    """As ``value_of``, to be written: refused where it is a record that is gone, or out of the acting person's sight. Nothing would stand in its place."""
    value = value_of(model, name, kept)
    if value is None and kept is not None:
        raise DomainError("value_gone", VALUE_GONE)
    return value


def kept_of(value: Any) -> Any:
    """A value as JSON keeps it, so that ``value_of`` finds it again: users, who are no records, by their keys, too."""
    return value.id if isinstance(value, Model) else plain(value)


def value_of(model: type[Record], name: str, kept: Any) -> Any:
    """A value as the record holds it, from what JSON kept of it; None for a record that is gone, or out of the acting person's sight."""
    if kept is None:
        return None
    if name.startswith(PREFIX):
        return read(known(db.session())[name].kind, kept)
    mapper = inspect(model)
    if name in mapper.relationships:
        return db.session.get(mapper.relationships[name].mapper.class_, kept) if isinstance(kept, int) else None
    kind = mapper.columns[name].type.python_type
    if issubclass(kind, Enum | Decimal | int):
        return kind(kept)
    return kind.fromisoformat(kept) if issubclass(kind, date) else kept
