"""An import is taken back: what it made goes, what it changed is as before, and what somebody changed since stays."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, inspect, select
from sqlalchemy.exc import IntegrityError

from app.domain.errors import DomainError, NotFound, Refusal
from app.domain.events import BecameCoOwner, HandedOver, ImportStarted
from app.domain.imports import BACK_WITHIN_DAYS, OVER, PORTION, ImportState, Outcome
from app.domain.timeline import Origin
from app.extensions import db
from app.models import Account, Import, ImportRow, TimelineEntry
from app.operations.begun import beginner_of
from app.operations.bulk_changes import CHANGED_SINCE, again
from app.operations.group import together
from app.operations.importing.kinds import KINDS, Importable
from app.operations.importing.prospects import kind_of
from app.operations.importing.writing import kept_value
from app.operations.records import HISTORY
from app.operations.transaction import announce, atomic, plain, record, untold
from app.permissions.actor import SYSTEM, Actor, acting
from app.support import clock
from app.support.i18n import N_

HANGS = N_("Something else hangs on it by now, so it stays.")
WRITTEN = (Outcome.CREATED, Outcome.UPDATED)


def may_undo(run: Import) -> bool:
    """Whether it can be taken back: it is over, young, and something was written."""
    young = clock.now() <= run.created_at + timedelta(days=BACK_WITHIN_DAYS)
    return run.state in OVER and young and any(run.counts.get(each) for each in WRITTEN)


@atomic
def undo(run: Import, *, actor: Actor) -> None:
    """Begin to take ``run`` back; ``undo_on`` does it."""
    if run.user_id != actor.id:
        raise NotFound
    if not may_undo(run):
        raise DomainError("too_late", N_("An import is taken back once, and within %(days)s days."), days=BACK_WITHIN_DAYS)
    kind_of(run).check(actor)
    run.state, run.ended_at, run.done = ImportState.UNDOING, None, 0
    record(actor, "import_undo", run, after={"records": run.record_type, **run.counts})
    announce(ImportStarted(run.id))


@atomic
def undo_on(import_id: int, *, actor: Actor = SYSTEM) -> bool:
    """Take the next portion back, the last rows first. False: it is over."""
    run = db.session.get_one(Import, import_id, with_for_update=True)
    if run.state is not ImportState.UNDOING:
        return False
    asked = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.outcome.in_(WRITTEN))
    rows = list(db.session.scalars(asked.order_by(ImportRow.number.desc()).limit(PORTION)))
    if not rows:
        run.state, run.ended_at = ImportState.UNDONE, clock.now()
        return False
    person = beginner_of(run)
    outcomes = Counter(run.counts)
    outcomes.subtract(row.outcome.value for row in rows)
    with acting(person), untold(HandedOver, BecameCoOwner), together():
        _back(kind_of(run), rows, person)
    outcomes.update(row.outcome.value for row in rows)
    run.counts, run.done = {name: count for name, count in outcomes.items() if count}, run.done + len(rows)
    return True


def _back(kind: Importable, rows: Sequence[ImportRow], person: Actor) -> None:
    try:
        kind.check(person)
    except Refusal as refusal:
        for row in rows:
            _settle(row, refusal.message)
        return
    _take_back(kind, [row for row in rows if row.outcome is Outcome.CREATED], person)
    for row in rows:
        if row.outcome is Outcome.UPDATED:
            _set_back(kind, row, person)


def _settle(row: ImportRow, because: str = "") -> None:
    row.outcome, row.because, row.params = (Outcome.KEPT if because else Outcome.UNDONE), because, None


# ---- what was made


def _take_back(kind: Importable, rows: Sequence[ImportRow], actor: Actor) -> None:
    """Remove what is as the import left it. First all at once; where the database refuses, each by itself."""
    model: Any = kind.model
    records = {item.id: item for item in _all(model, [row.record_id for row in rows])}
    free = []
    for row in rows:
        item = records.get(row.record_id or 0)
        if item is None:
            _settle(row)
        elif item.version != row.seen:
            _settle(row, CHANGED_SINCE)
        else:
            free.append((row, item))
    _remove_all(kind, free, actor)
    _remove_companies([made for row in rows if row.outcome is Outcome.UNDONE for made in row.made or ()], actor)


def _all(model: Any, keys: Sequence[int | None]) -> list[Any]:
    """The records, whoever sees them by now: they are the import's."""
    with acting(SYSTEM):
        return list(db.session.scalars(select(model).where(model.id.in_([key for key in keys if key is not None]))))


