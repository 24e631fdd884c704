"""The first of the two transactions: raw messages are kept before anybody thinks about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.extensions import store
from app.operations.deliveries import note_deliveries
from app.permissions.actor import SYSTEM


class Arrived(Protocol):
    """What ``sources`` fetch."""

    @property
    def folder(self) -> str: ...
    @property
    def uidvalidity(self) -> int: ...
    @property
    def uid(self) -> str: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def size(self) -> int: ...
    @property
    def is_truncated(self) -> bool: ...


def receive(mailbox_id: int, fetched: Arrived) -> int:
    """``receive_all`` for one."""
    return receive_all(mailbox_id, [fetched])[0]


def receive_all(mailbox_id: int, batch: Sequence[Arrived], *, at: Sequence[datetime] = ()) -> list[int]:
    """Keep ``batch`` for good and return the keys of its deliveries; the same again changes nothing.

    ``at`` says when each was received, where that is not now.

    ``OSError`` when the store cannot write: then nothing is known of it and the source still has it.
    """
    kept = store().put_all([each.raw for each in batch])
    moments = [{"received_at": each} for each in at] or [{}] * len(batch)
    return note_deliveries(
        [
            {"mailbox_id": mailbox_id, "folder": each.folder, "uidvalidity": each.uidvalidity, "uid": each.uid,
             "raw_sha256": sha256, "size": each.size, "is_truncated": each.is_truncated, **moment}
            for each, sha256, moment in zip(batch, kept, moments, strict=True)
        ],
        actor=SYSTEM,
    )  # fmt: skip


def receive_form(web_form_id: int, raw: bytes, uid: str) -> int:
    """Keep what a visitor sent through a web form; ``uid`` is the same for a double click."""
    facts = {"web_form_id": web_form_id, "uid": uid, "raw_sha256": store().put(raw), "size": len(raw)}
    return note_deliveries([facts], actor=SYSTEM)[0]
