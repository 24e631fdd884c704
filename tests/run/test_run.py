"""`make run` from outside: what a newcomer sees, and what is left when it ends."""

import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import redis

from tests.installations import Installations
from tests.servers.process import Child, free_port

PATIENCE = 180  # seconds, on a machine that does much else
ROOT = Path(__file__).resolve().parent.parent.parent
MAIL = b"From: Anna <anna@firm.example>\r\nTo: b@customer.example\r\nSubject: Hello\r\nMessage-ID: <m1@x.example>\r\n\r\nHi\r\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "KURIER_HOME": str(home), "KURIER_BIND": f"127.0.0.1:{free_port()}", "DEMO": "0", **more}


@contextmanager
def started(home: Path, **more: str) -> Iterator[Child]:
    log = home.parent / f"log-{time.monotonic_ns()}"
    run = Child([sys.executable, str(ROOT / "app.py")], log, environment=environment(home, **more))
    try:
        run.wait_until(lambda: "Ctrl-C stops everything" in said(run), PATIENCE)
        yield run
    finally:
        run.stop()


def refused(home: Path, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py")], env=environment(home, **more), capture_output=True, text=True,
        timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def said(run: Child) -> str:
    return run.log.read_text(errors="replace")


def eventually(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def children_of(parent: int) -> list[int]:
    """The processes that ``parent`` itself started, those that ended left out."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


def command_of(process: int) -> str:
    """Empty when it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def descendants(parent: int) -> dict[int, str]:
    """Process → command of all that ``parent`` started."""
    found, left = {}, [parent]
    while left:
        for child in children_of(left.pop()):
            if command := command_of(child):
                found[child] = command
                left.append(child)
    return found


def process_of(run: Child, part: str) -> int | None:
    """Of a part itself, not of what it started: a worker is twice there while it does a job."""
    return next((process for process in children_of(run.pid) if part in command_of(process)), None)


def is_another(run: Child, part: str, before: int | None) -> bool:
    return process_of(run, part) not in (None, before)


def is_alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def one(database: Path, query: str) -> object:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_everything_starts_revives_and_ends(home: Path) -> None:
    with started(home) as run:
        accounts = home / "first-passwords.txt"
        assert re.search(r"admin +\S{16} +Administrator +\S+@crm.localhost", said(run))
        assert accounts.read_text() in said(run)
        assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
        assert str(one(home / "kurier.db", "SELECT password FROM ab_user")).startswith("scrypt:")  # slow to guess
        assert stat.S_IMODE((home / "redis" / "redis.sock").stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "kurier.db").stat().st_mode) == 0o600

        (home / "inbox" / "one.eml").write_bytes(MAIL)
        eventually(lambda: one(home / "kurier.db", "SELECT state FROM incoming_message") not in (None, "received"))
        eventually(lambda: list((home / "outbox").glob("*-welcome.eml")))

        for part in ("redis-server", "app.jobs.worker", "crm poll"):
            before = process_of(run, part)
            assert before is not None, part
            os.kill(before, signal.SIGKILL)
            eventually(partial(is_another, run, part, before))
        (home / "inbox" / "two.eml").write_bytes(MAIL.replace(b"m1@", b"m2@"))
        eventually(lambda: one(home / "kurier.db", "SELECT count(*) FROM incoming_message") == 2)

        left = descendants(run.pid)
        run.stop(signal.SIGINT, seconds=PATIENCE)
        assert not [command for process, command in left.items() if is_alive(process)]
    assert "stopping" in said(run)
    with started(home) as again:  # a second start goes on where the first one ended
        assert f"runs already with {home} (process {again.pid})" in refused(home)
        assert one(home / "kurier.db", "SELECT count(*) FROM ab_user") == 1


def test_nothing_is_left_after_a_kill(home: Path, installations: Installations) -> None:
    with installations.fresh(home) as ready, started(home, DATABASE_URL=ready.database_url) as run:
        left = descendants(run.pid)
        assert len(left) >= 6
        os.kill(run.pid, signal.SIGKILL)
        eventually(lambda: not [process for process in left if is_alive(process)])
    socket = str(home / "redis" / "redis.sock")
    with started(home), redis.Redis(unix_socket_path=socket) as client:  # what it left does not hinder the next
        assert client.ping()


def test_what_prevents_the_start_is_named(home: Path, redis_url: str) -> None:
    assert "KURIER_HOEM" in refused(home, KURIER_HOEM="/tmp")
    assert "KURIER_BIND" in refused(home, KURIER_BIND="8000")
    assert "DEMO" in refused(home, DEMO="maybe")
    other = Child([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port := free_port())], home.parent / "web")
    try:
        other.wait_until(lambda: other.listens_on(port))
        assert f"The address 127.0.0.1:{port} cannot be used" in refused(home, KURIER_BIND=f"127.0.0.1:{port}")
    finally:
        other.stop()
    assert "Redis does not answer at REDIS_URL" in refused(home, REDIS_URL=f"unix://{home}/nobody.sock")
    (home / "redis").mkdir(exist_ok=True)
    (home / "redis" / "redis.sock").unlink(missing_ok=True)
    (home / "redis" / "redis.sock").write_text("")
    assert "is not a socket" in refused(home)
    assert "too long for a socket" in refused(home / ("x" * 120))
