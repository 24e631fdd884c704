"""Reading in a process of its own: on another core, and behind a wall that hostile mail does not climb.

The process holds no connection and no session. It ends with the one that started it.
"""

import logging
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from app.inbound.mime.directory import Directory
from app.inbound.reading import Arrived, Reading, ReadingFailed, read_all
from app.support.store import Store

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
MEMORY = 1 << 30  # bytes of address space; a message takes less than 300 MB of it
SECONDS = 10  # for one message; the slowest ever measured took less than half
READINGS = list[Reading | ReadingFailed]


class ReadingProcess:
    """Shared by the threads of this process; started when first needed, and again after a message killed it."""

    def __init__(self) -> None:
        self._line = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: Connection | None = None

    def submit(self, batch: Sequence[Arrived], store: Store, directory: Directory) -> Future[READINGS]:
        """The readings of ``batch`` in its order, as ``read_all`` gives them."""
        return self._line.submit(self._read, list(batch), store, directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._line.shutdown(cancel_futures=True)
        self._end()

    def _read(self, batch: list[Arrived], store: Store, directory: Directory) -> READINGS:
        try:
            return self._ask(batch, store, directory)
        except (EOFError, OSError) as error:
            self._end()
            if len(batch) == 1:
                log.warning("a message ended the reading process: %s", batch[0].raw_sha256)
                return [ReadingFailed(f"Reading took too long or too much memory ({type(error).__name__})")]
        return [reading for each in batch for reading in self._read([each], store, directory)]  # one of them: look which

    def _ask(self, batch: list[Arrived], store: Store, directory: Directory) -> READINGS:
        talk = self._talk or self._start()
        talk.send((batch, store, directory))
        if not talk.poll(SECONDS * len(batch)):
            raise TimeoutError
        answer: READINGS = talk.recv()
        return answer

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            os.set_inheritable(theirs.fileno(), True)
            command = [sys.executable, "-m", "app.inbound.reader", str(theirs.fileno())]
            self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        self._talk = Connection(ours.detach())
        return self._talk

    def _end(self) -> None:
        if self._talk is not None:
            self._talk.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._talk = self._process = None


def serve(talk: Connection) -> None:
    """Answer until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the other end finishes its message
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while True:
        try:
            batch, store, directory = talk.recv()
        except EOFError:
            return
        talk.send(read_all(batch, store, directory))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