def _remove_all(kind: Importable, free: Sequence[tuple[ImportRow, Any]], actor: Actor) -> None:
    model: Any = kind.model
    tied = _tied(kind, [item.id for _, item in free])
    for row, item in free:
        if item.id in tied:
            _settle(row, HANGS)
    left = [(row, item) for row, item in free if item.id not in tied]
    try:
        with db.session.begin_nested():
            _remove(model, [item.id for _, item in left])
        gone = left
    except IntegrityError:
        gone = [each for each in left if _removed(model, each)]
    for row, item in gone:
        _settle(row)
        record(actor, "delete", item)
        db.session.expunge(item)


def _removed(model: Any, each: tuple[ImportRow, Any]) -> bool:
    try:
        with db.session.begin_nested():
            _remove(model, [each[1].id])
    except IntegrityError:
        _settle(each[0], HANGS)
        return False
    return True


def _tied(kind: Importable, keys: Sequence[int]) -> set[int]:
    """Those on which something hangs that would go with them unseen: history that a person or a mail wrote, and other records."""
    if not keys:
        return set()
    found: set[int] = set()
    connection = db.session.connection()
    if kind.model in HISTORY:
        entries = TimelineEntry.__table__
        column = entries.c[HISTORY[kind.model]]
        found |= set(connection.scalars(select(column).where(column.in_(keys), entries.c.origin != Origin.AUTOMATIC)))
    for column in kind.ties:
        found |= set(connection.scalars(select(column).where(column.in_(keys))))
    return found


def _remove(model: Any, keys: Sequence[int]) -> None:
    connection, table = db.session.connection(), inspect(model).local_table
    if model in HISTORY:
        entries = TimelineEntry.__table__
        connection.execute(delete(entries).where(entries.c[HISTORY[model]].in_(keys)))
    connection.execute(delete(table).where(table.c.id.in_(keys)))


def _remove_companies(made: Sequence[Sequence[Any]], actor: Actor) -> None:
    """The accounts that were made beside; one on which something else hangs by now stays."""
    model: Any = Account
    versions = {key: version for _, key, version in made}
    for item in _all(model, list(versions)):
        if item.version == versions[item.id] and not _tied(KINDS["Account"], [item.id]):
            try:
                with db.session.begin_nested():
                    _remove(model, [item.id])
            except IntegrityError:
                continue
            record(actor, "delete", item)
            db.session.expunge(item)


# ---- what was changed


def _set_back(kind: Importable, row: ImportRow, actor: Actor) -> None:
    model: Any = kind.model
    item = db.session.get(model, row.record_id)
    if item is None:
        _settle(row, NotFound().message)
        return
    if any(kept_value(item, name) != value for name, value in (row.after or {}).items()):
        _settle(row, CHANGED_SINCE)
        return
    try:
        with db.session.begin_nested():
            kind.update(item, {name: _was(model, kind, name, value) for name, value in (row.before or {}).items()}, actor)
            db.session.flush()
        _settle(row)
    except Refusal as refusal:
        row.outcome, row.because, row.params = Outcome.KEPT, refusal.message[:200], plain(refusal.params)


def _was(model: Any, kind: Any, name: str, kept: Any) -> Any:
    if name in kind.links:
        other = inspect(model).relationships[name].mapper.class_
        return [each for key in kept if (each := db.session.get(other, key)) is not None]
    return kept if name in ("address_lines", "phone_lines") else again(model, name, kept)

