"""Are pages as quick with a million opportunities as with a thousand? Places and pages take turns."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bench.mails import KNOWN
from bench.places import Place
from bench.tables import show

READER = "all"  # somebody who sees every record: what they see grows with the database
MOST_STATEMENTS, MOST_TIMES = 10, 2.0

Visits = dict[tuple[str, str, int], list[dict[str, Any]]]  # page, database, size


def measure(around: Sequence[Place], rounds: int) -> None:
    """Run the ``rounds`` and print what they gave."""
    people = {id(place): place.process.ask("people")[READER] for place in around}
    visits: Visits = defaultdict(list)
    for done in range(-1, rounds):
        for page in next(iter(people.values()))["pages"]:
            for place in around if done % 2 else around[::-1]:
                reader = people[id(place)]
                visit = place.process.ask("visit", user=reader["user"], address=reader["pages"][page])
                if done >= 0:  # the first round fills what a process keeps
                    visits[page, place.database, place.contacts].append(visit)
    show(
        f"Pages, as somebody who sees every record gets them: medians of {rounds} rounds",
        ["page", "database", "contacts", "ms", "of small", "statements", "KB", "HTTP"],
        [_row(visits, *key) for key in sorted(visits, key=lambda key: (_order(people, key[0]), key[1], key[2]))],
    )
    _show_weight(around[0], people[id(around[0])])


def _order(people: dict[int, Any], page: str) -> int:
    return list(next(iter(people.values()))["pages"]).index(page)


def _row(visits: Visits, page: str, database: str, size: int) -> list[str]:
    found, small = visits[page, database, size], visits[page, database, KNOWN]
    times = statistics.median(large["milliseconds"] / less["milliseconds"] for less, large in zip(small, found, strict=True))
    milliseconds = statistics.median(each["milliseconds"] for each in found)
    last = found[-1]
    return [
        page, database, f"{size:,}", f"{milliseconds:.1f}", f"{times:.2f}", f"{last['statements']}", f"{last['size'] / 1000:.0f}", f"{last['status']}"
    ]


def _show_weight(place: Place, reader: dict[str, Any]) -> None:
    weights = {page: place.process.ask("weigh", user=reader["user"], address=address) for page, address in reader["pages"].items()}
    show(
        "Weight for a browser that comes for the first time, compressed",
        ["page", "requests", "KB", "of it the page"],
        [[page, f"{each['requests']}", f"{each['bytes'] / 1000:.0f}", f"{each['page'] / 1000:.0f}"] for page, each in weights.items()],
    )
