"""The life of a task."""

from enum import StrEnum


class TaskStatus(StrEnum):
    TODO = "todo"
    DOING = "doing"
    STANDBY = "standby"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN = frozenset({TaskStatus.TODO, TaskStatus.DOING, TaskStatus.STANDBY})
