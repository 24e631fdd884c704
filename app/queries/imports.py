"""Imports of one person, and what became of the rows."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.domain.imports import Outcome
from app.extensions import db
from app.models import Import, ImportPortion, ImportRow
from app.permissions.actor import Actor

SHOWN = 50


def own_import(key: int, actor: Actor) -> Import | None:
    """The import with that key, if it is the actor's."""
    run = db.session.get(Import, key)
    return run if run is not None and run.user_id == actor.id else None


def own_imports(actor: Actor) -> list[Import]:
    """The last ones of the actor, the newest first."""
    return list(db.session.scalars(select(Import).where(Import.user_id == actor.id).order_by(Import.id.desc()).limit(SHOWN)))


def same_file(run: Import) -> Import | None:
    """The last import of the same person that made records of the very same file."""
    asked = select(Import).where(Import.user_id == run.user_id, Import.sha256 == run.sha256, Import.record_type == run.record_type, Import.id != run.id)
    return next((each for each in db.session.scalars(asked.order_by(Import.id.desc()).limit(SHOWN)) if each.ended_at and each.counts), None)


def rows_of(run: Import, outcome: Outcome, after: int = 0, limit: int = SHOWN) -> list[ImportRow]:
    """Rows with that outcome in the order of the file, from the one after the row ``after`` on."""
    asked = select(ImportRow).where(ImportRow.import_id == run.id, ImportRow.outcome == outcome, ImportRow.number > after)
    return list(db.session.scalars(asked.order_by(ImportRow.number).limit(limit)))


def first_cells(run: Import, count: int) -> list[list[Any]]:
    """The cells of the first rows below the header."""
    text = db.session.scalar(select(ImportPortion.rows).where(ImportPortion.import_id == run.id, ImportPortion.number == 0))
    return [cells for number, cells in json.loads(text or "[]") if number > run.header_at][:count]


def refused_cells(run: Import) -> Iterator[tuple[list[Any], ImportRow]]:
    """The refused rows as the file had them, with what became of each; portion by portion."""
    numbers = db.session.scalars(select(ImportPortion.number).where(ImportPortion.import_id == run.id).order_by(ImportPortion.number)).all()
    for portion in numbers:
        rows = json.loads(db.session.scalar(select(ImportPortion.rows).where(ImportPortion.import_id == run.id, ImportPortion.number == portion)) or "[]")
        if not rows:
            continue
        asked = select(ImportRow).where(
            ImportRow.import_id == run.id, ImportRow.outcome == Outcome.REFUSED, ImportRow.number.between(rows[0][0], rows[-1][0])
        )
        refused = {row.number: row for row in db.session.scalars(asked)}
        yield from ((cells, refused[number]) for number, cells in rows if number in refused)
