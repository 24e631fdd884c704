"""The way of a file: read in a process of its own, kept in portions, looked at, made into records, perhaps taken back."""

from collections.abc import Iterator
from itertools import islice

from app.domain.imports import FEW, PORTION, WORKING, ImportState
from app.extensions import db, store
from app.models import Import
from app.operations.importing import runs, undoing
from app.operations.importing.rows import Seen
from app.permissions.actor import SYSTEM, acting
from app.support.sheets import Unreadable, table

AT_ONCE = 300_000  # bytes that nobody is asked to wait for


def go_on(import_id: int) -> bool:
    """Do all of what it does now, or the next portion of it; what a process left undone when it died, the next one does. False: nothing is left."""
    run = db.session.get(Import, import_id)
    if run is None or run.state not in WORKING:
        return False
    if run.state is ImportState.READING:
        _read(run)
    elif run.state is ImportState.CHECKING:
        seen = Seen()
        while runs.look_on(import_id, seen, actor=SYSTEM):
            pass
    else:
        (runs.write_on if run.state is ImportState.RUNNING else undoing.undo_on)(import_id, actor=SYSTEM)
    return True


def at_once(run: Import) -> None:
    """Where it is small, nobody waits for a worker."""
    key, size, total = run.id, run.size, run.total
    if size <= AT_ONCE and total <= FEW:
        with acting(SYSTEM):
            state = run.state
            while go_on(key):
                found = db.session.get_one(Import, key)
                if found.total > FEW or (found.state is not state and state is not ImportState.READING):
                    break
                state = found.state


def _read(run: Import) -> None:
    key, sheet = run.id, str(run.source.get("wanted", ""))
    try:
        with store().at_hand([run.sha256]) as folder, table(folder.path(run.sha256), sheet) as (source, lines):
            total = 0
            for number, portion in enumerate(_portions(lines)):
                total += len(portion)
                if not runs.keep_rows(key, number, portion, source=source if number == 0 else None, actor=SYSTEM):
                    return
        if total:
            runs.understand_columns(key, total, actor=SYSTEM)
        else:
            runs.fail(key, "empty", actor=SYSTEM)
    except Unreadable as error:
        runs.fail(key, error.code, actor=SYSTEM)


def _portions(lines: Iterator[str]) -> Iterator[list[str]]:
    while portion := list(islice(lines, PORTION)):
        yield portion
