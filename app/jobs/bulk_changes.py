"""A change of many records goes on, in portions."""

import time

from app.operations import bulk_changes
from app.permissions.actor import SYSTEM

LONGEST = 60.0  # seconds in one job: others wait for the worker too


def go_on(change_id: int) -> None:
    """Change as many as a minute allows; the sweep queues it again until all are done."""
    deadline = time.monotonic() + LONGEST
    while bulk_changes.go_on(change_id, actor=SYSTEM) and time.monotonic() < deadline:
        pass
