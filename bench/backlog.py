"""Does a long backlog drain at the rate of a short one? Short ones come between the parts of the long one, in the same process."""

import statistics
from collections.abc import Mapping, Sequence

from app.inbound.sources.source import BATCH_COUNT
from bench.mails import mails
from bench.places import Maker, Place
from bench.tables import show

PARTS = 10
SHORT = 100
LEAST = PARTS * BATCH_COUNT


def measure(around: Sequence[Place], makers: Mapping[str, Maker], count: int) -> None:
    """Drain ``count`` light mails of each kind of source into each of ``around`` and print the rates."""
    rows = [_row(place, name, make, count) for place in around for name, make in makers.items()]
    head = ["mail from", "database", "first tenth/s", "last tenth/s", "whole/s", f"{SHORT}/s", "part", "last of first"]
    show(f"Backlog of {count:,} light mails, beside ten of {SHORT} between its tenths", head, rows)


def _row(place: Place, name: str, make: Maker, count: int) -> list[str]:
    series = f"{name}/backlog"
    short = [make(f"short-{place.database}-{n}", mails(f"{series}/{n}", SHORT, is_light=True)).fresh() for n in range(PARTS)]
    long = make(f"long-{place.database}", mails(series, count, is_light=True)).fresh()
    answer = place.process.ask("backlog", source=long, count=count, short=short)
    rates = [each["count"] / each["seconds"] for each in answer["parts"]]
    beside = [each["count"] / (each["ended"] - each["started"]) for each in answer["between"]]
    whole = answer["count"] / sum(each["seconds"] for each in answer["parts"])
    part = statistics.median(mine / other for mine, other in zip(rates, beside, strict=True))
    figures = [f"{figure:.0f}" for figure in (rates[0], rates[-1], whole, statistics.median(beside))]
    return [name, place.database, *figures, f"{part:.2f}", f"{rates[-1] / rates[0]:.2f}"]
