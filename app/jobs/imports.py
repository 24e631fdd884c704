"""An import goes on: its file is read, looked at, made into records, or taken back."""

import time

from app.reports import imports

LONGEST = 60.0  # seconds in one job: others wait for the worker too


def make_progress(import_id: int) -> None:
    """As far as a minute allows; the sweep queues it again until it is over."""
    deadline = time.monotonic() + LONGEST
    while imports.go_on(import_id) and time.monotonic() < deadline:
        pass
