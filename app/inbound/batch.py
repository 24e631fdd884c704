"""Deliveries on their way: the next of them are read while others are filed."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any

from sqlalchemy import Row

from app.domain.messages import State
from app.extensions import db, store
from app.inbound.reader import READINGS, ReadingProcess
from app.inbound.reading import Arrived, Reading, ReadingFailed, read_all
from app.inbound.stages.directory import stored_directory
from app.operations import deliveries
from app.permissions.actor import SYSTEM, acting

AHEAD = 50  # so many messages are read before the first of them is filed: a batch of a source
FIRST = 4  # of a batch, so that the filing begins soon
AHEAD_SIZE = 4 << 20  # bytes of them
FIRST_GROUP = 8  # messages that are filed together before it is known how long one takes


class Pace:
    """How many messages are filed together: what one group tells of the next."""

    def __init__(self) -> None:
        self.size = FIRST_GROUP


class Batch:
    """Deliveries on their way. With a ``reader`` its process reads the first of them from now on, the next while these are filed.

    ``pace`` is that of those before it, of which some are still being filed: there is no hurry to read the ``first`` few alone.
    """

    def __init__(self, delivery_ids: Sequence[int], reader: ReadingProcess | None = None, *, pace: Pace | None = None, first: int = FIRST) -> None:
        with acting(SYSTEM):
            self.rows = {row.id: row for row in deliveries.arrived(delivery_ids)}
            self.directory = stored_directory()
            db.session.rollback()  # nothing is read any more
        self.ids, self._reader = list(delivery_ids), reader
        self.pace, self._first = pace or Pace(), first
        self.waiting = [row for key in self.ids if (row := self.rows[key]).state is State.RECEIVED]
        self._begin()

    def _begin(self) -> None:
        self._chunks = deque(chunks_of(self.waiting, self._first))
        self._ahead: deque[Future[READINGS]] = deque()
        self._submit(2)

    def _submit(self, count: int) -> None:
        for _ in range(min(count, len(self._chunks)) if self._reader is not None else 0):
            assert self._reader is not None
            self._ahead.append(self._reader.submit(self._chunks.popleft(), store(), self.directory))

    def readings(self) -> Iterator[Sequence[Reading | ReadingFailed]]:
        """Those of a chunk after the other, by the directory as it is when this is called."""
        with acting(SYSTEM):
            directory = stored_directory()
            db.session.rollback()
        if directory is not self.directory:  # it changed while those before were filed: what was read by the old one counts no more
            self.directory = directory
            self._begin()
        while self._ahead:
            found = self._ahead.popleft().result()
            self._submit(1)
            yield found
        for chunk in self._chunks:
            yield read_all(chunk, store(), self.directory)


def chunks_of(rows: Sequence[Row[Any]], first: int = FIRST) -> list[list[Arrived]]:
    """What is read at once, ``first`` so many: bounded in count and in bytes; a larger message stands alone."""
    chunks: list[list[Arrived]] = []
    size = 0
    for row in rows:
        if not chunks or len(chunks[-1]) == (AHEAD if len(chunks) > 1 else first) or size + row.size > AHEAD_SIZE:
            chunks.append([])
            size = 0
        chunks[-1].append(Arrived(row.raw_sha256, row.web_form_id is not None))
        size += row.size
    return chunks
