"""Make one record of two, and two of one again."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, UniqueConstraint, and_, exists, or_, select, tuple_, update

from app.domain.custom_fields import PREFIX
from app.domain.errors import DomainError, Stale
from app.domain.merges import FIELDS, FILLED, UNDO_WITHIN, WITH, Choice, chosen
from app.extensions import db
from app.models import Contact, Merge, Model, Opportunity, Record
from app.models.custom_fields import fields_of
from app.operations import records
from app.operations.bulk_changes import again, kept_of, model_of, value_of
from app.operations.merged import merge_of
from app.operations.timeline import state_fact, touch
from app.operations.transaction import atomic, record
from app.permissions.actor import SYSTEM, Actor
from app.permissions.decide import is_writable, require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_

FOLLOWS = ("_word", "_field_key")  # tables that a record writes by itself
TWICE = {"contact_phone": ("number",)}  # what one record has once, though no constraint says so
PORTION = 400


def fields_to_choose(model: type[Record]) -> list[str]:
    """The fields that a record of ``model`` has one value of, those of the firm's own among them."""
    return [*FIELDS[model.__name__], *(field.name for field in fields_of(model.__name__, db.session()))]


@atomic
def merge(
    kept: Record, gone: Record, choices: Mapping[str, Choice], *, seen: tuple[int | None, int | None] = (None, None), actor: Actor
) -> Merge:
    """Everything of ``gone`` becomes that of ``kept``; ``gone`` is archived. ``seen``: the versions that the person looked at."""
    for item in (kept, gone):
        require(actor, Action.WRITE, item)
    _lock(kept, gone)
    _check(kept, gone, seen)
    values, filled = _values(kept, gone, choices, actor)
    names = [*values, *filled]
    before = {name: kept_of(_held(kept, name)) for name in names}
    records.update(kept, values, actor=actor)
    records.update(kept, filled, actor=SYSTEM)
    done = Merge(record_type=type(kept).__name__, kept_id=kept.id, gone_id=gone.id, gone_name=str(gone)[:200], before=before, created_by_id=actor.id)
    done.after = {name: kept_of(_held(kept, name)) for name in names}
    name = str(gone)
    done.moved = _move_all(kept, gone)
    gone.archived_at = clock.now()
    db.session.add(done)
    _settle(kept, gone)
    counts = {table: len(keys) for table, _, keys in done.moved}
    record(actor, "merge", kept, before=before, after={**done.after, "merged": name, "record": gone.id, **counts})
    record(actor, "merged_away", gone, after={"into": kept.id})
    state_fact(kept, "merged", actor=actor, name=name)
    return done


def _lock(kept: Record, gone: Record) -> None:
    """Whoever moved rows first, and wrote to their record then, would meet whoever hands that over, each waiting for the other."""
    table: Any = type(kept).__table__
    ordered = select(table.c.id).where(table.c.id.in_([kept.id, gone.id])).order_by(table.c.id)
    db.session.connection().execute(ordered.with_for_update(key_share=True))


def _check(kept: Record, gone: Record, seen: tuple[int | None, int | None]) -> None:
    if type(kept) is not type(gone) or kept.id == gone.id:
        raise DomainError("same_record", N_("Choose two different records: a record cannot be merged with itself."))
    if kept.archived_at is not None or gone.archived_at is not None:
        raise DomainError("archived", N_("One of the two is archived. Bring it back first, then merge them."))
    if any(version is not None and version != item.version for version, item in zip(seen, (kept, gone), strict=True)):
        raise Stale


