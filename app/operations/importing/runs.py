"""The life of an import: a file comes, its columns are told, what would happen is counted, it is done, and perhaps taken back."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from app.domain.columns import Understood, head_row, header_key, plain, understand
from app.domain.errors import DomainError, Forbidden, NotFound
from app.domain.events import BecameCoOwner, HandedOver, ImportStarted
from app.domain.imports import OPEN, WORKING, Duplicates, ImportState, Outcome, Target
from app.extensions import db
from app.models import Import, ImportPortion, Order
from app.operations.begun import beginner_of
from app.operations.importing.drafts import Draft
from app.operations.importing.kinds import MODELS
from app.operations.importing.prospects import kind_of
from app.operations.importing.reading import named, worded
from app.operations.importing.rows import Seen, cells_of, looked_at, plan_of, reader_of, shown, targets_for, written
from app.operations.orders import require_open
from app.operations.transaction import announce, atomic, record, untold
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten, storable

REASON = N_("Reason")  # the column that sheets of refused rows have besides
SAMPLE = 20  # rows that are shown as they would be
LOOKED_AT = 50  # rows by which columns are recognised
WRONG = {
    "empty": N_("The file holds no table: there is nothing in it."),
    "encrypted": N_("The file is protected by a password. Take the password away in Excel, save it, then choose it again."),
    "damaged": N_("The file is damaged: it cannot be read to its end. Open it in Excel, save it anew, then choose it again."),
    "no_table": N_("This is no workbook and no text with separators, whatever its name says. Save it as .xlsx or .csv, then choose it again."),
    "too_large": N_("Unpacked, the file is larger than what is read here. Delete what is not needed, or split it, then choose it again."),
    "too_many_rows": N_("The file has too many rows: at most 250,000 are read at once. Split it, then choose each part."),
    "too_many_columns": N_("The file has too many columns: at most 300 are read. Delete those that are not needed, then choose it again."),
    "not_computed": N_("Where rows should be, the file holds formulas that were never computed. Open it in Excel, save it, then choose it again."),
    "no_rows": N_("Below the header there is no row."),
}


def may_import(record_type: str, actor: Actor) -> bool:
    """Whether files may become records of that type at all: by making some, or by changing some."""
    if record_type not in MODELS or actor.id is None or actor.is_looking:
        return False
    return any(is_allowed(actor, action, MODELS[record_type]) for action in (Action.CREATE, Action.WRITE))


@atomic
def start(record_type: str, file_name: str, sha256: str, size: int, *, order: Order | None = None, actor: Actor) -> Import:
    """Somebody gave a file, which the store keeps under ``sha256``. Prospect rows go into an ``order``."""
    if not may_import(record_type, actor):
        raise Forbidden
    if (order is None) is (record_type == "ProspectRow"):
        raise DomainError("no_order", N_("Choose the prospecting order that the rows go into."))
    if order is not None:
        require(actor, Action.READ, order)
        require_open(order, actor)
    run = Import(
        user_id=actor.id, created_by_id=actor.id, record_type=record_type, file_name=shorten(storable(file_name), 200), sha256=sha256, size=size, order=order
    )
    db.session.add(run)
    db.session.flush()
    record(actor, "import_file", run, after={"records": record_type, "sha256": sha256})
    announce(ImportStarted(run.id))
    return run


@atomic
def keep_rows(import_id: int, number: int, lines: Sequence[str], *, source: dict[str, Any] | None = None, actor: Actor = SYSTEM) -> bool:
    """Keep a portion of what was read, each row as JSON; the first one forgets what was read before. False: nobody waits for it."""
    run = db.session.get_one(Import, import_id)
    if run.state is not ImportState.READING:
        return False
    if source is not None:
        db.session.execute(delete(ImportPortion).where(ImportPortion.import_id == import_id))
        run.source = source
    db.session.execute(insert(ImportPortion), [{"import_id": import_id, "number": number, "rows": f"[{','.join(lines)}]"}])
    return True


@atomic
def fail(import_id: int, code: str, *, actor: Actor = SYSTEM) -> None:
    """The file cannot be read."""
    run = db.session.get_one(Import, import_id)
    run.state, run.because, run.ended_at = ImportState.FAILED, WRONG[code], clock.now()


@atomic
def understand_columns(import_id: int, total: int, *, actor: Actor = SYSTEM) -> None:
    """All ``total`` rows are kept: find the header, and say what its columns are. Where that is sure, nobody is asked."""
    run = db.session.get_one(Import, import_id)
    rows = cells_of(run, 0)[:LOOKED_AT]
    at = head_row(rows)
    if total <= at + 1:
        code = "not_computed" if run.source.get("uncomputed", (0,))[0] else "no_rows"
        run.state, run.because, run.ended_at = ImportState.FAILED, WRONG[code], clock.now()
        return
    number, head = rows[at]
    width = max(len(cells) for _, cells in rows[at:])
    run.header = [storable(str(head[place])).strip()[:200] if place < len(head) and head[place] is not None else "" for place in range(width)]
    run.header_at, run.total = number, total - at - 1
    run.header_key = hashlib.sha256(header_key(run.header).encode()).hexdigest()
    person, kind = beginner_of(run), kind_of(run)
    targets, before = targets_for(run, person), _before(run)
    samples = [[cells[place] for _, cells in rows[at + 1 :] if place < len(cells)] for place in range(width)]
    words = {"": [word for label in (REASON, *kind.left) for word in worded(label)], **{each.name: named(each) for each in targets}}
    found = understand(run.header, samples, targets, words, _said(before, targets))
    run.columns = _once_each(found, targets)
    run.understood = [[each.by, each.is_sure] for each in found]
    run.keys = before.keys if before else [way.code for way in kind.same_by if kind.usual is None or way.code in kind.usual]
    run.duplicates = before.duplicates if before else Duplicates.FILL
    _look(run) if all(each.is_sure for each in found) else _ask(run)


def _once_each(found: Sequence[Understood], targets: Sequence[Target]) -> list[str]:
    """What is only held by one column is proposed for the first."""
    several = {each.name for each in targets if each.is_many}
    chosen: list[str] = []
    for each in found:
        chosen.append("" if each.target in chosen and each.target not in several else each.target)
    return chosen


def _before(run: Import) -> Import | None:
    """The last import of the same person with the same headers, once its columns were told."""
    asked = select(Import).where(
        Import.user_id == run.user_id, Import.record_type == run.record_type, Import.header_key == run.header_key,
        Import.id != run.id,
        Import.order_id.is_not_distinct_from(run.order_id), Import.state.not_in([ImportState.READING, ImportState.MAPPING, ImportState.FAILED]),
    )
    return db.session.scalars(asked.order_by(Import.id.desc()).limit(1)).first()


def _said(before: Import | None, targets: Sequence[Target]) -> dict[str, str]:
    offered = {"", *(each.name for each in targets)}
    said = zip(before.header, before.columns, strict=True) if before else ()
    return {plain(header): column for header, column in said if column in offered}


def _ask(run: Import) -> None:
    run.state = ImportState.MAPPING


def _look(run: Import) -> None:
    run.state, run.portion, run.done, run.counts, run.sample, run.mended = ImportState.CHECKING, 0, 0, {}, [], {}


@atomic
def tell_columns(run: Import, columns: Sequence[str], duplicates: Duplicates, keys: Sequence[str], *, actor: Actor) -> None:
    """Whoever imports says what each column is, and what is done with records that are there already."""
    _require_open(run, actor)
    offered = {each.name: each for each in targets_for(run, actor)}
    chosen = [name if name in offered else "" for name in columns]
    twice = next((name for name, count in Counter(filter(None, chosen)).items() if count > 1 and not offered[name].is_many), None)
    if twice:
        raise DomainError("twice", N_("Two columns are to be “%(field)s”. Leave one of them out."), field=offered[twice].label)
    if not any(chosen):
        raise DomainError("no_column", N_("Say of at least one column what it is."))
    run.understood = [[by if name == old else "told", True] for name, old, (by, _) in zip(chosen, run.columns, run.understood, strict=True)]
    run.columns, run.duplicates = chosen, duplicates
    run.keys = [way.code for way in kind_of(run).same_by if way.code in keys]
    _look(run)
    announce(ImportStarted(run.id))


@atomic
def run_now(run: Import, *, actor: Actor) -> None:
    """Make records of the rows, as it was shown."""
    _require_open(run, actor, ImportState.READY)
    run.state, run.portion, run.done, run.counts = ImportState.RUNNING, 0, 0, {}
    record(actor, "import_run", run, after={"records": run.record_type, "rows": run.total, "duplicates": run.duplicates})
    announce(ImportStarted(run.id))


@atomic
def stop(run: Import, *, actor: Actor) -> None:
    """Leave it at what is done; it can still be taken back."""
    if run.user_id != actor.id:
        raise NotFound
    if run.state in (*OPEN, ImportState.CHECKING, ImportState.READING, ImportState.RUNNING):
        run.state, run.ended_at = ImportState.STOPPED, clock.now()


def _require_open(run: Import, actor: Actor, *states: ImportState) -> None:
    if run.user_id != actor.id:
        raise NotFound
    if not may_import(run.record_type, actor):
        raise Forbidden
    if run.state not in (states or OPEN):
        raise DomainError("not_now", N_("This import is past that point. Open it again to see where it is."))


def working() -> list[int]:
    """Keys of those that go on by themselves."""
    return list(db.session.scalars(select(Import.id).where(Import.state.in_(WORKING)).order_by(Import.id)))


# ---- looking, and doing


@atomic
def look_on(import_id: int, seen: Seen, *, actor: Actor = SYSTEM) -> bool:
    """Count what would become of the next portion. False: all are counted. Whoever does not know the portions before begins anew."""
    run = db.session.get_one(Import, import_id, with_for_update=True)
    if run.state is not ImportState.CHECKING:
        return False
    if seen.portions != run.portion:
        seen.portions, seen.keys = 0, set()
        _look(run)
    seen.portions += 1
    with acting(beginner_of(run)) as person:
        plan = plan_of(run, person)
        rows = cells_of(run, run.portion)
        drafts = looked_at(plan, reader_of(run, plan), rows, seen.keys)
        if not run.sample:
            run.sample = [shown(plan, draft) for draft in drafts[:SAMPLE]]
    _count_mended(run, drafts)
    _count(run, [draft.outcome for draft in drafts if draft.outcome])
    if _is_last(run):
        run.state = ImportState.READY
    return run.state is ImportState.CHECKING


@atomic
def write_on(import_id: int, *, actor: Actor = SYSTEM) -> bool:
    """Make records of the next portion, with the rights that its person has by now: each row once, whatever dies. False: it is over."""
    run = db.session.get_one(Import, import_id, with_for_update=True)
    if run.state is not ImportState.RUNNING:
        return False
    with acting(beginner_of(run)) as person, untold(HandedOver, BecameCoOwner):
        plan = plan_of(run, person)
        drafts = written(run, plan, reader_of(run, plan), cells_of(run, run.portion))
    run = db.session.get_one(Import, import_id)
    _count(run, [draft.outcome for draft in drafts if draft.outcome])
    if _is_last(run):
        run.state, run.ended_at = ImportState.DONE, clock.now()
        record(beginner_of(run), "import_done", run, after={"records": run.record_type, **run.counts})
    return run.state is ImportState.RUNNING


def _count(run: Import, outcomes: Sequence[Outcome]) -> None:
    run.counts = dict(Counter(run.counts) + Counter(each.value for each in outcomes))
    run.done += len(outcomes)
    run.portion += 1


def _count_mended(run: Import, drafts: Sequence[Draft]) -> None:
    """Rows whose codes a spreadsheet had spoilt, with an example of each column."""
    found = {name: {**each} for name, each in run.mended.items()}
    for draft in drafts:
        for name, (was, now) in draft.mended.items() if draft.outcome is not Outcome.REFUSED else ():
            found.setdefault(name, {"rows": 0, "was": was, "now": now})["rows"] += 1
    run.mended = found


def _is_last(run: Import) -> bool:
    asked = select(ImportPortion.number).where(ImportPortion.import_id == run.id, ImportPortion.number >= run.portion).limit(1)
    return db.session.execute(asked).first() is None
