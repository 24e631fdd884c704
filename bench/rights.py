"""What do rights cost? The same page of the same person with the checks and without them, in turns, and what EXPLAIN says of it."""

from collections.abc import Sequence
from typing import Any

from bench.places import Place
from bench.tables import show

MOST_STATEMENTS, PART, MILLISECONDS = 3, 0.25, 3.0
ENOUGH = 5  # rounds: what is compared is asked for in pairs
# Rounds before those: a process has seen the page, and a connection to PostgreSQL has decided which of its plans to keep (the eighth time).
BEFORE = {"SQLite": 1, "PostgreSQL": 8}
HEAD = ["page", "sees", "database", "ms", "without", "more ms", "statements", "without", "kept", "reads whole"]

Visit = dict[str, Any]


def measure(around: Sequence[Place], rounds: int) -> None:
    """Run the ``rounds`` on the largest place of each database and print what they gave."""
    largest, rounds = max(place.contacts for place in around), min(rounds, ENOUGH)
    rows = []
    for place in around:
        if place.contacts == largest:
            for reach, reader in place.process.ask("people").items():
                for page, address in reader["pages"].items():
                    rows.append([page, reach, place.database, *_compared(place, reader["user"], address, rounds)])
    show(f"Pages with the checks of rights and without them, {largest:,} contacts: the best of {rounds} rounds", HEAD, sorted(rows))


def _compared(place: Place, user: int, address: str, rounds: int) -> list[str]:
    visits: dict[bool, list[Visit]] = {True: [], False: []}
    for done in range(-BEFORE[place.database], rounds):
        for is_checked in (True, False) if done % 2 else (False, True):
            visit = place.process.ask("visit", user=user, address=address, is_checked=is_checked)
            if done >= 0:
                visits[is_checked].append(visit)
    on, off = (min(each["milliseconds"] for each in visits[is_checked]) for is_checked in (True, False))  # what others do meanwhile only adds
    more = on - off
    asked, fewer = visits[True][-1]["statements"], visits[False][-1]["statements"]
    scans = place.process.ask("statements", user=user, address=address)["scans"]
    is_kept = asked - fewer <= MOST_STATEMENTS and more <= max(MILLISECONDS, off * PART) and visits[True][-1]["status"] == 200
    return [f"{on:.1f}", f"{off:.1f}", f"{more:+.1f}", f"{asked}", f"{fewer}", "yes" if is_kept else "no", ", ".join(scans) or "nothing"]
