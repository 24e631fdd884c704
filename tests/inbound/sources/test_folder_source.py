"""The folder source: flat folders of `.eml` files and Maildirs."""

import mailbox
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from app.inbound.sources.folder import FolderSource
from app.inbound.sources.source import Fetched, Position, SourceError
from tests.servers.process import private_folder, unprivileged

MAIL = b"From: Anna <anna@client.test>\r\nSubject: Offer\r\n\r\nHello\r\n"
START = Position(0, 0)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def source(inbox: Path) -> Iterator[FolderSource]:
    source = FolderSource(inbox)
    source.open()
    yield source
    source.close()


@pytest.fixture
def maildir(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "maildir", create=True)


def everything(source: FolderSource, position: Position = START) -> list[Fetched]:
    return [message for batch in source.fetch(position) for message in batch]


def names(fetched: list[Fetched]) -> list[str]:
    return [message.uid.split(":")[0] for message in fetched]


@pytest.mark.feature("X2")
def test_a_copied_file_is_taken_while_somebody_waits_for_it(source: FolderSource, inbox: Path) -> None:
    timer = threading.Timer(0.2, (inbox / "offer.eml").write_bytes, [MAIL])
    timer.start()
    assert source.wait(60)
    (message,) = everything(source)
    timer.join()
    assert (message.raw, message.size, message.is_truncated) == (MAIL, len(MAIL), False)
    assert message.folder == str(inbox)
    source.settle([message])
    assert [path.name for path in inbox.iterdir()] == ["taken"]
    assert (inbox / "taken" / "offer.eml").read_bytes() == MAIL


def test_one_look_and_done_takes_what_is_there(source: FolderSource, inbox: Path) -> None:
    (inbox / "offer.eml").write_bytes(MAIL)
    assert names(everything(source)) == ["offer.eml"]


def test_a_file_that_grows_is_left_until_it_rests(source: FolderSource, inbox: Path) -> None:
    growing = inbox / "growing.eml"
    growing.write_bytes(MAIL)
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.1):  # each time opened and closed: only its size and time tell
            with growing.open("ab") as file:
                file.write(b"more\r\n")

    writer = threading.Thread(target=write)
    writer.start()
    (inbox / "whole.eml").write_bytes(MAIL)
    assert source.wait(60)
    assert names(everything(source)) == ["whole.eml"]
    stop.set()
    writer.join()
    source.settle(everything(source))
    assert (inbox / "taken" / "growing.eml").read_bytes().endswith(b"more\r\n")


def test_a_file_that_a_slow_program_still_writes_is_left(source: FolderSource, inbox: Path) -> None:
    with (inbox / "slow.eml").open("wb") as file:
        file.write(MAIL[:20])
        file.flush()
        assert not source.wait(1.2)
        assert everything(source) == []
        file.write(MAIL[20:])
    (message,) = everything(source)
    assert message.raw == MAIL


def test_only_finished_mail_files_count(source: FolderSource, inbox: Path, tmp_path: Path) -> None:
    for name in (".hidden.eml", "a.eml.part", "b.tmp", "c.eml.tmp", "notes.txt"):
        (inbox / name).write_bytes(MAIL)
    (inbox / "folder.eml").mkdir()
    (tmp_path / "secret").write_bytes(b"password")
    (inbox / "link.eml").symlink_to(tmp_path / "secret")
    os.mkfifo(inbox / "pipe.eml")
    (inbox / "REAL.EML").write_bytes(MAIL)
    assert names(everything(source)) == ["REAL.EML"]


def test_a_file_replaced_after_reading_is_not_put_away(source: FolderSource, inbox: Path) -> None:
    (inbox / "offer.eml").write_bytes(MAIL)
    first = everything(source)
    (inbox / "offer.eml").write_bytes(MAIL + b"second")
    source.settle(first)
    second = everything(source)
    assert second[0].raw == MAIL + b"second"
    source.settle(second)
    (inbox / "offer.eml").write_bytes(MAIL + b"third")
    source.settle(everything(source))
    source.settle(second)  # twice is harmless
    assert sorted(path.name for path in (inbox / "taken").iterdir()) == ["offer-2.eml", "offer.eml"]


def test_what_was_fetched_but_not_settled_is_given_again(inbox: Path) -> None:
    (inbox / "offer.eml").write_bytes(MAIL)
    before = everything(FolderSource(inbox))
    after_a_crash = FolderSource(inbox)
    assert everything(after_a_crash) == before
    after_a_crash.settle(before, move_to="done")
    assert (inbox / "done" / "offer.eml").exists()


def test_batches_are_bounded(source: FolderSource, inbox: Path) -> None:
    for number in range(63):
        path = inbox / f"{number:03}.eml"
        path.write_bytes(MAIL)
        os.utime(path, (number, number))
    sizes = [len(batch) for batch in source.fetch(START)]
    assert sizes == [10, 50, 3]
    assert names(everything(source)) == [f"{number:03}.eml" for number in range(63)]


