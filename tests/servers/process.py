"""A server as a child process: dies with the tests, listens where it was told, and is the one we started."""

import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded before any fork
_LISTENING = "0A"
_FIRST_PORT, _PORTS = 15_000, 17_000


class NotInstalled(RuntimeError):
    """A program that the tests need is missing; the message says how to get it."""


class DidNotStart(RuntimeError):
    """A server ended or stayed silent instead of listening; the message carries its log."""


def program(*names: str, folders: Sequence[str] = ("/usr/sbin", "/usr/local/bin")) -> str:
    """The first of ``names`` found on PATH or in ``folders``; raises NotInstalled."""
    for name in names:
        found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))
        if found:
            return found
    raise NotInstalled(f"{names[0]} is not installed: run scripts/install-test-tools.")


def unprivileged() -> pwd.struct_passwd:
    """Who runs the servers: ourselves, or `nobody` when the tests run as root."""
    return pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("nobody")


def free_port() -> int:
    """One of those that the kernel gives to nobody by itself: until the server stands, no connection of another takes it."""
    while True:
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def private_folder(name: str, owner: pwd.struct_passwd | None = None) -> Path:
    """A new folder of mode 0700 in the temporary directory; those of killed test runs are swept away."""
    place = Path(tempfile.gettempdir())
    for old in place.glob(f"kurier-{name}-*"):
        keeper = old.name.split("-")[-2]
        if keeper.isdigit() and not Path(f"/proc/{keeper}").exists():
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"kurier-{name}-{os.getpid()}-"))
    if owner is not None and os.getuid() == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return folder


class Child:
    """One child process in a session of its own, killed with everything it started."""

    def __init__(
        self,
        argv: Sequence[str],
        log: Path,
        *,
        owner: pwd.struct_passwd | None = None,
        on_parent_death: signal.Signals = signal.SIGTERM,
        environment: dict[str, str] | None = None,
    ) -> None:
        def die_with_parent() -> None:  # runs after the change of user, which would clear it
            _libc.prctl(PR_SET_PDEATHSIG, on_parent_death)

        drop = owner is not None and os.getuid() == 0
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
                cwd=log.parent,
                user=owner.pw_uid if drop and owner else None,
                group=owner.pw_gid if drop and owner else None,
                extra_groups=[] if drop else None,
                env=environment,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def wait(self, seconds: float = 60) -> int:
        """Let a short-lived program finish; its exit code."""
        return self._process.wait(seconds)

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Return when ``ready`` says so; raises DidNotStart with the log when it never does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.is_running():
                break
            if ready():
                return
            time.sleep(0.01)
        log = self.log.read_text(errors="replace")[-3000:]
        raise DidNotStart(f"{self._process.args!r} did not start ({self._process.poll()}):\n{log}")

    def listens_on(self, port: int) -> bool:
        """Whether this very process holds the listening socket of ``port`` on 127.0.0.1."""
        wanted = f"0100007F:{port:04X}"
        inodes = {
            columns[9]
            for columns in map(str.split, Path("/proc/net/tcp").read_text().splitlines()[1:])
            if columns[1] == wanted and columns[3] == _LISTENING
        }
        return any(f"socket:[{inode}]" in self._open_files() for inode in inodes)

    def _open_files(self) -> set[str]:
        files: set[str] = set()
        for entry in Path(f"/proc/{self.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                files.add(str(entry.readlink()))
        return files

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
        if self.is_running():
            self._process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


class Server(ABC):
    """A context: a private folder, a child that was started in it; both are gone at the end."""

    name: str
    folder: Path
    last_signal = signal.SIGKILL  # nothing to save
    _child: Child

    def __enter__(self) -> Self:
        self._owner = unprivileged()
        self.folder = private_folder(self.name, self._owner)
        try:
            self._start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._child.stop(self.last_signal)
        shutil.rmtree(self.folder, ignore_errors=True)

    @abstractmethod
    def _start(self) -> None:
        """Start the child in the folder, and wait until it answers."""
