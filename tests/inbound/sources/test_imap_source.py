"""The IMAP source against a real server."""

import logging
import socket
import threading
import time
from base64 import encodebytes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest

from app.inbound.sources.imap import KEYWORD, ImapSource
from app.inbound.sources.imap_connection import Security, Server
from app.inbound.sources.source import BATCH_SIZE, Fetched, Position, SourceError
from tests.servers.dovecot import Account, Dovecot
from tests.servers.process import free_port
from tests.servers.relay import Relay

pytest_plugins = ["tests.servers.fixtures"]

CUSTOMER = b"From: Anna <anna@client.test>\r\nTo: jan@firm.test\r\nSubject: Offer %d\r\n\r\nHello\r\n"


@pytest.fixture
def server(mail_account: Account) -> Server:
    dovecot = mail_account.server
    return Server(
        "127.0.0.1", dovecot.imap_port, mail_account.user, mail_account.password, security=Security.NONE
    )


@contextmanager
def opened(server: Server, **settings: Any) -> Iterator[ImapSource]:
    source = ImapSource(server, **settings)
    source.open()
    try:
        yield source
    finally:
        source.close()


def everything(source: ImapSource, position: Position | None = None) -> list[Fetched]:
    return [message for batch in source.fetch(position or Position(0, 0)) for message in batch]


def after(fetched: list[Fetched]) -> Position:
    return Position(fetched[-1].uidvalidity, fetched[-1].number)


@pytest.mark.feature("C22")
def test_a_blind_copy_arrives_with_its_envelope_address(mail_account: Account, server: Server) -> None:
    mail_account.deliver(CUSTOMER % 1, to=["crm+k7@kurier.test"])
    with opened(server) as source:
        (message,) = everything(source)
    assert b"\r\nDelivered-To: crm+k7@kurier.test\r\n" in message.raw
    assert message.raw.endswith(CUSTOMER % 1)
    assert (message.folder, message.uid, message.size) == ("INBOX", "1", len(message.raw))
    assert not message.is_truncated


def test_reading_leaves_no_trace(mail_account: Account, server: Server) -> None:
    mail_account.deliver(CUSTOMER % 1)
    with opened(server) as source:
        everything(source)
    other = mail_account.client()
    other.select_folder("INBOX", readonly=True)
    assert other.get_flags([1])[1] in [(), (b"\\Recent",)]
    other.logout()


def test_a_new_mailbox_starts_from_now(mail_account: Account, server: Server) -> None:
    mail_account.deliver(CUSTOMER % 1)
    with opened(server) as source:
        position = source.position_now()
        assert everything(source, position) == []
        mail_account.deliver(CUSTOMER % 2)
        (message,) = everything(source, position)
        assert b"Offer 2" in message.raw


def test_an_empty_mailbox_and_a_mailbox_read_to_its_end_give_nothing(
    mail_account: Account, server: Server
) -> None:
    with opened(server) as source:
        assert everything(source, source.position_now()) == []
        mail_account.deliver(CUSTOMER % 1)
        fetched = everything(source)
        # `UID SEARCH 2:*` answers 1 here
        assert everything(source, after(fetched)) == []


def test_a_huge_mailbox_is_searched_piece_by_piece(mail_account: Account, server: Server) -> None:
    for number in range(25):
        mail_account.deliver(CUSTOMER % number)
    with opened(server, search_at_once=10) as source:
        fetched = everything(source)
        assert [int(message.uid) for message in fetched] == list(range(1, 26))
        assert everything(source, after(fetched)) == []
        assert len(everything(source, Position(fetched[0].uidvalidity, 17))) == 8


def test_what_is_deleted_meanwhile_is_passed_over(mail_account: Account, server: Server) -> None:
    for number in range(60):
        mail_account.deliver(CUSTOMER % number)
    with opened(server) as source:
        batches = source.fetch(Position(0, 0))
        first = next(batches)
        other = mail_account.client()
        other.select_folder("INBOX")
        other.delete_messages([52, 55])
        other.expunge()
        other.logout()
        rest = [message for batch in batches for message in batch]
    assert [int(m.uid) for m in first + rest] == [uid for uid in range(1, 61) if uid not in (52, 55)]


def test_a_back_fill_counts_first(mail_account: Account, server: Server) -> None:
    for number in range(3):
        mail_account.deliver(CUSTOMER % number)
    with opened(server) as source:
        position, count = source.position_since(datetime.now(UTC).date() - timedelta(days=2))
        assert count == len(everything(source, position)) == 3
        position, count = source.position_since(datetime.now(UTC).date() + timedelta(days=2))
        assert (count, everything(source, position)) == (0, [])


