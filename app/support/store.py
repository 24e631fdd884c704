"""A store of bytes under their own SHA-256: written once, never changed; only files of imports are ever deleted."""

import hashlib
import os
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

from app.support.linux import sync_file_system

_ON_DISK_AFTER = 90.0  # seconds; a kernel writes within half of it


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _age(path: Path) -> float | None:
    """Seconds since ``path`` was written; None when it is not there."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return None


def place_of(sha256: str) -> str:
    """Where a content lies in any store; ``KeyError`` for what is no name of one."""
    if len(sha256) != 64 or not sha256.isalnum():
        raise KeyError(sha256)
    return f"{sha256[:2]}/{sha256}"


class StoreAway(OSError):
    """A store that is reached through the network does not answer, or refuses; the text says how."""


class Store(ABC):
    """Where raw messages, attachments and imported files lie."""

    @abstractmethod
    def put(self, content: bytes) -> str:
        """Keep ``content`` for good; returns its SHA-256. ``OSError`` when it cannot be kept, as on a full disk: then nothing is."""

    @abstractmethod
    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        """``put`` for many; when one cannot be kept, none is promised."""

    @abstractmethod
    def get(self, sha256: str) -> bytes:
        """The bytes; ``KeyError`` when they are not there, ``OSError`` when that cannot be told."""

    @abstractmethod
    def remove(self, sha256: str) -> None:
        """Delete the bytes; that they are not there is well. ``OSError`` when that cannot be told: then call it again."""

    @abstractmethod
    def at_hand(self, names: Sequence[str]) -> AbstractContextManager["FolderStore"]:
        """A folder with those of ``names`` that are there, for whoever has no way here. What is put into it meanwhile is kept here at the end."""


class FolderStore(Store):
    """A folder of files; several machines may share one (a network file system)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes lie; nobody writes there."""
        return self.folder / place_of(sha256)

    def remove(self, sha256: str) -> None:
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync(path.parent)

    def names(self) -> Iterator[str]:
        """Of all that is here."""
        return (each.name for each in self.folder.glob("??/*") if not each.name.startswith("."))

    def at_hand(self, names: Sequence[str]) -> AbstractContextManager["FolderStore"]:
        return nullcontext(self)

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        age = _age(path)
        if age is not None:
            if age < _ON_DISK_AFTER:  # whoever wrote it may have been killed before the disk had it
                _sync(path)
                _sync(path.parent)
            return sha256
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync(self.folder)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync(path.parent)  # the name is on the disk too
        return sha256

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        """It waits for the disk twice in all."""
        if len(contents) < 3:
            return [self.put(each) for each in contents]
        names = [hashlib.sha256(each).hexdigest() for each in contents]
        ages = {name: _age(self.path(name)) for name in names}
        new = {name: each for name, each in zip(names, contents, strict=True) if ages[name] is None}
        written: list[tuple[Path, Path]] = []
        try:
            for name, content in new.items():
                path = self.path(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".")
                written.append((Path(beside), path))
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
            if written:
                sync_file_system(self.folder)
                for made, path in written:
                    made.replace(path)
            if written or any(age is not None and age < _ON_DISK_AFTER for age in ages.values()):  # as in ``put``
                sync_file_system(self.folder)
        except BaseException:
            for made, _ in written:
                with suppress(OSError):
                    made.unlink(missing_ok=True)
            raise
        return names

    def get(self, sha256: str) -> bytes:
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError as missing:
            raise KeyError(sha256) from missing
