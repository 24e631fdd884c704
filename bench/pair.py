"""Do two workers on one database gain as much over one as two ceilings over one?"""

import os
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from bench.mails import mails
from bench.places import Maker, Place, Process, Source
from bench.sizes import WARM_UP, rate
from bench.tables import show


def measure(around: Sequence[Place], makers: Mapping[str, Maker], messages: int, rounds: int) -> None:
    """One and two at a time take turns; of each kind of source each worker has its own.

    A worker reads on a second core, where there is one: on a small machine one alone leaves little to a second.
    With a core for each, whatever it does, the gain tells whether they stand in each other's way.
    """
    rows = []
    cores: list[tuple[str, Sequence[int | None]]] = [("all", (None, None))]
    if (os.cpu_count() or 1) > 1:
        cores.append(("one each", (0, 1)))
    for place in around:
        for label, each in cores:
            workers = place.another(each[0]), place.another(each[1])
            for name, make in makers.items():
                series = f"pair-{label}-{place.database}".replace(" ", "-")
                _both("pipeline", workers, [make(f"{series}-warm-{n}", mails(f"{name}/{series}/warm/{n}", WARM_UP)) for n in range(2)])
                rows.append([name, place.database, label, *_row(series, workers, name, make, messages, rounds)])
            for worker in workers:
                worker.end()
    head = ["mail from", "database", "cores", "ceiling/s", "two ceilings/s", "gain", "Kurier/s", "two workers/s", "gain", "part"]
    show(f"Two workers: medians of {rounds} rounds of {messages} mails for each", head, rows)


def _row(series: str, workers: Sequence[Process], name: str, make: Maker, messages: int, rounds: int) -> list[str]:
    found: list[list[float]] = []
    for number in range(rounds):
        sources = [make(f"{series}-{number}-{n}", mails(f"{name}/{series}/{number}/{n}", messages)) for n in range(3)]
        ceilings = rate(workers[0].ask("ceiling", source=sources[0].fresh())), _both("ceiling", workers, sources[1:])
        program = rate(workers[0].ask("pipeline", source=sources[0].fresh())), _both("pipeline", workers, sources[1:])
        found.append([*ceilings, ceilings[1] / ceilings[0], *program, program[1] / program[0], program[1] / program[0] / (ceilings[1] / ceilings[0])])
    middle = [statistics.median(column) for column in zip(*found, strict=True)]
    return [f"{figure:.0f}" if place in (0, 1, 3, 4) else f"{figure:.2f}" for place, figure in enumerate(middle)]


def _both(do: str, workers: Sequence[Process], sources: Sequence[Source]) -> float:
    """The rate of both together, each on its own source and mailbox at the same time."""
    given = [source.fresh() for source in sources]
    for number, (worker, source) in enumerate(zip(workers, given, strict=True)):
        order: dict[str, Any] = {"mailbox": number} if do == "pipeline" else {}
        worker.order(do, source=source, **order)
    return rate(*(worker.answer() for worker in workers))
