"""Changes of many records."""

from enum import StrEnum


class ItemState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


ARCHIVE, RESTORE = "archive", "restore"
OPPOSITE = {ARCHIVE: RESTORE, RESTORE: ARCHIVE}
MOST = 10_000  # records in one change
