"""PostgreSQL: a cluster of its own, fresh databases copied from a template in milliseconds."""

import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.servers.process import Child, DidNotStart, Server, free_port, program

_BINARIES = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
_QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=96MB",  # many small databases come and go; what was written for them need not be kept
    "min_wal_size=32MB",
    "autovacuum=off",  # none of them lives long enough
    "shared_buffers=64MB",
)
_LASTING = ("shared_buffers=512MB", "wal_compression=lz4", "max_wal_size=4GB")  # as the README advises
_TRIES = 12  # of five seconds each


class Postgres(Server):
    """A running cluster. ``durable=True`` keeps fsync on, for measurements and crash tests."""

    name = "postgres"
    last_signal = signal.SIGINT  # fast: does not wait for clients

    def __init__(self, *, durable: bool = False, max_connections: int = 60) -> None:
        self._settings = list(_LASTING if durable else _QUICK)
        self._max_connections = max_connections
        self._password = secrets.token_urlsafe(24)
        self._kept: psycopg.Connection | None = None

    def __exit__(self, *error: Any) -> None:
        if self._kept is not None:
            self._kept.close()
        super().__exit__(*error)

    def _create_cluster(self) -> None:
        password = self.folder / "password"
        password.write_text(self._password)
        password.chmod(0o644)  # its folder is 0700 and belongs to the server's user
        made = Child(
            [
                program("initdb", folders=_BINARIES),
                *("--pgdata", str(self.folder / "data"), "--username", "kurier", "--pwfile", str(password)),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
                "--no-instructions",
            ],
            self.folder / "initdb.log",
            owner=self._owner,
        )
        if made.wait() != 0:
            raise DidNotStart(made.log.read_text(errors="replace")[-3000:])
        password.unlink()

    def _start(self) -> None:
        self._create_cluster()
        self.port = free_port()
        settings = [
            *self._settings,
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.folder}",
            f"max_connections={self._max_connections}",
            "timezone=UTC",
        ]
        self._child = Child(
            [
                program("postgres", folders=_BINARIES),
                *("-D", str(self.folder / "data"), "-p", str(self.port)),
                *(part for setting in settings for part in ("-c", setting)),
            ],
            self.folder / "postgres.log",
            owner=self._owner,
            on_parent_death=signal.SIGQUIT,  # at once, whoever is connected
        )
        self._child.wait_until(self._answers)
        if not self._child.listens_on(self.port):
            raise DidNotStart(f"Port {self.port} belongs to another process.")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._conninfo("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _conninfo(self, database: str) -> str:
        return f"postgresql://kurier:{self._password}@127.0.0.1:{self.port}/{database}"

    def url(self, database: str) -> str:
        """DATABASE_URL for SQLAlchemy 2.1, where this scheme means psycopg 3."""
        return self._conninfo(database)

    def create_database(self, *, template: str = "template0") -> str:
        """Create an empty database, or a copy of ``template`` (nobody may be connected to it); its name."""
        name = f"test_{secrets.token_hex(6)}"
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY = FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop_database(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """The DATABASE_URL of a fresh database that is dropped afterwards, whoever is still connected."""
        name = self.create_database(template=template)
        try:
            yield self.url(name)
        finally:
            self.drop_database(name)

    def _execute(self, statement: sql.Composed) -> None:
        """A process that serves a connection ends after the connection: on a machine that does much else, later than PostgreSQL waits."""
        if self._kept is None:  # one connection for all databases: each takes a process, and a password that is slow to check
            self._kept = psycopg.connect(self._conninfo("postgres"), autocommit=True)
        for _ in range(_TRIES - 1):
            with suppress(psycopg.errors.ObjectInUse):
                self._kept.execute(statement)
                return
        self._kept.execute(statement)