def test_batches_are_bounded_in_count_and_size(mail_account: Account, server: Server) -> None:
    for number in range(63):
        mail_account.deliver(CUSTOMER % number)
    for _ in range(3):
        mail_account.deliver(b"Subject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 100_000)
    with opened(server) as source:
        batches = list(source.fetch(Position(0, 0)))
    assert [len(batch) for batch in batches] == [10, 50, 5, 1]
    assert [int(message.uid) for batch in batches for message in batch] == list(range(1, 67))
    assert all(sum(message.size for message in batch) <= BATCH_SIZE for batch in batches)


@pytest.mark.feature("X2")
def test_waiting_ends_when_a_message_arrives(mail_account: Account, server: Server) -> None:
    with opened(server) as source:
        position = source.position_now()
        began = time.monotonic()
        timer = threading.Timer(0.3, mail_account.deliver, [CUSTOMER % 1])
        timer.start()
        assert source.wait(120)
        assert time.monotonic() - began < 60  # half of the waiting
        assert len(everything(source, position)) == 1
        timer.join()


def test_a_message_between_reading_and_waiting_is_not_overlooked(
    mail_account: Account, server: Server
) -> None:
    with opened(server) as source:
        for number in range(5):
            assert everything(source, source.position_now()) == []
            mail_account.deliver(CUSTOMER % number)
            assert source.wait(60)


def test_waiting_ends_in_time_without_news(server: Server) -> None:
    with opened(server) as source:
        assert not source.wait(0.2)
        assert everything(source) == []  # the connection is still usable


def test_a_settled_batch_wakes_nobody_for_ever(mail_account: Account, server: Server) -> None:
    mail_account.deliver(CUSTOMER % 1)
    with opened(server) as source:
        fetched = everything(source)
        source.settle(fetched, move_to="Done")
        assert everything(source, after(fetched)) == []
        assert not source.wait(0.2)


def test_a_poorer_server_is_polled_and_copied_from() -> None:
    with Dovecot(without=["IDLE", "MOVE"]) as dovecot:
        account = dovecot.account()
        server = Server("127.0.0.1", dovecot.imap_port, account.user, account.password, Security.NONE)
        with opened(server, poll_every=0.1) as source:
            assert not source.wait(0.15)
            timer = threading.Timer(0.3, account.deliver, [CUSTOMER % 1])
            timer.start()
            assert source.wait(60)
            timer.join()
            source.settle(everything(source), move_to="Done")
            assert everything(source) == []
        assert [finding.code for finding in ImapSource(server).check()] == [
            "signed_in",
            "not_encrypted",
            "no_idle",
            "move",
        ]


def test_settled_messages_carry_a_keyword_or_move(mail_account: Account, server: Server) -> None:
    for number in range(120):
        mail_account.deliver(CUSTOMER % number)
    with opened(server) as source:
        fetched = everything(source)
        source.settle(fetched[:60])
        source.settle(fetched[60:], move_to="Kurier done")
        source.settle(fetched[60:], move_to="Kurier done")
    other = mail_account.client()
    other.select_folder("INBOX", readonly=True)
    marked = other.search(["KEYWORD", KEYWORD, "UNSEEN"])
    assert (len(marked), len(other.search())) == (60, 60)
    other.select_folder("Kurier done", readonly=True)
    assert len(other.search()) == 60
    other.logout()


@pytest.mark.feature("X2")
def test_a_change_of_uidvalidity_is_said_and_everything_read_again(
    mail_account: Account, server: Server
) -> None:
    mail_account.deliver(CUSTOMER % 1)
    with opened(server) as source:
        old = everything(source)
    mail_account.change_uidvalidity(4711)
    with opened(server) as source:
        again = everything(source, after(old))
        assert [finding.code for finding in source.findings] == ["rescan"]
        assert [message.raw for message in again] == [message.raw for message in old]
        assert again[0].uidvalidity == 4711
        source.settle(old, move_to="Done")  # these numbers mean other messages now
        assert len(everything(source)) == 1


@pytest.mark.feature("X2")
def test_a_connection_cut_in_the_middle_loses_nothing(mail_account: Account, server: Server) -> None:
    for number in range(60):
        mail_account.deliver(CUSTOMER % number + b"x" * 1000)
    with Relay(server.port) as relay, opened(replace(server, port=relay.port)) as source:
        batches = source.fetch(Position(0, 0))
        first = next(batches)
        relay.cut_after(5_000)
        rest = next(batches)
        assert next(batches, None) is None
        assert source.findings == []
    assert [int(message.uid) for message in first + rest] == list(range(1, 61))


@pytest.mark.feature("X2")
def test_after_a_cut_without_a_way_back_reading_goes_on_where_it_was(
    mail_account: Account, server: Server
) -> None:
    for number in range(70):
        mail_account.deliver(CUSTOMER % number)
    with Relay(server.port) as relay:
        source = ImapSource(replace(server, port=relay.port))
        source.open()
        batches = source.fetch(Position(0, 0))
        first = next(batches)
    with pytest.raises(SourceError) as lost:
        next(batches)
    assert lost.value.code == "refused"
    with opened(server) as source:
        rest = everything(source, after(first))
    assert [int(message.uid) for message in first + rest] == list(range(1, 71))


def test_a_message_that_the_server_cannot_read_holds_up_nobody(mail_account: Account, server: Server) -> None:
    for number in range(3):
        mail_account.deliver(CUSTOMER % number)
    files = sorted((mail_account.server.folder / "mail" / mail_account.user / "new").iterdir())
    files[1].chmod(0)
    with opened(server) as source:
        found = everything(source)
        assert [message.uid for message in found] == ["1", "2", "3"]
        assert [message.refusal is None for message in found] == [True, False, True]
        finding = found[1].refusal
        assert finding is not None and found[1].raw == b"" and found[1].answer
        assert "could not give message 2 of INBOX" in str(finding)
        again = source.fetch_again("INBOX", found[1].uidvalidity, "2")
        assert again is not None and again.refusal is not None
        (moved,) = files[1].parent.parent.glob(f"*/{files[1].name}*")  # a Maildir moves what was looked at
        moved.chmod(0o644)
        mended = source.fetch_again("INBOX", found[1].uidvalidity, "2")
        assert mended is not None and mended.refusal is None and mended.raw
        assert source.fetch_again("INBOX", found[1].uidvalidity, "77") is None
        assert source.fetch_again("INBOX", found[1].uidvalidity + 1, "2") is None


def test_a_connection_that_the_server_ends_while_waiting_is_told(
    mail_account: Account, server: Server
) -> None:
    with opened(server) as source:
        timer = threading.Timer(0.3, mail_account.kick)
        timer.start()
        with pytest.raises(SourceError) as lost:
            source.wait(60)
        assert lost.value.code == "connection_lost"
        timer.join()


def test_a_silent_server_runs_into_the_time_out(server: Server) -> None:
    with Relay(server.port) as relay:
        source = ImapSource(replace(server, port=relay.port, read_timeout=0.3))
        source.open()
        relay.fall_silent()
        with pytest.raises(SourceError) as late:
            everything(source)
        assert late.value.code == "timeout"
        source.close()


def large_message() -> bytes:
    """30 MB: a text and its HTML, a picture, a forwarded message with its own attachment."""
    load = encodebytes(b"\x00\xff" * 11_000_000).replace(b"\n", b"\r\n")
    return b"\r\n".join([
        b"From: Anna <anna@client.test>",
        b"Subject: Plans",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="outer"',
        b"",
        b"--outer",
        b'Content-Type: application/pdf; name="=?utf-8?Q?Plan_=C5=82=C3=B3d=C5=BA.pdf?="',
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment",
        b"",
        load,
        b"--outer",
        b'Content-Type: multipart/alternative; boundary="inner"',
        b"",
        b"--inner",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: quoted-printable",
        b"",
        b"Dzie=C5=84 dobry",
        b"--inner",
        b"Content-Type: text/html; charset=utf-8",
        b"",
        b"<p>Good day",
        b"--inner--",
        b"--outer",
        b"Content-Type: message/rfc822",
        b"",
        b"From: Piotr <piotr@buyer.test>",
        b"Subject: Wanted",
        b"",
        b"We need 40 pumps",
        b"--outer--",
        b"",
    ])  # fmt: skip


@pytest.mark.feature("X2")
def test_a_message_above_the_limit_arrives_without_its_attachments(
    mail_account: Account, server: Server
) -> None:
    raw = large_message()
    assert len(raw) > 29_000_000
    mail_account.deliver(CUSTOMER % 1)
    mail_account.deliver(raw)
    mail_account.deliver(CUSTOMER % 3)
    with opened(server) as source:
        first, large, last = everything(source)
    assert not first.is_truncated
    assert not last.is_truncated
    assert large.is_truncated
    assert large.size > 29_000_000
    assert len(large.raw) < 2_000
    assert large.omitted == ("Plan łódź.pdf",)
    message = message_from_bytes(large.raw)
    assert message["Subject"] == "Plans"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "message/rfc822",
        "text/plain",
    ]
    _, _, plain, html, _, forwarded = message.walk()
    assert plain.get_payload(decode=True) == "Dzień dobry".encode()
    assert html.get_payload() == "<p>Good day"
    assert forwarded["From"] == "Piotr <piotr@buyer.test>"
    assert forwarded.get_payload() == "We need 40 pumps"


