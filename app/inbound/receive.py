"""The first of the two transactions: a raw message is kept before anybody thinks about it."""

from typing import Protocol

from app.inbound.raw import store
from app.operations.deliveries import note_delivery
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
    """Keep ``fetched`` for good and return the key of its delivery; the same one again changes nothing.

    ``OSError`` when the store cannot write: then nothing is known of it and the source still has it.
    """
    return note_delivery(
        mailbox_id=mailbox_id, folder=fetched.folder, uidvalidity=fetched.uidvalidity, uid=fetched.uid,
        raw_sha256=store().put(fetched.raw), size=fetched.size, is_truncated=fetched.is_truncated, actor=SYSTEM,
    )


def receive_form(web_form_id: int, raw: bytes, uid: str) -> int:
    """Keep what a visitor sent through a web form; ``uid`` is the same for a double click."""
    return note_delivery(web_form_id=web_form_id, uid=uid, raw_sha256=store().put(raw), size=len(raw), actor=SYSTEM)
