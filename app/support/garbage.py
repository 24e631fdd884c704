"""Python's garbage collector, in processes that load much and go on for long."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG, MIDDLE, OLD = 20_000, 10, 50  # new objects, then collections of the younger ones, before one of the next age


def put_aside() -> None:
    """To be called once the program is loaded: what it is made of never becomes garbage. Collections are rarer, and walk through what is new."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


@contextmanager
def later() -> Iterator[None]:
    """No collection while a program is loaded: what is made then stays, and walking through it took a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()  # among the oldest now, and nothing was walked through
            gc.enable()