def test_one_large_text_is_cut(mail_account: Account, server: Server) -> None:
    mail_account.deliver(b"Subject: Log\r\n\r\n" + b"0123456789abcde\r\n" * 100_000)
    with opened(server, message_limit=1_000_000) as source:
        (message,) = everything(source)
    assert message.is_truncated
    assert message.size > 1_700_000
    assert b"Subject: Log\r\n\r\n0123456789" in message.raw
    assert 512 * 1024 < len(message.raw) < 530_000


def test_a_large_message_without_a_usable_structure_keeps_its_beginning(
    mail_account: Account, server: Server
) -> None:
    mail_account.deliver(
        b"Subject: Broken\r\nContent-Type: multipart/mixed\r\n\r\nHello\r\n"
        + b"0123456789abcde\r\n" * 100_000
    )
    with opened(server, message_limit=1_000_000) as source:
        (message,) = everything(source)
    assert message.is_truncated
    assert b"\r\nSubject: Broken\r\n" in message.raw
    assert b"\r\n\r\nHello\r\n" in message.raw
    assert len(message.raw) < 530_000


# -- what the administrator reads


def test_the_check_tells_what_the_server_can(mail_account: Account, server: Server) -> None:
    mail_account.deliver(CUSTOMER % 1)
    findings = ImapSource(server).check()
    assert [finding.code for finding in findings] == ["signed_in", "not_encrypted", "idle", "move"]
    assert "holds 1 messages" in str(findings[0])


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_tls_with_a_certificate_of_their_own(
    mail_account: Account, server: Server, security: Security
) -> None:
    dovecot = mail_account.server
    port = dovecot.imaps_port if security is Security.TLS else dovecot.imap_port
    trusting = replace(
        server, host="localhost", port=port, security=security, certificate=dovecot.certificate
    )
    mail_account.deliver(CUSTOMER % 1)
    with opened(trusting) as source:
        position = source.position_now()
        assert len(everything(source)) == 1
        mail_account.deliver(CUSTOMER % 2)
        assert source.wait(60)
        assert len(everything(source, position)) == 1
    (finding,) = ImapSource(replace(trusting, certificate=None)).check()
    assert finding.code == "certificate"
    assert "not to be trusted" in str(finding)


