"""Reading in a process of its own: on another core, and behind a wall that hostile mail does not climb.

The process holds no connection and no session. It ends with the one that started it, whatever it reads at that moment (Linux).
"""

import logging
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from app.inbound.mime.directory import Directory
from app.inbound.reading import Arrived, Reading, ReadingFailed, read_all
from app.support import garbage
from app.support.linux import die_with_parent, without_processor
from app.support.store import FolderStore, Store

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
MEMORY = 1 << 30  # bytes of address space; a message takes less than 300 MB of it
SECONDS = 10.0  # for what is read at once, without those in which others had the processor; the slowest message ever measured took less than half
YIELDING = 10  # of 19: whoever files holds what others wait for, and goes first where there are few processors; so do pages
START = 60.0  # seconds for the process to be there, on a machine that has much else to do
MAX_ANSWER = 64 << 20  # bytes; the readings of a batch have a hundredth of it
READINGS = list[Reading | ReadingFailed]
_READY = b"ready"


class CannotRead(RuntimeError):
    """The process does not start. No message is to blame: all of them wait."""


class ReadingProcess:
    """Shared by the threads of this process; started when first needed, and again after a message killed it."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._line = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: Connection | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def submit(self, batch: Sequence[Arrived], store: Store, directory: Directory) -> Future[READINGS]:
        """The readings of ``batch`` in its order, as ``read_all`` gives them; ``CancelledError`` when this was closed meanwhile, ``StoreAway``."""
        if self._is_closed:
            raise CancelledError
        return self._line.submit(self._read_in, list(batch), store, directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process at once. What it was reading is read by the next one."""
        self._is_closed = True
        if (process := self._process) is not None:
            process.kill()
        self._line.shutdown(cancel_futures=True)
        self._end()

    def _read_in(self, batch: list[Arrived], store: Store, directory: Directory) -> READINGS:
        with store.at_hand([each.raw_sha256 for each in batch]) as folder:
            return self._read(batch, folder, directory)

    def _read(self, batch: list[Arrived], store: FolderStore, directory: Directory) -> READINGS:
        talk = self._ready()
        try:
            return self._ask(talk, batch, store, directory)
        except Exception as error:  # whatever it answered, or did not, one of them is the cause
            self._end()
            if self._is_closed:
                raise CancelledError from error
            if len(batch) == 1:
                log.warning("a message ended the reading process: %s", batch[0].raw_sha256)
                return [ReadingFailed(f"Reading took too long or too much memory ({type(error).__name__})")]
        return [reading for each in batch for reading in self._read([each], store, directory)]  # look which

    def _ask(self, talk: Connection, batch: list[Arrived], store: FolderStore, directory: Directory) -> READINGS:
        talk.send((batch, store, directory))
        self._wait_for(talk)
        answer: READINGS = pickle.loads(talk.recv_bytes(MAX_ANSWER))  # noqa: S301 - from a process of ours
        return answer

    def _wait_for(self, talk: Connection) -> None:
        process = self.pid or 0
        begun, without = time.monotonic(), without_processor(process)
        left = self._seconds
        while not talk.poll(left):
            left = self._seconds + without_processor(process) - without - (time.monotonic() - begun)
            if left <= 0:
                raise TimeoutError

    def _ready(self) -> Connection:
        """The line to a process that waits for work. One that died since the last batch is replaced."""
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._talk is None:
            self._talk = self._start()
            try:
                is_there = self._talk.poll(START) and self._talk.recv_bytes() == _READY
            except (EOFError, OSError):
                is_there = False
            if not is_there and not self._is_closed:
                self._end()
                raise CannotRead("The reading process did not start; what it said stands above.")
        if self._is_closed:
            raise CancelledError
        return self._talk

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "app.inbound.reader", str(theirs.fileno())]
            try:
                self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
            except OSError as error:
                ours.close()
                raise CannotRead(str(error)) from error
        return Connection(ours.detach())

    def _end(self) -> None:
        talk, process = self._talk, self._process
        self._talk = self._process = None
        if talk is not None:
            talk.close()
        if process is not None:
            process.kill()
            process.wait()


def serve(talk: Connection) -> None:
    """Answer until the other end is gone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # they reach the whole group; the other end finishes its message
        signal.signal(number, signal.SIG_IGN)
    die_with_parent(signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(YIELDING)
    garbage.put_aside()
    try:
        talk.send_bytes(_READY)
        while True:
            batch, store, directory = talk.recv()
            talk.send(read_all(batch, store, directory))
    except (EOFError, ConnectionError):
        return


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
