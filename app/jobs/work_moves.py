"""The work of a person goes on moving, in portions."""

import time

from app.operations import work_moves
from app.permissions.actor import SYSTEM

LONGEST = 60.0  # seconds in one job: others wait for the worker too


def go_on(move_id: int) -> None:
    """Move as many as a minute allows; the sweep queues it again until all are done."""
    deadline = time.monotonic() + LONGEST
    while work_moves.go_on(move_id, actor=SYSTEM) and time.monotonic() < deadline:
        pass