def refused(server: Server) -> str:
    (finding,) = ImapSource(server).check()
    assert server.password not in str(finding)
    assert f"{server.password!r}" not in repr(server)
    return f"{finding.code}: {finding}"


def test_each_refusal_is_one_plain_sentence(server: Server, mail_account: Account) -> None:
    wrong = replace(server, password="not it, zażółć")
    assert refused(wrong).startswith("wrong_password: 127.0.0.1 refused the user name box-")
    for name in ("no such name", "mail..test"):
        assert refused(replace(server, host=name, security=Security.TLS)) == (
            f"host_unknown: No server named {name} was found. Check its spelling and the network."
        )
    port = free_port()
    assert refused(replace(server, port=port)) == (
        f"refused: 127.0.0.1 refuses connections on port {port}. Check the port and the firewall."
    )
    assert refused(replace(server, security=Security.TLS)).startswith("tls: 127.0.0.1 does not speak TLS")
    assert refused(replace(server, folder="Sales")).startswith(
        "folder_missing: 127.0.0.1 has no folder Sales"
    )
    assert refused(replace(server, host="mail.example.com")).startswith("plain_text: Without encryption")


def test_a_server_that_never_speaks_is_given_up(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = replace(server, port=mute.getsockname()[1], connect_timeout=0.3)
        assert refused(silent).startswith("timeout: 127.0.0.1 did not answer in time")


def test_the_password_is_never_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = replace(server, password="w7yK-secret")
    for some in (server, wrong):
        ImapSource(some).check()
    assert "AUTHENTICATE" in caplog.text
    assert server.password not in caplog.text
    assert wrong.password not in caplog.text
