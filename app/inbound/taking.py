"""Messages out of a source: kept, then filed. What live reading and the reading of old mail share."""

import logging
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol, Self, TypeVar

from app.extensions import db
from app.inbound import pipeline
from app.inbound.batch import AHEAD, FIRST, Batch, Pace
from app.inbound.reader import ReadingProcess
from app.inbound.receive import receive_all
from app.inbound.sources.source import Fetched
from app.operations.unfetched import note_unfetched
from app.permissions.actor import SYSTEM
from app.support import clock

log = logging.getLogger(__name__)
R = TypeVar("R")
_PATIENCE = 1.0  # seconds between two calls of ``meanwhile``


class Within(Protocol):
    """Calls work in a session of its own, as the system."""

    def __call__(self, work: Callable[[], R], /) -> R: ...


def is_kept(fetched: Fetched) -> bool:
    """Whether ``keep`` stores it: then the source may hear of it."""
    return fetched.refusal is None


def keep(mailbox_id: int, batch: Sequence[Fetched], *, is_old: bool = False) -> list[int]:
    """Keep ``batch`` for good; the keys of its deliveries. What the source refused becomes a failed delivery.

    Old mail counts as received when its server got it. ``OSError`` when the store cannot write.
    """
    for each in batch:
        if each.refusal is not None:
            log.warning("mailbox %s: %s", mailbox_id, each.refusal)
            note_unfetched(
                each.answer, mailbox_id=mailbox_id, folder=each.folder, uidvalidity=each.uidvalidity, uid=each.uid, size=each.size,
                actor=SYSTEM,
            )  # fmt: skip
    given = [each for each in batch if is_kept(each)]
    now = clock.now()
    return receive_all(mailbox_id, given, at=[min(each.at or now, now) for each in given] if is_old else ()) if given else []


def settle(delivery_ids: Sequence[int], process: ReadingProcess) -> None:
    """File them; whatever goes wrong, they are kept, and the sweep goes on with them."""
    _file_all(delivery_ids, lambda: Batch(delivery_ids, process))


def _file_all(delivery_ids: Sequence[int], batch: Callable[[], Batch]) -> None:
    try:
        for _ in pipeline.file_all(batch()):
            pass
    except CancelledError:  # the program stops
        db.session.rollback()
    except Exception:
        log.exception("deliveries %s", delivery_ids)
        db.session.rollback()


class Filing:
    """Files what is kept in a thread of its own, while the next is fetched and kept. At its end all is filed.

    ``within`` calls work in a session of its own. ``meanwhile`` is called again and again where the caller waits, and may raise.
    """

    def __init__(self, within: Within, process: ReadingProcess, meanwhile: Callable[[], None]) -> None:
        self._within, self._process, self._meanwhile = within, process, meanwhile
        self._line = ThreadPoolExecutor(1, thread_name_prefix=f"{threading.current_thread().name}-filing")
        self._running: deque[Future[None]] = deque()
        self._pace = Pace()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        try:
            if failed is None:
                self._wait(0)
        finally:
            self._line.shutdown()

    def add(self, delivery_ids: Sequence[int]) -> None:
        """File these next; their reading begins now. Waits while more than one batch is on its way."""
        if not delivery_ids:
            return
        first = AHEAD if self._running and not self._running[-1].done() else FIRST
        batch = self._within(partial(_begun, delivery_ids, self._process, self._pace, first))
        if batch is not None:
            self._running.append(self._line.submit(self._within, partial(_file_all, delivery_ids, lambda: batch)))
        self._wait(1)

    def _wait(self, most: int) -> None:
        self._meanwhile()
        while len(self._running) > most:
            with suppress(TimeoutError):
                self._running[0].result(timeout=_PATIENCE)
                self._running.popleft()
            self._meanwhile()


def _begun(delivery_ids: Sequence[int], process: ReadingProcess, pace: Pace, first: int) -> Batch | None:
    try:
        return Batch(delivery_ids, process, pace=pace, first=first)
    except CancelledError:  # the program stops
        db.session.rollback()
        return None


def dead_holders(holder: str | None) -> tuple[str, ...]:
    """The holder of a lease, if it was a process of this machine that is no more: its lease need not run out."""
    host, _, rest = (holder or "").partition(":")
    process = rest.partition(":")[0]
    is_gone = host == socket.gethostname()[:40] and process.isdigit() and not Path(f"/proc/{process}").exists()
    return (holder,) if holder and is_gone else ()
