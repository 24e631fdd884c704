"""Follow-up processes: dated tasks, one after the other, once an opportunity is closed."""

from enum import StrEnum

from app.domain.opportunities import Status

AFTER = (Status.WON, Status.LOST, Status.CANCELLED)


class Doer(StrEnum):
    """Who does a task of a process."""

    OWNER = "owner"
    MANAGER = "manager"
    PERSON = "person"


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
