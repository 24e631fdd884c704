"""Files that become records: how far one is, what becomes of each row, and what a column can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 25_000_000
PORTION: Final = 1_000  # rows that are kept, looked at and written together
FEW: Final = 200  # rows that nobody is asked to wait for: they are done while the page is asked for
BACK_WITHIN_DAYS: Final = 30


class ImportState(StrEnum):
    READING = "reading"
    MAPPING = "mapping"  # asks what the columns are
    CHECKING = "checking"
    READY = "ready"  # shows what would happen
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


WORKING: Final = frozenset({ImportState.READING, ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING})
OPEN: Final = frozenset({ImportState.MAPPING, ImportState.READY})
OVER: Final = frozenset({ImportState.DONE, ImportState.STOPPED})


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"  # the record is so already
    SKIPPED = "skipped"  # a duplicate that is left alone
    REFUSED = "refused"
    UNDONE = "undone"
    KEPT = "kept"  # was to be undone, but was changed since


class Duplicates(StrEnum):
    """What is done with a row whose record is there already."""

    SKIP = "skip"
    FILL = "fill"
    UPDATE = "update"
    CREATE = "create"


class Kind(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    MAIL = "mail"
    PHONE = "phone"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    CODE = "code"
    COUNTRY = "country"
    CURRENCY = "currency"
    FIXED = "fixed"  # a value of a fixed list, in any language
    NAMED = "named"  # a record of few that the firm names itself: type, team, pipeline, step
    PERSON = "person"
    ACCOUNT = "account"
    CONTACT = "contact"
    OPPORTUNITY = "opportunity"
    HEADCOUNT = "headcount"
    TERRITORY = "territory"
    OWN = "own"  # a field of the firm's own


@dataclass(frozen=True)
class Target:
    """What a column can be. ``also`` are headers that mean it in three languages, parted by ``|``; ``field`` is whose rule counts, if not ``name``.

    ``length``: the most characters that fit; of a code those that it has. ``look``: a test of its values, by which a column without a
    known header is recognised.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    also: str = ""
    length: int = 200
    field: str = ""
    look: str = ""
    is_many: bool = False  # several columns may hold it
    is_only_new: bool = False  # said when a record is made; later it has buttons of its own
    labels: Mapping[str, str] | None = None  # of a field of the firm's own, by language

    @property
    def governed(self) -> str:
        return self.field or self.name


