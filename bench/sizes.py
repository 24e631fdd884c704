"""Does the rate depend on how much the database holds? Ceiling and program take turns on the same mails, small and large too."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bench.mails import mails
from bench.places import Maker, Place, Source
from bench.tables import show

WARM_UP = 60

Key = tuple[str, str, int]  # source, database, contacts


def rate(*answers: dict[str, Any]) -> float:
    """Mails a second of those who worked at the same time."""
    seconds = max(each["ended"] for each in answers) - min(each["started"] for each in answers)
    return float(sum(each["count"] for each in answers) / seconds)


class Figures:
    """What the rounds gave."""

    def __init__(self) -> None:
        self.kept: dict[Key, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.states: dict[str, int] = defaultdict(int)

    def add(self, key: Key, ceiling: dict[str, Any], program: dict[str, Any]) -> None:
        found = {
            "ceiling": rate(ceiling), "program": rate(program), "part": rate(program) / rate(ceiling),
            "least": 1000 * ceiling["busy"] / ceiling["count"], "statements": program["statements"] / program["count"],
            "busy": 1000 * program["busy"] / program["count"], "reading": 1000 * program["reading_busy"] / program["count"],
        }  # fmt: skip
        for name, figure in found.items():
            self.kept[key][name].append(figure)
        for state, count in program["states"].items():
            self.states[state] += count

    def median(self, key: Key, name: str) -> float:
        return statistics.median(self.kept[key][name])

    def evenness(self, key: Key, small: int) -> float:
        """The rate at ``key`` beside that with ``small`` in the same round, the median of the rounds."""
        pairs = zip(self.kept[*key[:2], small]["program"], self.kept[key]["program"], strict=True)
        return statistics.median(large / less for less, large in pairs)


def _run_round(figures: Figures, around: Sequence[Place], source: Source) -> None:
    for place in around:
        given = source.fresh()
        ceiling = place.process.ask("ceiling", source=given)
        program = place.process.ask("pipeline", source=given)
        figures.add((source.name, place.database, place.contacts), ceiling, program)


def measure(around: Sequence[Place], makers: Mapping[str, Maker], messages: int, rounds: int) -> None:
    """Run the ``rounds`` and print what they gave."""
    for name, make in makers.items():
        _run_round(Figures(), around, make("warm", mails(f"{name}/warm", WARM_UP)))
    early = [place.process.ask("memory") for place in around]
    figures, sizes = Figures(), 0
    for done in range(rounds):
        for name, make in makers.items():
            raws = list(mails(f"{name}/{done}", messages))
            sizes += sum(map(len, raws))
            _run_round(figures, around if done % 2 else around[::-1], make(f"sizes-{done}", raws))
    mean = sizes / (rounds * messages * len(makers)) / 1000
    _show(figures, min(place.contacts for place in around), f"Each size: medians of {rounds} rounds of {messages} mails of {mean:.0f} KB")
    print("outcomes: " + ", ".join(f"{count} {state}" for state, count in sorted(figures.states.items())))
    _show_memory(around, early)
    _show_pages(around)


def _show(figures: Figures, small: int, title: str) -> None:
    rows = []
    for key in sorted(figures.kept):
        source, database, contacts = key
        rates = [f"{figures.median(key, name):.0f}" for name in ("ceiling", "program")]
        times = [f"{figures.median(key, name):.1f}" for name in ("busy", "reading", "least", "statements")]
        parts = [f"{figures.median(key, 'part'):.2f}", f"{figures.evenness(key, small):.2f}"]
        rows.append([source, database, f"{contacts:,}", *rates, *parts, *times])
    show(
        title,
        ["mail from", "database", "contacts", "ceiling/s", "Kurier/s", "part", "of small", "ms busy", "ms reading", "ms ceiling", "statements"],
        rows,
    )


def _show_memory(around: Sequence[Place], before: Sequence[dict[str, Any]]) -> None:
    rows = []
    for place, early in zip(around, before, strict=True):
        late = place.process.ask("memory")
        grown = late["now"] - early["now"]
        rows.append([place.database, f"{place.contacts:,}", f"{late['peak']:.0f}", f"{grown:+.0f}", f"{late['reading_peak']:.0f}"])
    show("Memory, MB", ["database", "contacts", "at most", "since the warm-up", "reading, at most"], rows)


def _show_pages(around: Sequence[Place]) -> None:
    rows = []
    for place in around:
        page = place.process.ask("pages", times=5)
        figures = [f"{page['milliseconds']:.0f}", f"{page['statements']}", f"{page['size'] / 1000:.0f}", f"{page['status']}"]
        rows.append([place.database, f"{place.contacts:,}", *figures])
    show("The list of opportunities", ["database", "contacts", "ms", "statements", "KB", "HTTP"], rows)
