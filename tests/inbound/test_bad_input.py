"""Whatever is sent to it: a clear sentence for whoever can act, and nothing lost."""

import pytest
from sqlalchemy import func, select

from app.domain.messages import REASONS, State
from app.extensions import db, store
from app.inbound.receive import receive
from app.inbound.stages.directory import opportunity_address, record_ref
from app.models import Attachment, Delivery, IncomingMessage
from tests.inbound.mailroom import Arrived, deliver, folder_store, make_mailbox, note
from tests.people import Cast

ANNA = "Anna <anna@grandouest.example>"


def _raw_is_kept(message: IncomingMessage, raw: bytes) -> bool:
    return store().get(message.raw_sha256) == raw


@pytest.mark.both("a text that a database refuses")
@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe" * 50, b"no header here", b"From: \r\n\r\n", b"Content-Type: multipart/mixed\n\n--x"])
def test_a_broken_message_is_kept_and_says_so(cast: Cast, raw: bytes) -> None:
    message = deliver(make_mailbox(), raw)
    assert message.state in (State.FAILED, State.HELD)
    assert message.reason in REASONS
    assert _raw_is_kept(message, raw)


def test_ten_thousand_parts(cast: Cast) -> None:
    part = b"--b\nContent-Type: text/plain\n\nx\n"
    raw = note(ANNA, "k.dudek@jesion.example", headers="Content-Type: multipart/mixed; boundary=b", text="").replace(
        b"Content-Type: text/plain; charset=utf-8\n", b"", 1
    ) + part * 10_000 + b"--b--\n"
    message = deliver(make_mailbox(), raw)
    assert message.state is State.ATTACHED
    assert message.warnings, "somebody is told that not all of it was read"
    assert _raw_is_kept(message, raw)


def test_thirty_megabytes_are_filed_with_their_text(cast: Cast) -> None:
    raw = note(ANNA, "k.dudek@jesion.example", text="Important words.\n" + "x" * 76 + "\n" * 1) + (b"y" * 76 + b"\n") * 400_000
    message = deliver(make_mailbox(), raw)
    assert message.state is State.ATTACHED and message.entry is not None
    assert "Important words" in message.entry.body
    assert len(message.entry.body) < 2_000_000


def test_a_forged_token_opens_nothing(cast: Cast) -> None:
    genuine = opportunity_address(cast.renewal)
    assert record_ref(genuine) == ("opportunity", cast.renewal.public_ref)
    forged = genuine[: genuine.index("@") - 4] + "aaaa" + genuine[genuine.index("@") :]
    assert record_ref(forged) is None
    mailbox = make_mailbox(is_trusted=False)
    real = deliver(mailbox, note("Olivia <olivia@stone.example>", genuine, envelope=genuine))
    assert (real.state, real.reason, real.opportunity) == (State.ATTACHED, "token", cast.renewal)
    false = deliver(mailbox, note("Eve <eve@elsewhere.example>", forged, envelope=forged))
    assert (false.state, false.reason) == (State.HELD, "not_addressed")


def test_nobody_acts_as_a_user_by_writing_their_address(cast: Cast) -> None:
    mailbox = make_mailbox(is_trusted=False)
    forged = deliver(mailbox, note(ANNA, "k.dudek@jesion.example", envelope="sales@crm.grandouest.example"))
    assert (forged.state, forged.reason) == (State.HELD, "not_authenticated")
    other_server = "Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=grandouest.example"
    assert mailbox.authserv_id is None, "none is pinned: results are forgeable"
    still = deliver(mailbox, note(ANNA, "k.dudek@jesion.example", headers=other_server))
    assert still.reason == "not_authenticated"


def test_a_result_of_our_own_server_is_believed(cast: Cast) -> None:
    mailbox = make_mailbox(is_trusted=False, authserv_id="mx.grandouest.example")
    ours = "Authentication-Results: mx.grandouest.example; dmarc=pass header.from=grandouest.example"
    message = deliver(mailbox, note(ANNA, "k.dudek@jesion.example", headers=ours))
    assert (message.state, message.acting_user) == (State.ATTACHED, cast.anna)


def test_a_flood_of_one_stranger_is_held(cast: Cast) -> None:
    mailbox = make_mailbox(is_trusted=False)
    states = []
    for number in range(23):
        message = deliver(mailbox, note("Spam <spam@flood.example>", "sales@crm.grandouest.example", text=f"Buy {number}\n"))
        states.append((message.state, message.reason))
    assert states[0] == (State.CREATED, "new_from_direct")
    assert states[-1] == (State.HELD, "rate")


def test_a_full_disk_takes_nothing_and_loses_nothing(cast: Cast, small_disk: None) -> None:
    mailbox = make_mailbox()
    arrived = Arrived(note(ANNA, "k.dudek@jesion.example", text="x" * 300_000), "big")
    with pytest.raises(OSError):
        receive(mailbox.id, arrived)
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0, "not acknowledged: the source keeps it"
    leftovers = [each for each in folder_store().folder.rglob("*") if each.is_file() and each.stat().st_size]
    assert not leftovers


def test_attachments_keep_their_names_out_of_paths(cast: Cast) -> None:
    raw = note(ANNA, "k.dudek@jesion.example", headers="Content-Type: multipart/mixed; boundary=b", text="").replace(
        b"Content-Type: text/plain; charset=utf-8\n", b"", 1
    ) + (
        b"--b\nContent-Type: text/plain\n\nhello\n"
        b'--b\nContent-Type: application/pdf; name="../../etc/passwd"\n'
        b'Content-Disposition: attachment; filename="../../etc/passwd"\n\nx\n--b--\n'
    )
    deliver(make_mailbox(), raw)
    (attachment,) = db.session.scalars(select(Attachment))
    assert attachment.name == "passwd"
    assert store().get(attachment.sha256).strip() == b"x"
