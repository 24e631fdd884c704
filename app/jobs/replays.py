"""A replay of many messages goes on, in portions."""

import time

from app.inbound import pipeline
from app.inbound.reader import ReadingProcess
from app.operations import replays
from app.permissions.actor import SYSTEM

LONGEST = 60.0  # seconds in one job: others wait for the worker too


def go_on(replay_id: int) -> None:
    """Replay as many as a minute allows; the sweep queues it again until all are done."""
    deadline = time.monotonic() + LONGEST
    with ReadingProcess() as reader:  # among them may be what broke a process before
        while time.monotonic() < deadline:
            portion = replays.take_portion(replay_id, actor=SYSTEM)
            if portion is None:
                return
            pipeline.settle_all(portion, reader)
