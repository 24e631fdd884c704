"""Python's garbage collector, in processes that go on for long."""

import gc

YOUNG, MIDDLE, OLD = 20_000, 10, 50  # new objects, then collections of the younger ones, before one of the next age


def put_aside() -> None:
    """To be called once the program is loaded: what it is made of never becomes garbage. Collections are rarer, and walk through what is new."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
