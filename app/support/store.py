"""A store of bytes under their own SHA-256: written once, never changed."""

import hashlib
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
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


class Store:
    """A folder of files. Several machines share one folder (a network file system)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not sha256.isalnum():
            raise KeyError(sha256)
        return self.folder / sha256[:2] / sha256

    def path(self, sha256: str) -> Path:
        """Where the bytes lie, for whoever reads them in a process of its own; nobody writes there."""
        return self._path(sha256)

    def put(self, content: bytes) -> str:
        """Keep ``content`` for good; returns its SHA-256. ``OSError`` when the disk is full: then nothing is kept."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
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
        """``put`` for many, which waits for the disk twice in all; when one cannot be kept, none is promised."""
        if len(contents) < 3:
            return [self.put(each) for each in contents]
        names = [hashlib.sha256(each).hexdigest() for each in contents]
        ages = {name: _age(self._path(name)) for name in names}
        new = {name: each for name, each in zip(names, contents, strict=True) if ages[name] is None}
        written: list[tuple[Path, Path]] = []
        try:
            for name, content in new.items():
                path = self._path(name)
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
        """The bytes; ``KeyError`` when they are not there."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError as missing:
            raise KeyError(sha256) from missing
