"""Where the bench works: fresh databases with a worker each, and mail in a folder and behind IMAP."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from tests.servers.dovecot import Account, Dovecot
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

_validities = count(1)
KEY = "a key for the bench only, long enough for anybody"


class Process:
    """A worker of its own: what it takes of memory is what a poller takes. ``module`` says what it can do.

    With a ``core`` it and its children share that one.
    """

    def __init__(self, home: Path, url: str, redis: Redis, module: str, core: int | None = None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        environment = {"PATH": os.environ["PATH"], "KURIER_HOME": str(home), "DATABASE_URL": url, "REDIS_URL": redis.url, "SECRET_KEY": KEY}
        pinned = () if core is None else ("taskset", "-c", str(core))
        self._process = subprocess.Popen(
            [*pinned, sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        """Let it work and wait; ``EOFError`` when it died, with its error already on the screen."""
        self.order(do, **order)
        return self.answer()

    def order(self, do: str, **order: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise EOFError("a worker of the bench died")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(300)  # a loaded machine takes long to end one


@dataclass(frozen=True)
class Place:
    """One database of one size, and the process that works on it."""

    database: str
    contacts: int
    home: Path
    url: str
    redis: Redis
    process: Process
    module: str

    def another(self, core: int | None = None) -> Process:
        """One more worker on the same database."""
        return Process(self.home, self.url, self.redis, self.module, core)


def places(home: Path, postgres: Postgres, redis: Redis, sizes: Iterable[int], module: str) -> Iterator[tuple[Place, float]]:
    """A database for each kind and size, all laid alike, and in how many seconds it was filled; ``module`` works on them."""
    template = postgres.create_database()
    laid, url = home / "laid", postgres.url(template)
    together([Process(laid, "", redis, module), Process(home / "postgresql", url, redis, module)], "lay")
    wanted = []
    for size in sizes:
        shutil.copytree(laid, home / f"sqlite-{size}")
        wanted.append(("SQLite", size, home / f"sqlite-{size}", ""))
    for size in sizes:
        wanted.append(("PostgreSQL", size, home / f"postgresql-{size}", postgres.url(postgres.create_database(template=template))))
    for size in sizes:
        around = [each for each in wanted if each[1] == size]
        answers = together([Process(each[2], each[3], redis, module) for each in around], "populate", contacts=size)
        for (database, contacts, place, address), answer in zip(around, answers, strict=True):
            yield Place(database, contacts, place, address, redis, Process(place, address, redis, module), module), answer["seconds"]


def together(processes: Sequence[Process], do: str, **order: Any) -> list[dict[str, Any]]:
    """Let these work at the same time and end; what they answer, in their order."""
    for process in processes:
        process.order(do, **order)
    answers = [process.answer() for process in processes]
    for process in processes:
        process.end()
    return answers


def once(home: Path, url: str, redis: Redis, module: str, do: str, **order: Any) -> dict[str, Any]:
    """Let a process of its own work and end: what it took is not counted later."""
    process = Process(home, url, redis, module)
    answer = process.ask(do, **order)
    process.end()
    return answer


class Folder:
    """A Maildir of new mails: complete from the start, so nothing waits for a second look."""

    name = "folder"

    def __init__(self, home: Path, mails: Iterable[bytes]) -> None:
        self._home, self._mails = home, list(mails)
        self._made = 0

    def fresh(self) -> dict[str, Any]:
        """As good as never read; the mails are the same."""
        self._made += 1
        path = self._home / str(self._made)
        for part in ("new", "cur", "tmp"):
            (path / part).mkdir(parents=True)
        for number, raw in enumerate(self._mails):
            (path / "new" / f"{number:06d}.bench").write_bytes(raw)
        return {"path": str(path)}


class Mailbox:
    """A mailbox of a real server. Reading leaves the mails where they are."""

    name = "IMAP"

    def __init__(self, server: Dovecot, mails: Iterable[bytes]) -> None:
        self._account: Account = server.account()
        client = self._account.client()
        for raw in mails:
            client.append("INBOX", raw)
        client.logout()
        self._account.change_uidvalidity(next(_validities))  # else two made in one second look like one
        self._port = server.imap_port

    def fresh(self) -> dict[str, Any]:
        return {"port": self._port, "username": self._account.user, "password": self._account.password}


Source = Folder | Mailbox
Maker = Callable[[str, Iterable[bytes]], Source]


def makers(home: Path, dovecot: Dovecot) -> dict[str, Maker]:
    """How to put mails into a new source of each kind; the text names it, once in a run."""
    return {
        Folder.name: lambda name, mails: Folder(home / "mail" / name, mails),
        Mailbox.name: lambda name, mails: Mailbox(dovecot, mails),
    }
