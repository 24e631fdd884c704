"""The rows of one portion, looked at or written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.domain.custom_fields import CHOSEN, PREFIX, Field
from app.domain.errors import NotFound
from app.domain.import_fields import TARGETS
from app.domain.imports import Duplicates, Kind, Outcome, Target
from app.domain.languages import CURRENCIES
from app.extensions import db
from app.models import Import, ImportPortion, ImportRow, User
from app.models.custom_fields import fields_of
from app.models.pouring import pour
from app.operations.group import together
from app.operations.importing.deciding import Plan, decide, first_of_their_kind, match, prepare, ways_of
from app.operations.importing.drafts import Draft
from app.operations.importing.kinds import Importable
from app.operations.importing.lookup import Lookup
from app.operations.importing.prospects import kind_of
from app.operations.importing.reading import Reader
from app.operations.importing.writing import write
from app.operations.transaction import plain, refusal_of
from app.operations.users import the_firm
from app.permissions.actor import Actor
from app.permissions.decide import is_writable

BESIDE = ("operator",)  # what a row of an order is given though it is no attribute of it


def _known_to(run: Import, kind: Importable) -> list[Target]:
    """What a column can be: those that the type of record has, those of the firm's own among them."""
    own = [Target(each.name, each.label_in("en"), Kind.OWN, labels={**each.labels}, length=10_000) for each in fields_of(run.record_type, db.session())]
    every = [*TARGETS[run.record_type], *own]
    return every if kind.columns is None else [each for each in every if each.governed in (*kind.columns, *BESIDE)]


def targets_for(run: Import, actor: Actor) -> list[Target]:
    """What a column can be, to ``actor``: fields that they may write."""
    kind = kind_of(run)
    return [each for each in _known_to(run, kind) if is_writable(actor, kind.model, each.governed)]


def plan_of(run: Import, actor: Actor) -> Plan:
    kind = kind_of(run)
    offered = {each.name: each for each in _known_to(run, kind)}
    own = {each.name: each for each in fields_of(run.record_type, db.session()) if each.name in offered}
    user = db.session.get_one(User, run.user_id)
    lookup = Lookup(actor, CURRENCIES.get(user.country) or the_firm().currency)
    targets = [offered[name] for name in run.columns if name in offered]
    return Plan(kind, targets, run.duplicates, frozenset(run.keys), actor, own, lookup, region_of(run))


def region_of(run: Import) -> str:
    """The country whose telephone numbers and territories need no more words: of the order, else of whoever imports."""
    return run.order.country if run.order is not None else db.session.get_one(User, run.user_id).country


def reader_of(run: Import, plan: Plan) -> Reader:
    user = db.session.get_one(User, run.user_id)
    by_name = {each.name: each for each in plan.targets}
    columns = [(place, by_name[name]) for place, name in enumerate(run.columns) if name in by_name]
    own = {name: each for name, each in plan.own.items() if name.startswith(PREFIX)}
    return Reader(run.record_type, columns, own, plan.region, user.time_zone, is_text=bool(run.source.get("separator")))


def cells_of(run: Import, portion: int) -> list[tuple[int, list[Any]]]:
    """The rows of a portion below the header."""
    asked = select(ImportPortion.rows).where(ImportPortion.import_id == run.id, ImportPortion.number == portion)
    text = db.session.execute(asked).scalar()
    return [(number, cells) for number, cells in json.loads(text or "[]") if number > run.header_at]


@dataclass
class Seen:
    """What the portions before had, while one process looks at a whole file: rows that are the same as a row above make no second record."""

    portions: int = 0
    keys: set[int] = field(default_factory=set)


def looked_at(plan: Plan, reader: Reader, rows: Sequence[tuple[int, list[Any]]], seen: set[int]) -> list[Draft]:
    """What would become of ``rows`` now; nothing is written. ``seen`` are the keys of new records above, and is added to."""
    drafts = [reader.draft(number, cells) for number, cells in rows]
    prepare(plan, drafts)
    match(plan, drafts)
    now, later = first_of_their_kind(plan, drafts)
    fresh = {draft.number: {hash((way.code, way.of(draft.values))) for way in ways_of(plan) if way.of(draft.values) is not None}
             for draft in now if draft.is_open and draft.record_id is None}
    later += [draft for draft in now if fresh.get(draft.number, set()) & seen]
    decide(plan, [draft for draft in now if draft not in later])
    seen.update(*fresh.values())
    for draft in later:
        draft.outcome = {Duplicates.SKIP: Outcome.SKIPPED}.get(plan.duplicates, Outcome.UPDATED)
    return drafts


def shown(plan: Plan, draft: Draft) -> dict[str, Any]:
    """A row as it would be, for the page that shows it: each column in words that no language changes."""
    values = {**draft.values}
    for name, words in draft.asked:
        values[name] = f"{values[name]}, {words}" if isinstance(values.get(name), str) and name in dict(draft.asked) else words
    told = {each.name: _worded(values.get(each.name), plan.own.get(each.name)) for each in plan.targets}
    refusal = draft.refusal
    return {
        "number": draft.number, "outcome": draft.outcome, "record": draft.record_id, "cells": told,
        "because": refusal.message[:200] if refusal else "", "params": plain(refusal.params) if refusal else {},
        "mended": {name: was for name, (was, _) in draft.mended.items()},
    }


def _worded(value: Any, own: Field | None) -> Any:
    if own is not None and own.kind in CHOSEN and value is not None:
        return ", ".join(found.label_in("en") for key in (value if isinstance(value, list) else [value]) if (found := own.choice(key)))
    return ", ".join(str(each) for each in value) if isinstance(value, list) else plain(value)


def written(run: Import, plan: Plan, reader: Reader, rows: Sequence[tuple[int, list[Any]]]) -> list[Draft]:
    """Make records of ``rows``; where the database refuses the portion, each row by itself. Inside a running operation."""
    try:
        with db.session.begin_nested():
            drafts = _write_together(plan, reader, rows)
    except (IntegrityError, StaleDataError):
        drafts = [draft for row in rows for draft in _write_alone(plan, reader, row)]
    pour(ImportRow.__table__, [_row_of(run, draft) for draft in drafts], db.session.connection())
    return drafts


def _write_together(plan: Plan, reader: Reader, rows: Sequence[tuple[int, list[Any]]]) -> list[Draft]:
    drafts = [reader.draft(number, cells) for number, cells in rows]
    prepare(plan, drafts)
    waiting: list[Draft] = drafts
    while waiting:
        match(plan, waiting)
        now, waiting = first_of_their_kind(plan, waiting)
        with together():
            write(plan, now, decide(plan, now))
        db.session.flush()
        db.session.expunge_all()
    return drafts


def _write_alone(plan: Plan, reader: Reader, row: tuple[int, list[Any]]) -> list[Draft]:
    try:
        with db.session.begin_nested():
            return _write_together(plan, reader, [row])
    except (IntegrityError, StaleDataError) as error:
        draft = Draft(row[0])
        draft.refuse(refusal_of(error) if isinstance(error, IntegrityError) else NotFound())
        return [draft]


def _row_of(run: Import, draft: Draft) -> dict[str, Any]:
    refusal = draft.refusal
    return {
        "import_id": run.id, "number": draft.number, "outcome": draft.outcome, "record_id": draft.record_id, "seen": draft.seen,
        "before": draft.before, "after": plain(draft.after) if draft.before is not None else None, "made": draft.made or None,
        "because": refusal.message[:200] if refusal else "", "params": plain(refusal.params) if refusal and refusal.params else None,
    }
