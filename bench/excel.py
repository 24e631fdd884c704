"""Files both ways: 100,000 rows become accounts, and accounts become a workbook, beside openpyxl's own writing of as many cells.

As a process it works on one database: ``python -m bench.excel``.
"""

import resource
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from openpyxl import Workbook
from sqlalchemy import event

from app import create_app
from app.domain.imports import WORKING, ImportState
from app.extensions import db, store
from app.models import Import, User
from app.operations.importing import runs
from app.permissions.actor import SYSTEM, acting
from app.permissions.decide import actor_of
from app.reports import imports
from app.reports.render import xlsx
from bench import staff
from bench.lists import READER
from bench.office import Office
from bench.places import Place
from bench.serving import serve
from bench.tables import show
from config import load

ROWS = 100_000
LEAST, MOST_OF_OPENPYXL = 2_000, 1 / 3
PAIRS = 3  # of an export and of what openpyxl alone needs, in turns
HEADER = ["Company name", "NIP", "Country", "E-mail", "Telephone", "Web site", "Street", "Postcode", "City", "Remarks"]


def _row(number: int) -> list[Any]:
    return [
        f"Firma {number:06d} Nowak", f"{5_000_000_000 + number}", "PL", f"biuro@firma{number}.example", f"+4860{number:07d}", f"https://firma{number}.example",
        f"ul. Prosta {number % 200}", f"{number % 100:02d}-{number % 1000:03d}", f"Miasto {number % 500}", f"Wiersz {number}",
    ]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Typist(Office):
    """An office that reads and writes workbooks; it keeps no statement, so that what is kept is the program's."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        with app.app_context():
            event.remove(db.engine, "before_cursor_execute", self._hear)

    def take_in(self, rows: int) -> dict[str, Any]:
        """Seconds of reading, looking and writing ``rows``; memory at a tenth and at the end, of this process alone."""
        with self._app.app_context(), acting(SYSTEM), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.xlsx"
            path.write_bytes(xlsx.workbook("List", HEADER, (_row(number) for number in range(rows))).read())
            key = _start(path.read_bytes())
            seconds, memory = self._follow(key, rows)
            counts = db.session.get_one(Import, key).counts
        return {"seconds": seconds, "memory": memory, "counts": counts}

    def _follow(self, key: int, rows: int) -> tuple[dict[str, float], list[float]]:
        seconds: dict[str, float] = {}
        memory = [0.0, 0.0]
        while (run := db.session.get_one(Import, key)).state in WORKING or run.state is ImportState.READY:
            state, began = run.state, time.perf_counter()
            if state is ImportState.READY:
                runs.run_now(run, actor=actor_of(db.session.get_one(User, run.user_id), db.session()))
                continue
            imports.go_on(key)
            seconds[state.value] = seconds.get(state.value, 0.0) + time.perf_counter() - began
            if state is ImportState.RUNNING and not memory[0] and db.session.get_one(Import, key).done >= rows / 10:
                memory[0] = _peak()
        memory[1] = _peak()
        return seconds, memory

    def hand_out(self) -> dict[str, Any]:
        """Seconds of the export of all accounts with twenty columns, and of openpyxl for as many cells, in turns; memory before and after the first export."""
        with self._app.app_context(), acting(SYSTEM):
            user = _reader()
        self.visit(user, "/accountview/list/")
        pairs, memory = [], [_peak()]
        for _ in range(PAIRS):
            began = time.perf_counter()
            answer = self._client(user).get("/accountview/export.xlsx")
            size = sum(len(part) for part in answer.iter_encoded())
            ours, began = time.perf_counter() - began, time.perf_counter()
            memory.append(_peak())
            _bare()
            pairs.append((ours, time.perf_counter() - began))
        return {"pairs": pairs, "memory": memory[:2], "size": size, "status": answer.status_code}


def _reader() -> int:
    """Somebody who sees and takes away every record."""
    return next(user.id for reach, user in staff.readers() if reach == READER)


def _start(content: bytes) -> int:
    person = actor_of(db.session.get_one(User, _reader()), db.session())
    run = runs.start("Account", "list.xlsx", store().put(content), len(content), actor=person)
    return run.id


def _bare() -> None:
    """What openpyxl needs for as many rows of twenty cells, and nothing else."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    day = date(2026, 1, 1)
    for number in range(ROWS):
        sheet.append([f"Firma {number}", number, day + timedelta(days=number % 1000), number / 100, *(f"text {number} {place}" for place in range(16))])
    with tempfile.TemporaryFile() as out:
        book.save(out)


def measure(place: Place) -> None:
    """Import into one database, then export what is there."""
    taken = place.process.ask("take_in", rows=ROWS)
    seconds, (tenth, end) = taken["seconds"], taken["memory"]
    rows = [[what, f"{seconds[what]:.1f}", f"{ROWS / seconds[what]:,.0f}"] for what in ("reading", "checking", "running")]
    show(f"Import of {ROWS:,} rows on {place.database} ({LEAST:,} rows a second or more are well)", ["what", "seconds", "rows a second"], rows)
    show("Its memory, MB", ["after a tenth", "at the end", "of them since"], [[f"{tenth:.0f}", f"{end:.0f}", f"{end - tenth:+.0f}"]])
    given = place.process.ask("hand_out")
    ours, bare, part = (statistics.median(each) for each in zip(*((mine, other, mine / other) for mine, other in given["pairs"]), strict=True))
    show(
        f"Export of all accounts as a workbook, beside openpyxl alone, {PAIRS} times ({MOST_OF_OPENPYXL:.2f} or less is well)",
        ["seconds", "openpyxl", "part", "MB of memory since", "MB of file"],
        [[f"{ours:.1f}", f"{bare:.1f}", f"{part:.2f}", f"{given['memory'][1] - given['memory'][0]:+.0f}", f"{given['size'] / 1_000_000:.1f}"]],
    )


if __name__ == "__main__":
    serve(Typist(create_app(load())))