def test_a_large_file_arrives_without_its_attachment(source: FolderSource, inbox: Path) -> None:
    head = (
        b'Subject: Plans\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nDzie\xc5\x84 dobry\r\n--b\r\n"
        b'Content-Type: application/pdf; name="plan.pdf"\r\n\r\n'
    )
    with (inbox / "large.eml").open("wb") as file:
        file.write(head)
        for _ in range(30):
            file.write((b"x" * 998 + b"\r\n") * 1000)
        file.write(b"--b--\r\n")
    (message,) = everything(source)
    assert message.is_truncated
    assert message.size > 30_000_000
    assert message.omitted == ("plan.pdf",)
    assert len(message.raw) < 1000
    parsed = message_from_bytes(message.raw)
    assert parsed["Subject"] == "Plans"
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/mixed", "text/plain"]
    assert "Dzień dobry".encode() in message.raw


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """A folder of an ordinary user, seen with their rights even when the tests run as root."""
    folder = private_folder("inbox", unprivileged())
    before = os.geteuid()
    if before == 0:
        os.seteuid(unprivileged().pw_uid)
    try:
        yield folder
    finally:
        os.seteuid(before)
        shutil.rmtree(folder)


def test_an_unreadable_file_is_reported_once_and_holds_up_nobody() -> None:
    with ordinary_user() as folder:
        (folder / "closed.eml").write_bytes(MAIL)
        (folder / "closed.eml").chmod(0)
        (folder / "open.eml").write_bytes(MAIL)
        source = FolderSource(folder)
        fetched = everything(source)
        source.settle([each for each in fetched if each.refusal is None])
        assert names(fetched) == ["closed.eml", "open.eml"]
        finding = fetched[0].refusal
        assert finding is not None and finding.code == "unreadable_file" and fetched[0].answer == "Permission denied"
        assert str(finding) == (
            f"Kurier could not read {folder}/closed.eml (Permission denied). "
            "Correct its permissions and save it again."
        )
        assert not source.wait(0.7)
        (folder / "closed.eml").chmod(0o600)
        again = source.fetch_again(str(folder), 0, fetched[0].uid)
        assert again is not None and again.raw == MAIL
        source.settle([again])
        assert source.fetch_again(str(folder), 0, fetched[0].uid) is None


def test_a_folder_that_cannot_be_written_is_read_and_said() -> None:
    with ordinary_user() as folder:
        (folder / "offer.eml").write_bytes(MAIL)
        folder.chmod(0o500)
        source = FolderSource(folder)
        assert [finding.code for finding in source.check()] == ["readable", "not_writable"]
        source.settle(everything(source))
        assert [finding.code for finding in source.findings] == ["not_moved"]
        assert not source.wait(0.7)  # not given again and again


def test_each_refusal_is_one_plain_sentence(inbox: Path) -> None:
    (inbox / "file").write_bytes(b"")
    cases: list[tuple[Path, str]] = [
        (inbox / "none", f"There is no folder {inbox}/none. Create it, or name another one."),
        (inbox / "file", f"{inbox}/file is a file, not a folder."),
    ]
    for path, sentence in cases:
        with pytest.raises(SourceError) as refused:
            FolderSource(path).open()
        assert str(refused.value) == sentence
        assert [str(finding) for finding in FolderSource(path).check()] == [sentence]
    with ordinary_user() as folder:
        folder.chmod(0)
        assert [finding.code for finding in FolderSource(folder).check()] == ["folder_closed"]


def test_a_folder_that_vanishes_is_a_refusal_not_a_crash(source: FolderSource, inbox: Path) -> None:
    inbox.rmdir()
    for read in (lambda: everything(source), lambda: source.wait(5)):
        with pytest.raises(SourceError, match="There is no folder"):
            read()


# -- Maildir


def test_a_maildir_is_read_at_once_and_moves_from_new_to_cur(maildir: mailbox.Maildir) -> None:
    maildir.add(MAIL)
    source = FolderSource(Path(maildir._path))
    (message,) = everything(source)
    assert message.raw == MAIL
    source.settle([message])
    assert [key for key, mail in maildir.items() if mail.get_subdir() == "cur"] == [message.uid.split(":")[0]]
    assert everything(source) == []
    assert everything(FolderSource(Path(maildir._path)), Position(0, message.number)) == []


def test_what_another_program_has_read_first_is_still_taken(maildir: mailbox.Maildir) -> None:
    source = FolderSource(Path(maildir._path))
    old = maildir.add(MAIL)
    set_state(maildir, old, lambda mail: mail.set_subdir("cur"))
    yesterday = time.time_ns() - 86_400 * 10**9
    (path,) = (Path(maildir._path) / "cur").glob(f"{old}*")
    os.utime(path, ns=(yesterday, yesterday))
    position = source.position_now()
    assert position == Position(0, yesterday)

    new = maildir.add(MAIL)
    set_state(maildir, new, lambda mail: mail.set_subdir("cur"))
    set_state(maildir, new, lambda mail: mail.add_flag("S"))
    fetched = everything(source, position)
    assert names(fetched) == [new]
    source.settle(fetched)
    assert maildir.get_message(new).get_flags() == "S"


def set_state(maildir: mailbox.Maildir, key: str, change: Callable[[mailbox.MaildirMessage], object]) -> None:
    message = maildir.get_message(key)
    change(message)
    maildir[key] = message


def test_a_back_fill_counts_first(maildir: mailbox.Maildir, source: FolderSource, inbox: Path) -> None:
    for _ in range(3):
        set_state(maildir, maildir.add(MAIL), lambda mail: mail.set_subdir("cur"))
    of_maildir = FolderSource(Path(maildir._path))
    position, count = of_maildir.position_since(datetime.now(UTC).date() - timedelta(days=2))
    assert count == len(everything(of_maildir, position)) == 3
    (inbox / "offer.eml").write_bytes(MAIL)
    assert source.position_since(datetime.now(UTC).date())[1] == 1
    assert [finding.code for finding in of_maildir.check()] == ["readable"]
