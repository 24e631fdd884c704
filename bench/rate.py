"""How many list pages two web processes give in a second, and how many pages without any record: nobody can give more.

Several connections ask for the same page, each again as soon as it has the answer. Whoever asks takes a part of the machine, too: the processor time
of a page tells more than rates where there are few processors.
"""

import random
import statistics
import threading
import time
from collections.abc import Sequence
from typing import Any

from bench.lists import READER
from bench.people import Visitor, Web, largest, web
from bench.places import Place
from bench.tables import show

CONNECTIONS, SECONDS = 8, 20.0
WARM = 40  # pages: both processes have seen it often enough
BARE = "/offline"  # the shell of a page, drawn for nobody: no session, no statement


def measure(around: Sequence[Place]) -> None:
    """The first page of a list beside the bare page, in turns, on the largest of each database."""
    rows = []
    for place in largest(around):
        desk = place.process.ask("reader", reach=READER)
        with web(place) as served:
            bare, pages, again = (_asked(served, desk, address) for address in (BARE, desk["pages"]["list, first page"], BARE))
        ceiling = (bare["rate"] + again["rate"]) / 2
        rows.append([
            place.database, f"{place.contacts:,}", f"{pages['rate']:.1f}", f"{ceiling:.0f}", f"{pages['rate'] / ceiling:.2f}", f"{pages['busy']:.1f}",
            f"{(bare['busy'] + again['busy']) / 2:.1f}", f"{pages['median']:.0f}", f"{pages['p95']:.0f}", f"{pages['asking']:.0%}", f"{pages['errors']}",
        ])
    show(f"First page of a list, {CONNECTIONS} connections, {SECONDS:.0f} s, two web processes",
         ["database", "contacts", "a second", "ceiling", "part", "ms busy", "of ceiling", "median, ms", "p95", "asking", "errors"], rows)


def _asked(served: Web, desk: dict[str, Any], address: str) -> dict[str, Any]:
    """Pages a second, milliseconds of processor time of a page, of an answer; ``asking``: how much of one processor those who asked took."""
    visitors = [Visitor(served.port, desk["cookie"], {}, random.Random(0)) for _ in range(CONNECTIONS)]
    for place in range(WARM):
        visitors[place % CONNECTIONS].ask("GET", address)
    for visitor in visitors:
        visitor.times.clear()
    began, busy, own = time.perf_counter(), served.busy(), time.process_time()
    threads = [threading.Thread(target=_go_on, args=(visitor, address, began + SECONDS)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, busy, own = time.perf_counter() - began, served.busy() - busy, time.process_time() - own
    times = [each * 1000 for visitor in visitors for each in visitor.times]
    errors = [each for visitor in visitors for each in visitor.errors]
    for error in errors[:5]:
        print(error)
    return {"rate": len(times) / seconds, "busy": busy / len(times) * 1000, "median": statistics.median(times), "p95": statistics.quantiles(times, n=20)[-1],
            "asking": own / seconds, "errors": len(errors)}


def _go_on(visitor: Visitor, address: str, until: float) -> None:
    while time.perf_counter() < until:
        visitor.ask("GET", address)
