"""What lists say of their rows: in the wide layout the last words of its history and what comes next; in an export everything, many rows at once."""

from typing import Any

from sqlalchemy import func, select

from app.domain.tasks import OPEN
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Account, Contact, Opportunity, Task, TimelineEntry
from app.permissions.actor import current_actor
from app.permissions.one_of import among
from app.permissions.rights import Action
from app.permissions.scope import changes_what_it_sees, rows
from app.support import clock

COLUMN = {Opportunity: "opportunity_id", Account: "account_id", Contact: "contact_id"}


def last_words(model: type[Any], keys: list[int]) -> dict[int, TimelineEntry]:
    """Of each record the latest thing that a person wrote or sent."""
    of = getattr(TimelineEntry, COLUMN[model])
    place = func.row_number().over(partition_by=of, order_by=(TimelineEntry.occurred_at.desc(), TimelineEntry.id.desc())).label("place")
    said = (TimelineEntry.kind != Kind.SYSTEM) & (TimelineEntry.occurred_at <= clock.now())
    ranked = select(TimelineEntry.id, place).where(of.in_(keys), said).subquery()
    found = db.session.scalars(select(TimelineEntry).join(ranked, ranked.c.id == TimelineEntry.id).where(ranked.c.place == 1))
    return {getattr(entry, COLUMN[model]): entry for entry in found}


def next_steps(model: type[Any], keys: list[int]) -> dict[int, Task]:
    """Of each record the earliest open task that has a date."""
    of = getattr(Task, COLUMN[model])
    place = func.row_number().over(partition_by=of, order_by=(Task.due_at, Task.id)).label("place")
    due = Task.status.in_(OPEN) & Task.archived_at.is_(None) & Task.due_at.is_not(None)
    ranked = select(Task.id, place).where(of.in_(keys), due).subquery()
    found = db.session.scalars(select(Task).join(ranked, ranked.c.id == Task.id).where(ranked.c.place == 1))
    return {getattr(task, COLUMN[model]): task for task in found}


def writable(model: type[Any], keys: list[int]) -> set[int]:
    """Of these records, which the acting person sees, those that they may change; nothing is asked where that is all of them."""
    actor = current_actor()
    if changes_what_it_sees(model, actor):
        return {*keys}
    found = select(model.id).where(model.id.in_(keys), rows(model, actor, Action.WRITE))
    return set(db.session.scalars(found))


def turn_of(model: type[Any], keys: list[int], columns: list[Any]) -> list[Any]:
    """(key, *columns) of those of ``keys`` that the acting person may see, in the order of ``keys``."""
    rows_by_key = {row[0]: row for row in db.session.execute(select(model.id, *columns).where(among(model.id, keys)))}
    return [rows_by_key[key] for key in keys if key in rows_by_key]


def names_by_key(model: type[Any], keys: set[Any]) -> dict[int, str]:
    """What the records are called, of those that the acting person may see."""
    return {item.id: str(item) for item in db.session.scalars(select(model).where(among(model.id, keys)))} if keys else {}


def columns_by_key(model: type[Any], keys: set[Any], column: Any) -> dict[int, Any]:
    """The value of ``column`` in the records that the acting person may see."""
    return {row[0]: row[1] for row in db.session.execute(select(model.id, column).where(among(model.id, keys)))} if keys else {}


def names_of_many(model: type[Any], relation: str, keys: list[Any]) -> dict[int, str]:
    """What stands in a relation to several, by the key of the record: names with commas. ``keys`` are of records that the acting person may see.

    A set of keys is one parameter: of thousands a driver takes long.
    """
    way = getattr(model, relation).property
    other = way.mapper.class_
    own = way.synchronize_pairs[0][1]  # the column that names the record, of the table between or of the other one
    asked = select(own, other.id)
    asked = asked.select_from(way.secondary).join(other, way.secondaryjoin) if way.secondary is not None else asked
    pairs = db.session.execute(asked.where(among(own, keys)).order_by(own, *(way.order_by or (other.id,)))).all()
    names = names_by_key(other, {key for _, key in pairs})
    found: dict[int, list[str]] = {}
    for record, key in pairs:
        if key in names:
            found.setdefault(record, []).append(names[key])
    return {record: ", ".join(each) for record, each in found.items()}
