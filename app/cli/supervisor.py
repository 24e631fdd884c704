"""Children that are started again when they fall, and that end with us, even by kill -9 (Linux)."""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from app.support.linux import die_with_parent

READY = "ready"
"""What a part prints when it can do its work."""
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STEADY_AFTER = 30.0
_LONGEST_PAUSE = 10.0
_LOOK_EVERY = 0.2
_GRACE = 10.0


class Stopped(Exception):
    """Somebody asked us to stop before everything ran."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it, Ctrl-C and SIGTERM raise ``Stopped`` in the main thread."""

    def stop(number: int, frame: object) -> None:
        raise Stopped

    before = {number: signal.signal(number, stop) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Child:
    """One part of the program, in a session of its own; what it prints is passed on under its name.

    A quiet one is heard only when it falls.
    """

    def __init__(self, name: str, argv: Sequence[str], folder: Path, *, is_quiet: bool = False) -> None:
        self.name, self._argv, self._folder, self._is_quiet = name, list(argv), folder, is_quiet
        self._process: subprocess.Popen[str] | None = None
        self._fails, self._started, self._next_start = 0, 0.0, 0.0
        self._said: deque[str] = deque(maxlen=20)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, environment: Mapping[str, str]) -> None:
        parent = os.getpid()

        def follow() -> None:
            die_with_parent(signal.SIGTERM)
            if os.getppid() != parent:  # it died before it could be said
                os._exit(1)

        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self._argv, cwd=self._folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True, preexec_fn=follow,
        )  # fmt: skip
        threading.Thread(target=self._pass_on, args=(self._process,), daemon=True).start()

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        return any(each.strip() == READY for each in list(self._said))

    def last_words(self) -> str:
        return "".join(self._said) or "nothing"

    def revive(self, environment: Mapping[str, str]) -> None:
        """Start it again if it fell: at once, then after a growing pause."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            self._fails = 0 if now - self._started > _STEADY_AFTER else self._fails + 1
            self._next_start = now + min(2**self._fails / 4, _LONGEST_PAUSE)
            _say("run", f"{self.name} ended ({self._process.returncode}), starting it again")
            if self._is_quiet:
                _say(self.name, self.last_words())
            self.kill()
        if self._process is None and now >= self._next_start:
            self.start(environment)

    def ask_to_stop(self) -> None:
        if self.is_running() and self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            _say("run", f"{self.name} did not stop within {_GRACE:.0f} s and was killed")
        self.kill()

    def kill(self) -> None:
        """End it with everything it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _pass_on(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._said.append(line)
            if not self._is_quiet and line.strip() != READY:
                _say(self.name, line.rstrip("\n"))


def supervise(children: Sequence[Child], environment: Mapping[str, str], last: Child | None = None) -> None:
    """Keep the children alive until somebody stops us; ``last`` outlives the others, who may need it."""
    stopping = threading.Event()
    for number in STOPS:
        signal.signal(number, lambda *_: stopping.set())
    everyone = [*([last] if last else []), *children]
    while not stopping.wait(_LOOK_EVERY):
        for child in everyone:
            child.revive(environment)
    _say("run", "stopping")
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait()
    if last is not None:
        last.ask_to_stop()
        last.wait()


def _say(name: str, line: str) -> None:
    with suppress(OSError):  # nobody listens any more
        print(f"{name:9s} {line}", flush=True)
