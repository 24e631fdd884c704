"""Long work that goes on in portions until it is done or somebody stops it."""

from enum import StrEnum


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
