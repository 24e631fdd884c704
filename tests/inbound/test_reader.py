"""The process that reads: whatever happens to it, the messages around the one that did it are read, and it never outlives us."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from app.domain.messages import State
from app.extensions import db
from app.inbound import pipeline
from app.inbound.batch import AHEAD, FIRST, chunks_of
from app.inbound.mime.directory import Directory
from app.inbound.reader import ROOT, SECONDS, YIELDING, ReadingProcess
from app.inbound.reading import Arrived, Reading, ReadingFailed, read_one
from app.inbound.receive import receive_all
from app.inbound.stages.directory import stored_directory
from app.models import Delivery
from app.operations import deliveries
from app.operations.deliveries import MAX_ATTEMPTS
from app.operations.polling import note_failure
from app.permissions.actor import SYSTEM
from app.support.linux import without_processor
from app.support.store import FolderStore
from tests.inbound.mailroom import Arrived as Fetched
from tests.inbound.mailroom import folder_store, make_mailbox, note
from tests.people import Cast

ENDLESS = "e" * 64
HASTE = 2.0  # seconds; a message takes milliseconds, but the machine may do much else
MAIL = note("Martha <martha@shop.example>", "sales@firm.example", subject="Scales")

IDLE = """
import sys
from pathlib import Path
from app.inbound.mime.directory import Directory
from app.inbound.reader import ReadingProcess
from app.inbound.reading import Arrived
from app.support.store import FolderStore
process, kept = ReadingProcess(), FolderStore(Path(sys.argv[1]))
process.submit([], kept, Directory()).result()
print(process.pid, flush=True)
process.submit([Arrived(sys.argv[2], False)], kept, Directory()).result()
"""


@pytest.fixture
def kept(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def process() -> Iterator[ReadingProcess]:
    with ReadingProcess() as process:
        yield process


@pytest.fixture
def hasty() -> Iterator[ReadingProcess]:
    """One that soon gives up."""
    with ReadingProcess(seconds=HASTE) as process:
        yield process


def endless(kept: FolderStore, sha256: str = ENDLESS) -> Path:
    """A message that nobody reads to its end: a pipe into which nobody writes."""
    path = kept.folder / sha256[:2] / sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


def is_gone(pid: int) -> bool:
    try:
        return " Z " in Path(f"/proc/{pid}/stat").read_text().replace(")", " ")
    except FileNotFoundError:
        return True


def is_gone_soon(pid: int, seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not is_gone(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_gone(pid)


def test_a_message_without_end_fails_alone_and_in_its_place(kept: FolderStore, hasty: ReadingProcess) -> None:
    endless(kept)
    good = Arrived(kept.put(MAIL), is_form=False)
    readings = hasty.submit([good, Arrived(ENDLESS, is_form=False), good], kept, Directory()).result()
    assert [type(each) for each in readings] == [Reading, ReadingFailed, Reading]
    assert str(readings[1]) == "Reading took too long or too much memory (TimeoutError)"


def test_many_messages_do_not_wait_longer_for_one_without_end(kept: FolderStore, hasty: ReadingProcess) -> None:
    endless(kept)
    good = Arrived(kept.put(MAIL), is_form=False)
    begun = time.monotonic()
    readings = hasty.submit([good] * 15 + [Arrived(ENDLESS, is_form=False)], kept, Directory()).result()
    assert [type(each) for each in readings] == [Reading] * 15 + [ReadingFailed]
    assert time.monotonic() - begun < 15 * HASTE


def test_a_process_killed_in_the_middle_of_a_batch_loses_none(kept: FolderStore) -> None:
    path = endless(kept)
    good = Arrived(kept.put(MAIL), is_form=False)
    with ReadingProcess() as process:
        process.submit([], kept, Directory()).result()
        first = process.pid
        assert first is not None
        batch = process.submit([good, Arrived(ENDLESS, is_form=False), good], kept, Directory())
        path.unlink()
        path.write_bytes(MAIL)
        os.kill(first, signal.SIGKILL)
        assert [type(each) for each in batch.result()] == [Reading] * 3
        assert process.pid != first


def test_a_process_that_died_while_it_had_nothing_to_do_costs_no_message_an_attempt(kept: FolderStore, process: ReadingProcess) -> None:
    good = Arrived(kept.put(MAIL), is_form=False)
    process.submit([good], kept, Directory()).result()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert isinstance(process.submit([good], kept, Directory()).result()[0], Reading)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_what_stops_the_whole_group_does_not_stop_a_reading(kept: FolderStore, process: ReadingProcess, number: signal.Signals) -> None:
    good = Arrived(kept.put(MAIL), is_form=False)
    process.submit([good], kept, Directory()).result()
    first = process.pid
    assert first is not None
    os.kill(first, number)
    assert isinstance(process.submit([good], kept, Directory()).result()[0], Reading)
    assert process.pid == first


def test_closing_ends_it_at_once_whatever_it_reads(kept: FolderStore) -> None:
    endless(kept)
    process = ReadingProcess()
    process.submit([], kept, Directory()).result()
    pid = process.pid
    assert pid is not None
    running = process.submit([Arrived(ENDLESS, is_form=False)], kept, Directory())
    behind = process.submit([Arrived(ENDLESS, is_form=False)], kept, Directory())
    begun = time.monotonic()
    process.close()
    assert time.monotonic() - begun < SECONDS
    assert is_gone(pid)
    for each in (running, behind):
        with pytest.raises(CancelledError):
            each.result()
    with pytest.raises(CancelledError):
        process.submit([], kept, Directory())


def test_it_lets_others_go_first(kept: FolderStore, process: ReadingProcess) -> None:
    process.submit([], kept, Directory()).result()
    assert process.pid is not None
    assert os.getpriority(os.PRIO_PROCESS, process.pid) >= YIELDING


def test_the_time_in_which_another_has_the_processor_is_known() -> None:
    core = min(os.sched_getaffinity(0))
    endless = f"import os; os.sched_setaffinity(0, {{{core}}})\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", endless]) as one, subprocess.Popen([sys.executable, "-c", endless]) as other:
        deadline = time.monotonic() + 60
        while min(map(without_processor, (one.pid, other.pid))) < 0.2 and time.monotonic() < deadline:
            time.sleep(0.01)
        waited = [without_processor(each.pid) for each in (one, other)]
        one.kill()
        other.kill()
    assert min(waited) >= 0.2
    assert without_processor(one.pid) == 0.0  # it is gone


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_the_process_that_started_it_whatever_it_reads(kept: FolderStore, number: signal.Signals) -> None:
    endless(kept)
    with subprocess.Popen([sys.executable, "-c", IDLE, kept.folder, ENDLESS], cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert not is_gone(pid)
        owner.send_signal(number)
        assert is_gone_soon(pid)


def test_threads_share_it_and_each_gets_its_own(kept: FolderStore, process: ReadingProcess) -> None:
    told: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        names = [f"{number}-{each}" for each in range(5)]
        arrived = [Arrived(kept.put(note("a@b.example", "c@d.example", subject=each)), is_form=False) for each in names]
        told[number] = [each.mail.subject for each in process.submit(arrived, kept, Directory()).result() if isinstance(each, Reading)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert told == {number: [f"{number}-{each}" for each in range(5)] for number in range(6)}


@pytest.mark.usefixtures("cast")
def test_a_message_that_always_breaks_the_reading_ends_failed_and_those_behind_it_are_filed(hasty: ReadingProcess) -> None:
    mailbox = make_mailbox()
    bad, good = note("x@y.example", "z@w.example", subject="Bad"), note("x@y.example", "z@w.example", subject="Good")
    keys = receive_all(mailbox.id, [Fetched(bad, "bad"), Fetched(good, "good")])
    first = db.session.get_one(Delivery, keys[0])
    endless(folder_store(), first.raw_sha256)
    assert pipeline.settle_all(keys, hasty) == [State.RECEIVED, State.HELD]
    for _ in range(MAX_ATTEMPTS - 2):
        deliveries.note_failure(keys[0], "an attempt", "ref", actor=SYSTEM)
    assert pipeline.settle_all(keys, hasty) == [State.FAILED, State.HELD]
    db.session.refresh(first)
    assert first.error is not None
    assert "Reading took too long or too much memory" in first.error


@pytest.mark.usefixtures("cast")
def test_a_failure_is_noted_whatever_its_words_hold() -> None:
    """Neither a NUL nor half a character is kept by PostgreSQL; a failure that cannot be noted would stop those behind it."""
    mailbox = make_mailbox()
    key = receive_all(mailbox.id, [Fetched(MAIL, "1")])[0]
    assert deliveries.note_failure(key, "ValueError: \x00 \udcff", "ref", actor=SYSTEM) is State.RECEIVED
    assert db.session.get_one(Delivery, key).error == "ValueError: ?"
    note_failure(mailbox.id, "It says \x00 %(answer)s", {"answer": "\x00 \udcff"}, actor=SYSTEM)


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_what_comes_back_is_no_longer_than_history_keeps_it(kept: FolderStore, kind: str) -> None:
    """A pipe and the poller hold it, for each of the messages that are read ahead."""
    head = f"From: a@b.example\nTo: c@d.example\nSubject: t\nContent-Type: text/{kind}; charset=iso-8859-1\n\n".encode()
    arrived = Arrived(kept.put(head + (b"\xe9" * 70 + b"\n") * 100_000), is_form=False)
    assert len(pickle.dumps(read_one(arrived, kept, Directory()))) < 5_000_000


@pytest.mark.usefixtures("cast")
def test_what_is_read_at_once_is_bounded_in_count_and_in_bytes() -> None:
    mailbox = make_mailbox()
    sizes = [*[10] * (FIRST + AHEAD), 3_000_000, 3_000_000, 25_000_000, 10, 10]

    class Sized(Fetched):
        size = 0  # what the source says of it

    batch = [Sized(MAIL, str(number)) for number, _ in enumerate(sizes)]
    for each, size in zip(batch, sizes, strict=True):
        each.size = size
    with_sizes = deliveries.arrived(receive_all(mailbox.id, batch))
    chunks = chunks_of(sorted(with_sizes, key=lambda row: row.id))
    assert [len(each) for each in chunks] == [FIRST, AHEAD, 1, 1, 1, 2]
    assert [len(each) for each in chunks_of(sorted(with_sizes, key=lambda row: row.id), AHEAD)] == [AHEAD, FIRST + 1, 1, 1, 2]


def test_the_directory_travels(cast: Cast, kept: FolderStore, process: ReadingProcess) -> None:
    arrived = Arrived(kept.put(note("Anna <anna@grandouest.example>", "martha@shop.example")), is_form=False)
    reading = process.submit([arrived], kept, stored_directory()).result()[0]
    assert isinstance(reading, Reading)
    assert reading.found.user == str(cast.anna.id)
