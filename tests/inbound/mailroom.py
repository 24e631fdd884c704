"""Hands raw mail to the pipeline as a source would."""

from dataclasses import dataclass
from itertools import count

from app.domain.messages import State
from app.extensions import db, store
from app.inbound.pipeline import settle
from app.inbound.receive import receive
from app.models import Delivery, IncomingMessage, Mailbox
from app.models.mailboxes import MailboxKind
from app.operations import records
from app.permissions.actor import SYSTEM
from app.support.store import FolderStore

_uids = count(1)


def folder_store() -> FolderStore:
    """The store of the program, where it is a folder."""
    kept = store()
    assert isinstance(kept, FolderStore)
    return kept


@dataclass
class Arrived:
    raw: bytes
    uid: str
    folder: str = ""
    uidvalidity: int = 0
    is_truncated: bool = False

    @property
    def size(self) -> int:
        return len(self.raw)


def make_mailbox(name: str = "inbox", *, is_trusted: bool = True, **more: object) -> Mailbox:
    values = {"name": name, "kind": MailboxKind.FOLDER, "path": "/nowhere", "is_trusted": is_trusted, **more}
    return records.create(Mailbox, values, actor=SYSTEM)


def deliver(mailbox: Mailbox, raw: bytes) -> IncomingMessage:
    """Receive and settle one message."""
    key = receive(mailbox.id, Arrived(raw, str(next(_uids))))
    settle(key)
    delivery = db.session.get_one(Delivery, key)
    assert delivery.message is not None and delivery.state is not State.RECEIVED, delivery.error
    return delivery.message


def note(
    sender: str, to: str, *, envelope: str = "", subject: str = "Offer", text: str = "Hello,\n\nplease find our offer.\n",
    message_id: str = "", headers: str = "",
) -> bytes:
    """A small plain mail."""
    number = next(_uids)
    lines = [
        f"Delivered-To: {envelope}" if envelope else "", f"From: {sender}", f"To: {to}", f"Subject: {subject}",
        f"Message-ID: <{message_id or f'm{number}@mail.example'}>", f"Date: Fri, 20 Nov 2026 09:{number % 60:02d}:00 +0100",
        "Content-Type: text/plain; charset=utf-8", "MIME-Version: 1.0", headers.strip(),
    ]
    return ("\n".join(line for line in lines if line) + "\n\n" + text).encode()
