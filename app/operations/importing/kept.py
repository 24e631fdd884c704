"""What imports keep of files: it goes with the rows of orders that are forgotten, and all of it once an import can no more be taken back.

The file lies in the store, which no transaction reaches: here is said that it is due, and a job deletes it.
"""

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, null, select, union, update

from app.domain.imports import BACK_WITHIN_DAYS, OPEN, WORKING, ImportState
from app.extensions import db
from app.models import Attachment, Delivery, Import, ImportPortion, ImportRow, IncomingMessage, ProspectRow
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from app.support import clock
from app.support.i18n import N_

GONE = N_("What was known of this row is deleted.")
_FIRST = re.compile(r"\[\[(\d+)")  # the number of the first row of a portion
_run, _portion, _row = Import.__table__, ImportPortion.__table__, ImportRow.__table__


def forget_rows(keys: Sequence[int]) -> None:
    """Delete what imports keep of the rows of orders ``keys``, inside a running operation: each stays as a number with an outcome."""
    connection = db.session.connection()
    of_orders = select(_run.c.id).where(_run.c.record_type == ProspectRow.__name__, _run.c.rows_gone_at.is_(None))
    asked = select(_row.c.import_id, _row.c.number).where(_row.c.record_id.in_(keys), _row.c.import_id.in_(of_orders))
    numbers: defaultdict[int, set[int]] = defaultdict(set)
    for import_id, number in connection.execute(asked):
        numbers[import_id].add(number)
    gone = {"before": null(), "after": null(), "params": null(), "because": GONE}
    for import_id, some in numbers.items():
        connection.execute(update(_row).where(_row.c.import_id == import_id, _row.c.number.in_(some)).values(gone))
        _forget_cells(import_id, some)
        _forget_sample(import_id, some)


def _forget_cells(import_id: int, numbers: Collection[int]) -> None:
    connection = db.session.connection()
    starts = connection.execute(
        select(_portion.c.number, func.substr(_portion.c.rows, 1, 20)).where(_portion.c.import_id == import_id).order_by(_portion.c.number)
    ).all()
    known = [(int(found[1]), portion) for portion, text in starts if (found := _FIRST.match(text))]
    held = {known[place - 1][1] for number in numbers if (place := bisect_right(known, (number, len(starts))))}
    for portion in held:
        here = (_portion.c.import_id == import_id) & (_portion.c.number == portion)
        rows = json.loads(connection.execute(select(_portion.c.rows).where(here)).scalar_one())
        left = [row for row in rows if row[0] not in numbers]
        connection.execute(update(_portion).where(here).values(rows=json.dumps(left, ensure_ascii=False, separators=(",", ":"))))


def _forget_sample(import_id: int, numbers: Collection[int]) -> None:
    """The first rows as they were shown; and the file is due."""
    connection = db.session.connection()
    sample, mended = connection.execute(select(_run.c.sample, _run.c.mended).where(_run.c.id == import_id)).one()
    left = [each for each in sample if each["number"] not in numbers]
    due = func.coalesce(_run.c.file_due_at, clock.now())
    connection.execute(update(_run).where(_run.c.id == import_id).values(sample=left, mended=_without_examples(mended), file_due_at=due))


def _without_examples(mended: dict[str, Any]) -> dict[str, Any]:
    return {name: {"rows": each["rows"]} for name, each in mended.items()}


# ---- the end of the time within which an import is taken back


@atomic
def clear_next(*, actor: Actor = SYSTEM) -> bool:
    """Delete the rows that the oldest import keeps, once it can no more be taken back; what it says of their number stays. False: none is left."""
    before = clock.now() - timedelta(days=BACK_WITHIN_DAYS)
    asked = select(Import).where(Import.rows_gone_at.is_(None), Import.created_at < before, Import.state.not_in(WORKING))
    run = db.session.scalars(asked.order_by(Import.created_at).limit(1).with_for_update()).first()
    if run is None:
        return False
    connection = db.session.connection()
    for table in (_portion, _row):
        connection.execute(delete(table).where(table.c.import_id == run.id))
    if run.state in OPEN:
        run.state, run.ended_at = ImportState.STOPPED, clock.now()
    run.sample, run.mended, run.rows_gone_at, run.file_due_at = [], _without_examples(run.mended), clock.now(), run.file_due_at or clock.now()
    return True


# ---- files in the store


def due_files() -> list[str]:
    """Under which names the store keeps files that are to be deleted; not those that are just being read."""
    reading = select(Import.sha256).where(Import.state == ImportState.READING)
    asked = select(Import.sha256).where(Import.file_due_at.is_not(None), Import.file_gone_at.is_(None), Import.sha256.not_in(reading))
    return sorted({*db.session.scalars(asked)})


def kept_for_mail(names: Sequence[str]) -> set[str]:
    """Those of ``names`` under which mail keeps the same bytes: they are not an import's alone."""
    columns = (Attachment.sha256, IncomingMessage.raw_sha256, Delivery.raw_sha256)
    return {*db.session.scalars(union(*(select(column).where(column.in_(names)) for column in columns)))} if names else set()


@atomic
def note_gone(names: Sequence[str], *, actor: Actor = SYSTEM) -> None:
    """The store has these files no more, or keeps them for mail alone."""
    said = update(_run).where(_run.c.sha256.in_(names), _run.c.file_due_at.is_not(None), _run.c.file_gone_at.is_(None))
    db.session.execute(said.values(file_gone_at=clock.now()))
