"""Measure the journey of mail against the least that must be done: ``python -m bench``.

The machine decides the rates; the ratios tell something. Ceiling and program take turns on the same mails.
Where others use the machine too, the milliseconds that our own process computes for a mail tell more.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.mails import KNOWN, mails
from bench.places import Folder, Mailbox, Place, places
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

SIZES = (KNOWN, 100 * KNOWN)
WARM_UP = 40

Key = tuple[str, str, int]  # source, database, contacts
Source = Folder | Mailbox


def rate(answer: dict[str, Any]) -> float:
    return float(answer["count"] / answer["seconds"])


class Figures:
    """What the rounds gave."""

    def __init__(self) -> None:
        self.ceiling: dict[Key, list[float]] = defaultdict(list)
        self.program: dict[Key, list[float]] = defaultdict(list)
        self.statements: dict[Key, list[float]] = defaultdict(list)
        self.busy: dict[Key, list[float]] = defaultdict(list)
        self.least: dict[Key, list[float]] = defaultdict(list)
        self.states: dict[str, int] = defaultdict(int)

    def add(self, key: Key, ceiling: dict[str, Any], program: dict[str, Any]) -> None:
        self.ceiling[key].append(rate(ceiling))
        self.program[key].append(rate(program))
        self.statements[key].append(program["statements"] / program["count"])
        self.busy[key].append(1000 * program["busy"] / program["count"])
        self.least[key].append(1000 * ceiling["busy"] / ceiling["count"])
        for state, count in program["states"].items():
            self.states[state] += count

    def part(self, key: Key) -> float:
        """How much of the ceiling of the same round was reached, the median of the rounds."""
        return statistics.median(mine / best for mine, best in zip(self.program[key], self.ceiling[key], strict=True))

    def evenness(self, source: str, database: str) -> float:
        """The rate with the large address book beside that with the small one, the median of the rounds."""
        small, large = (self.program[source, database, size] for size in SIZES)
        return statistics.median(b / a for a, b in zip(small, large, strict=True))


def run_round(figures: Figures, around: Sequence[Place], source: Source) -> None:
    for place in around:
        given = source.fresh()
        ceiling = place.process.ask("ceiling", source=given)
        program = place.process.ask("pipeline", source=given)
        figures.add((source.name, place.database, place.contacts), ceiling, program)


def show(figures: Figures) -> None:
    print(f"\n{'mail from':9} {'database':11} {'contacts':>9} {'ceiling/s':>10} {'Kurier/s':>9} {'part':>6} {'ms busy':>8} {'at least':>9} {'statements':>11}")
    for key in figures.program:
        source, database, contacts = key
        kept = (figures.ceiling, figures.program, figures.busy, figures.least, figures.statements)
        best, mine, busy, least, asked = (statistics.median(each[key]) for each in kept)
        rates = f"{best:10.0f} {mine:9.0f} {figures.part(key):6.2f}"
        print(f"{source:9} {database:11} {contacts:9,} {rates} {busy:8.1f} {least:9.1f} {asked:11.1f}")
    for source, database in dict.fromkeys(key[:2] for key in figures.program):
        print(f"{source}, {database}: with {SIZES[1]:,} contacts {figures.evenness(source, database):.2f} of the rate with {SIZES[0]:,}")
    print("outcomes: " + ", ".join(f"{count} {state}" for state, count in sorted(figures.states.items())))


def show_memory(around: Sequence[Place], before: Sequence[dict[str, Any]]) -> None:
    for place, early in zip(around, before, strict=True):
        late = place.process.ask("memory")
        grown = late["now"] - early["now"]
        print(f"memory, {place.database} {place.contacts:,}: at most {late['peak']:.0f} MB, {grown:+.0f} MB since the first round")


def show_pages(around: Sequence[Place]) -> None:
    for place in around:
        page = place.process.ask("pages", times=5)
        print(
            f"list of opportunities, {place.database} {place.contacts:,}: {page['milliseconds']:.0f} ms, "
            f"{page['statements']} statements, {page['size'] / 1000:.0f} KB, HTTP {page['status']}"
        )


def measure(home: Path, around: Sequence[Place], dovecot: Dovecot, messages: int, rounds: int, until: float) -> None:
    sources: list[Callable[[str, int], Source]] = [
        lambda series, count: Folder(home / "mail" / series, mails(f"folder/{series}", count)),
        lambda series, count: Mailbox(dovecot, mails(f"imap/{series}", count)),
    ]
    for make in sources:
        run_round(Figures(), around, make("warm", WARM_UP))
    early = [place.process.ask("memory") for place in around]
    figures = Figures()
    sizes = [len(raw) for raw in mails("folder/0", messages)]
    done = 0
    while done < rounds and (not done or time.monotonic() < until):
        for make in sources:
            run_round(figures, around if done % 2 else around[::-1], make(str(done), messages))
        done += 1
    print(f"{done} rounds of {messages} mails of {statistics.mean(sizes) / 1000:.0f} KB on average")
    show(figures)
    show_memory(around, early)
    show_pages(around)
    for place in around:
        place.process.end()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--messages", type=int, default=80, help="mails in a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median counts (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=120, help="that long after the start no new round begins (default: %(default)s)")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kurier-bench-") as folder, Postgres(durable=True) as postgres, Redis() as redis, Dovecot() as dovecot:
        around = places(Path(folder), postgres, redis, SIZES)
        until = started + arguments.seconds
        measure(Path(folder), around, dovecot, arguments.messages, arguments.rounds, until)
    print(f"measured in {time.monotonic() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
