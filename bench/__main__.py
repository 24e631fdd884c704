"""Measure the journey of mail against the least that must be done, and what pages cost: ``python -m bench``.

The machine decides the rates; the ratios tell something. What is compared takes turns, on the same mails.
Where others use the machine too, the milliseconds that our own process computes for a mail tell more.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import alerts, backlog, excel, lists, operators, pair, people, rate, rights, sizes
from bench.mails import KNOWN
from bench.places import Place, makers, places
from bench.tables import show
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

MAIL, PAGES = ("sizes", "backlog", "pair"), ("lists", "rights", "alerts", "people", "rate", "mornings")
FILES, OPERATORS = "import", "operators"
PARTS = (*MAIL, *PAGES, FILES, OPERATORS)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="a million contacts and messages, a backlog of 10,000, more rounds")
    parser.add_argument("--contacts", type=int, help=f"contacts and messages of the large database, at least {KNOWN:,}")
    parser.add_argument("--messages", type=int, default=200, help="mails in a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, help="rounds, of which the median counts")
    parser.add_argument("--backlog", type=int, help="mails of the long backlog")
    parser.add_argument("--only", choices=PARTS, action="append", help="leave the other measurements out")
    given = parser.parse_args()
    usual = {"contacts": 1_000_000, "rounds": 15, "backlog": 10_000} if given.large else {"contacts": 100_000, "rounds": 7, "backlog": 1_000}
    for name, value in usual.items():
        if getattr(given, name) is None:
            setattr(given, name, value)
    if given.contacts <= KNOWN:
        parser.error(f"--contacts must be above {KNOWN}, the contacts of the small database")
    if given.backlog < backlog.LEAST:
        parser.error(f"--backlog must be {backlog.LEAST} or more: each tenth of it at least one batch of a poller")
    return given


def measure(home: Path, postgres: Postgres, redis: Redis, dovecot: Dovecot, given: argparse.Namespace) -> None:
    parts = given.only or PARTS
    if set(parts) & set(MAIL):
        _measure_mail(home / "mail", postgres, redis, dovecot, given, parts)
    if set(parts) & set(PAGES):
        _measure_pages(home / "pages", postgres, redis, given, parts)
    if FILES in parts:
        _measure_files(home / "files", postgres, redis)
    if OPERATORS in parts:
        _measure_operators(home / "operators", postgres, redis, given.contacts)


def _measure_files(home: Path, postgres: Postgres, redis: Redis) -> None:
    around = _places(home, postgres, redis, (KNOWN,), "bench.excel")
    excel.measure(next(place for place in around if place.database == "PostgreSQL"))
    for place in around:
        place.process.end()


def _measure_operators(home: Path, postgres: Postgres, redis: Redis, rows: int) -> None:
    around = _places(home, postgres, redis, (KNOWN,), "bench.operators")
    operators.measure(next(place for place in around if place.database == "PostgreSQL"), rows)
    for place in around:
        place.process.end()


def _places(home: Path, postgres: Postgres, redis: Redis, sizes: Sequence[int], module: str) -> tuple[Place, ...]:
    around, filled = zip(*places(home, postgres, redis, sizes, module), strict=True)
    rows = [[place.database, f"{place.contacts:,}", f"{seconds:.0f}"] for place, seconds in zip(around, filled, strict=True)]
    show("Databases", ["database", "contacts and messages", "filled in seconds"], rows)
    return around


def _measure_pages(home: Path, postgres: Postgres, redis: Redis, given: argparse.Namespace, parts: Sequence[str]) -> None:
    sizes = (given.contacts,) if not {*parts} - {"rights", "people", "rate", "mornings"} else (KNOWN, given.contacts)
    around = _places(home, postgres, redis, sizes, "bench.people")
    if "lists" in parts:
        lists.measure(around, given.rounds)
    if "rights" in parts:
        rights.measure(around, given.rounds)
    if "alerts" in parts:
        alerts.measure(around)
    if "people" in parts:
        people.measure(around)
    if "rate" in parts:
        rate.measure(around)
    if "mornings" in parts:
        people.measure_mornings(around)
    for place in around:
        place.process.end()


def _measure_mail(
    home: Path, postgres: Postgres, redis: Redis, dovecot: Dovecot, given: argparse.Namespace, parts: Sequence[str]
) -> None:
    wanted = (KNOWN, given.contacts) if "sizes" in parts else (KNOWN,)
    around = _places(home, postgres, redis, wanted, "bench.worker")
    sources = makers(home, dovecot)
    if "sizes" in parts:
        sizes.measure(around, sources, given.messages, given.rounds)
    smallest = [place for place in around if place.contacts == KNOWN]
    if "backlog" in parts:
        backlog.measure(smallest, sources, given.backlog)
    if "pair" in parts:
        pair.measure(smallest, sources, given.messages, max(1, given.rounds // 2))
    for place in around:
        place.process.end()


def main() -> None:
    given, started = arguments(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kurier-bench-") as folder, Postgres(durable=True) as postgres, Redis() as redis, Dovecot() as dovecot:
        measure(Path(folder), postgres, redis, dovecot, given)
    print(f"\nmeasured in {time.monotonic() - started:.0f} s; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
