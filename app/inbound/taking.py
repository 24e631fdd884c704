"""Messages out of a source: kept, then filed. What live reading and the reading of old mail share."""

import logging
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from pathlib import Path

from app.extensions import db
from app.inbound import pipeline
from app.inbound.reader import ReadingProcess
from app.inbound.receive import receive_all
from app.inbound.sources.source import Fetched
from app.operations.polling import LeaseLost
from app.operations.unfetched import note_unfetched
from app.permissions.actor import SYSTEM
from app.support import clock

log = logging.getLogger(__name__)


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


def settle(delivery_ids: Sequence[int], process: ReadingProcess, between: Callable[[], None] = lambda: None) -> None:
    """File them, and call ``between`` after each; whatever goes wrong, they are kept, and the sweep goes on with them.

    Raises ``LeaseLost`` when ``between`` does.
    """
    try:
        for _ in pipeline.settle_each(delivery_ids, process):
            between()
    except LeaseLost:
        raise
    except CancelledError:  # the program stops
        db.session.rollback()
    except Exception:
        log.exception("deliveries %s", delivery_ids)
        db.session.rollback()


def dead_holders(holder: str | None) -> tuple[str, ...]:
    """The holder of a lease, if it was a process of this machine that is no more: its lease need not run out."""
    host, _, rest = (holder or "").partition(":")
    process = rest.partition(":")[0]
    is_gone = host == socket.gethostname()[:40] and process.isdigit() and not Path(f"/proc/{process}").exists()
    return (holder,) if holder and is_gone else ()
