"""A local folder of `.eml` files, or a Maildir, into which another program puts mail."""

import errno
import fcntl
import os
import signal
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from app.inbound.sources.shortened import shorten
from app.inbound.sources.source import (
    MESSAGE_LIMIT,
    Fetched,
    Finding,
    Position,
    Severity,
    SourceError,
    batches,
)
from app.support.i18n import N_

_LOOK_EVERY = 0.5
_TAKEN = "taken"
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload")
_MANY = 10_000


@dataclass(frozen=True)
class _File:
    path: Path
    name: str  # without the flags of a Maildir, which change when a file moves
    size: int
    modified: int

    @property
    def uid(self) -> str:
        return f"{self.name}:{self.modified}:{self.size}"


class FolderSource:
    """Files are taken when two looks, half a second apart, see the same size and time.

    A Maildir's files are complete from the start. Its `new` is read whole; from `cur` only what is newer than
    the position, since other programs read and keep mail there.
    """

    def __init__(self, path: Path, *, message_limit: int = MESSAGE_LIMIT) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self._message_limit = message_limit
        self._seen: dict[Path, tuple[_File, float]] = {}
        self._given: dict[str, _File] = {}
        self._settled: set[str] = set()
        self._cur: tuple[int, list[_File]] = (0, [])
        self._position = Position(0, 0)

    @property
    def _is_maildir(self) -> bool:
        return (self.path / "new").is_dir() and (self.path / "cur").is_dir()

    def open(self) -> None:
        with self._sentences(), os.scandir(self.path):
            return

    def close(self) -> None:
        self._seen.clear()

    def position_now(self) -> Position:
        """Past everything in `cur`; what waits in `new` or in a flat folder is still to be taken."""
        return Position(
            0, max((file.modified for file in self._list("cur")), default=0) if self._is_maildir else 0
        )

    def position_since(self, day: date, end: int | None = None) -> tuple[Position, int]:
        if not self._is_maildir:
            return Position(0, 0), len(self._present()) if end is None else 0  # what lies there is live mail
        start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 10**9 - 1
        newer = [file for file in self._list("cur") if file.modified > start and (end is None or file.modified <= end)]
        return Position(0, start), len(newer) + (len(self._list("new")) if end is None else 0)

    def fetch(self, position: Position) -> Iterator[list[Fetched]]:
        self.open()
        self._position = position  # `wait` looks beyond the same
        files = self._ready()
        if len(files) < len(self._present()):
            time.sleep(_LOOK_EVERY)  # the second look
            files = self._ready()
        for batch in batches((number, file.size) for number, file in enumerate(files)):
            fetched = [message for number, _ in batch if (message := self._read(files[number]))]
            if fetched:
                yield fetched

    def fetch_again(self, folder: str, uidvalidity: int, uid: str) -> Fetched | None:
        places = ("new", "cur") if self._is_maildir else ("",)
        file = next((file for place in places for file in self._list(place) if file.uid == uid), None)
        return self._read(file) if file is not None and folder == str(self.path) else None

    def settle(self, fetched: Sequence[Fetched], *, move_to: str | None = None) -> None:
        lost = [message for message in fetched if message.uid not in self._given]
        found = {file.uid: file for file in self._present()} if lost else {}
        for message in fetched:
            file = self._given.pop(message.uid, None) or found.get(message.uid)
            self._settled.add(message.uid)
            if file is not None and _is_unchanged(file):  # else somebody replaced it under the same name
                self._put_away(file, move_to)
        if len(self._settled) > _MANY:
            places = ("new", "cur") if self._is_maildir else ("",)
            self._settled &= {file.uid for place in places for file in self._list(place)}

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            if any(file.uid not in self._settled for file in self._ready()):
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, _LOOK_EVERY))

    def check(self) -> list[Finding]:
        try:
            self.open()
        except SourceError as error:
            return [error.finding()]
        kind = (
            N_("%(folder)s is a Maildir; %(count)s messages wait in it.")
            if self._is_maildir
            else N_("%(folder)s can be read; %(count)s messages wait in it.")
        )
        found = [Finding(Severity.OK, "readable", kind, folder=str(self.path), count=len(self._waiting()))]
        if not os.access(self.path, os.W_OK | os.X_OK, effective_ids=True):
            found.append(
                Finding(
                    Severity.WARNING,
                    "not_writable",
                    N_("Kurier may not move files within %(folder)s, so messages stay where they are."),
                    folder=str(self.path),
                )
            )
        return found

    # -- the parts

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            sentence = N_("There is no folder %(folder)s. Create it, or name another one.")
            raise SourceError("folder_missing", sentence, folder=str(self.path)) from error
        except NotADirectoryError as error:
            sentence = N_("%(folder)s is a file, not a folder.")
            raise SourceError("not_a_folder", sentence, folder=str(self.path)) from error
        except OSError as error:
            sentence = N_("Kurier may not read the folder %(folder)s (%(answer)s).")
            raise SourceError(
                "folder_closed", sentence, folder=str(self.path), answer=error.strerror
            ) from error

    def _waiting(self) -> list[_File]:
        return self._list("new") if self._is_maildir else self._list("")

    def _present(self) -> list[_File]:
        """What may be taken, oldest first."""
        files = self._waiting()
        if self._is_maildir:
            files += [f for f in self._list_cur() if f.modified > self._position.last_uid]
        return sorted(
            (file for file in files if file.uid not in self._settled),
            key=lambda file: (file.modified, file.name),
        )

    def _list_cur(self) -> list[_File]:
        """``_list("cur")``, made anew only after a change: it may hold years of mail, and we look often."""
        with self._sentences():
            changed = (self.path / "cur").stat().st_mtime_ns
        if changed != self._cur[0]:
            can_tell = time.time_ns() - changed > 10**9  # a later change will show in the time
            self._cur = (changed if can_tell else 0, self._list("cur"))
        return self._cur[1]

    def _list(self, sub_folder: str) -> list[_File]:
        files = []
        with self._sentences(), os.scandir(self.path / sub_folder) as entries:
            for entry in entries:
                if self._is_candidate(entry.name, sub_folder):
                    with suppress(FileNotFoundError):
                        known = entry.stat(follow_symlinks=False)
                        if stat.S_ISREG(known.st_mode):
                            name = entry.name.partition(":2,")[0] if sub_folder else entry.name
                            files.append(_File(Path(entry.path), name, known.st_size, known.st_mtime_ns))
        return files

    def _is_candidate(self, name: str, sub_folder: str) -> bool:
        lower = name.lower()
        if name.startswith(".") or lower.endswith(_UNFINISHED):
            return False
        return bool(sub_folder) or lower.endswith(".eml")

    def _ready(self) -> list[_File]:
        """Those present that two looks saw alike. Each call is a look."""
        now, present = time.monotonic(), self._present()
        if self._is_maildir:
            return present
        before = self._seen
        self._seen = {
            file.path: before[file.path]
            if file.path in before and before[file.path][0] == file
            else (file, now)
            for file in present
        }
        return [
            file
            for file in present
            if now - self._seen[file.path][1] >= _LOOK_EVERY * 0.9 and not _is_being_written(file.path)
        ]

    def _read(self, file: _File) -> Fetched | None:
        try:
            with os.fdopen(os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as opened:
                raw = opened.read(self._message_limit + 1)
        except FileNotFoundError:  # somebody took it back
            return None
        except OSError as error:
            return self._refused(file, error)
        self._given[file.uid] = file
        if len(raw) <= self._message_limit:
            return Fetched(str(self.path), 0, file.uid, raw, file.size, False, file.modified, at=_moment(file.modified))
        raw, omitted = shorten(raw)
        return Fetched(str(self.path), 0, file.uid, raw, file.size, True, file.modified, omitted, at=_moment(file.modified))

    def _refused(self, file: _File, error: OSError) -> Fetched:
        self._settled.add(file.uid)  # once is enough; a change of the file makes it new
        sentence = N_("Kurier could not read %(file)s (%(answer)s). Correct its permissions and save it again.")
        finding = Finding(Severity.ERROR, "unreadable_file", sentence, file=str(file.path), answer=error.strerror)
        return Fetched(str(self.path), 0, file.uid, b"", file.size, False, file.modified, refusal=finding)

    def _put_away(self, file: _File, move_to: str | None) -> None:
        if self._is_maildir and move_to is None:
            if file.path.parent.name == "cur":
                return
            target = self.path / "cur" / f"{file.name}:2,"
        else:
            folder = self.path / (move_to or _TAKEN)
            target = _free(folder, file.path.name)
        try:
            target.parent.mkdir(mode=0o700, exist_ok=True)
            file.path.rename(target)
        except FileNotFoundError:
            return
        except OSError as error:
            self.findings.append(
                Finding(
                    Severity.WARNING,
                    "not_moved",
                    N_("%(file)s was taken, but could not be moved (%(answer)s)."),
                    file=str(file.path),
                    answer=error.strerror,
                )
            )


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 10**9, UTC)


def _is_unchanged(file: _File) -> bool:
    try:
        now = file.path.stat(follow_symlinks=False)
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (file.size, file.modified)


def _free(folder: Path, name: str) -> Path:
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return target


def _is_being_written(path: Path) -> bool:
    """Whether a local process has the file open for writing, as far as the system tells (Linux leases)."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return False  # reading it will say why
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # ignored by default, unlike SIGIO
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)
    return False
