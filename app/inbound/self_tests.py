"""The return of a self-test: what the server wrote about the address it was for."""

from email import message_from_bytes, policy

from sqlalchemy import select

from app.extensions import db, store
from app.models import IncomingMessage, SelfTest
from app.operations import self_tests
from app.permissions.actor import SYSTEM

TRACES = (
    "X-Gm-Original-To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To", "Received",
)  # fmt: skip


def traces_of(raw: bytes, address: str) -> list[str]:
    """The headers of ``raw`` that name ``address`` as the one it was delivered to."""
    message = message_from_bytes(raw, policy=policy.compat32)
    return [name for name in TRACES if any(address in str(value).lower() for value in message.get_all(name, []))]


def note_return(message: IncomingMessage) -> None:
    """Note that the self-test ``message`` is back. Called inside the transaction that files it."""
    word = self_tests.marked(message.subject)
    if word is None:
        return
    address = self_tests.address_of(word)
    headers = traces_of(store().get(message.raw_sha256), address.lower()) if address else []
    self_tests.note_back(word, message, headers, actor=SYSTEM)


def is_back(test: SelfTest) -> bool:
    """Whether ``test`` came back after all: when another mailbox had the same message first, nothing was announced."""
    header_id = test.outgoing.header_id if test.outgoing else None
    message = db.session.scalars(select(IncomingMessage).where(IncomingMessage.header_id == header_id)).first()
    if message is not None and test.back_at is None:
        note_return(message)
    return test.back_at is not None