def _values(kept: Record, gone: Record, choices: Mapping[str, Choice], actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """What changes on ``kept``: what ``actor`` may decide, and what is filled whoever does it, so that nothing hidden is lost."""
    model = type(kept)
    theirs: dict[str, Any] = {}
    filled: dict[str, Any] = {}
    for name in (*fields_to_choose(model), *FILLED.get(model.__name__, ())):
        may = name not in FILLED.get(model.__name__, ()) and is_writable(actor, model, name)
        old, other = _held(kept, name), _held(gone, name)
        value = chosen(choices.get(name) if may else None, name, old, other)
        if value != old:
            together = {each: getattr(gone, each) for each in WITH.get(name, ())}
            (theirs if may else filled).update({name: value, **together})
    return theirs, filled


def _held(item: Any, name: str) -> Any:
    return getattr(item, name)


# ---- rows that point at a record


def _pointers(model: type[Record]) -> Iterator[tuple[Table, Column[Any], list[str]]]:
    """(table, column that points at ``model``, what else tells its rows apart) of all tables that people fill."""
    for table in Model.metadata.sorted_tables:
        if table.name.endswith(FOLLOWS):
            continue
        for key in table.foreign_keys:
            if key.column.table is model.__table__:
                yield table, key.parent, [column.name for column in table.primary_key if column is not key.parent]


def _unique_with(table: Table, column: Column[Any]) -> list[list[str]]:
    """What must differ between two rows of ``table`` that point at the same record."""
    unique = [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique += [list(each.columns) for each in table.indexes if each.unique]
    unique += [list(table.primary_key.columns)]
    found = [[each.name for each in columns if each is not column] for columns in unique if column in columns]
    return [*found, *([list(TWICE[table.name])] if table.name in TWICE else [])]


def _movable(table: Table, column: Column[Any], kept: int, gone: int) -> ColumnElement[bool]:
    """The rows that can point at ``kept`` in place of ``gone``: it has none that says the same."""
    conditions = [column == gone]
    for names in _unique_with(table, column):
        twin = table.alias()
        same = [twin.c[column.name] == kept, *(twin.c[name] == table.c[name] for name in names)]
        conditions.append(~exists().where(*same))
    if any(key.column.table is table for key in table.foreign_keys) and "id" in table.c:
        conditions.append(table.c.id.not_in((kept, gone)))  # no record points at itself
    return and_(*conditions)


def _move_all(kept: Record, gone: Record) -> list[Any]:
    db.session.flush()
    connection, moved = db.session.connection(), []
    for table, column, identity in _pointers(type(kept)):
        wanted = _movable(table, column, kept.id, gone.id)
        keys = [list(row) for row in connection.execute(select(*(table.c[name] for name in identity)).where(wanted))]
        if keys:
            moved.append([table.name, column.name, keys])
            _point(table, column, keys, gone.id, kept.id)
    db.session.expire_all()
    return moved


def _point(table: Table, column: Column[Any], keys: list[list[Any]], at: int, to: int) -> None:
    """Let those of the rows ``keys`` that still point ``at`` one record point ``to`` another."""
    identity = [each for each in table.primary_key if each is not column]
    for start in range(0, len(keys), PORTION):
        some = [tuple(key) for key in keys[start : start + PORTION]]
        named = identity[0].in_([key[0] for key in some]) if len(identity) == 1 else tuple_(*identity).in_(some)
        db.session.connection().execute(update(table).where(column == at, named).values({column.name: to}))


def _settle(*items: Record) -> None:
    """What follows from the rows that were moved: the order of addresses, the words of the search, the last activity."""
    for item in items:
        if isinstance(item, Contact):
            for lines in (item.addresses, item.phones):
                for position, line in enumerate(sorted(lines, key=lambda each: (each.position, each.id))):
                    line.position = position
        if isinstance(item, Opportunity):
            touch(item)
        item.updated_at = clock.now()
    db.session.flush()


# ---- and back


def latest_merge(item: Record) -> Merge | None:
    """The merge that ``item`` went up in, else the last one into it; one that is undone is none."""
    is_part = or_(Merge.gone_id == item.id, Merge.kept_id == item.id)
    wanted = select(Merge).where(Merge.record_type == type(item).__name__, is_part, Merge.undone_at.is_(None))
    return db.session.scalars(wanted.order_by((Merge.gone_id == item.id).desc(), Merge.id.desc()).limit(1)).first()


def is_in_time(done: Merge) -> bool:
    return done.undone_at is None and clock.now() <= done.created_at + UNDO_WITHIN


@atomic
def undo(done: Merge, *, actor: Actor) -> Record:
    """Make two records of them again; returns the one that comes back. What was written since stays with the kept one."""
    model = model_of(done.record_type)
    kept, gone = db.session.get(model, done.kept_id), db.session.get(model, done.gone_id)
    if kept is None or gone is None:
        raise DomainError("merge_lost", N_("One of the two was deleted since, so the merge cannot be taken back."))
    for item in (kept, gone):
        require(actor, Action.WRITE, item)
    _lock(kept, gone)
    _check_undo(done, kept)
    before = {name: again(model, name, value) for name, value in done.before.items()}
    may = {name: value for name, value in before.items() if name not in FILLED.get(done.record_type, ()) and is_writable(actor, model, name)}
    records.update(kept, may, actor=actor)
    records.update(kept, {name: value for name, value in before.items() if name not in may}, actor=SYSTEM)
    db.session.flush()
    for name, column, keys in done.moved:
        table = Model.metadata.tables[name]
        _point(table, table.c[column], keys, kept.id, gone.id)
    done.undone_at, gone.archived_at = clock.now(), None
    db.session.flush()
    db.session.expire_all()
    _settle(kept, gone)
    record(actor, "undo_merge", kept, before=done.after, after={**done.before, "split_off": str(gone), "record": gone.id})
    record(actor, "restore", gone)
    state_fact(kept, "merge_undone", actor=actor, name=str(gone))
    return gone


def _check_undo(done: Merge, kept: Record) -> None:
    if not is_in_time(done):
        raise DomainError("too_late", N_("A merge is taken back once, and within %(days)s days."), days=UNDO_WITHIN.days)
    further = merge_of(kept)
    if further is not None:
        raise DomainError("merged_further", N_("The kept record was merged into another one since. Take that merge back first."))
    if kept.archived_at is not None:
        raise DomainError("kept_archived", N_("The kept record is archived. Bring it back first, then take the merge back."))
    for name, value in done.after.items():
        if getattr(kept, name) != value_of(type(kept), name, value):
            message = N_("“%(field)s” was changed since the merge. Taking it back would lose that, so change the values by hand.")
            raise DomainError("changed_since", message, field=_named(type(kept), name))


def _named(model: type[Record], name: str) -> str:
    own = {field.name: field.label_in("en") for field in fields_of(model.__name__, db.session())} if name.startswith(PREFIX) else {}
    return own.get(name, name)
