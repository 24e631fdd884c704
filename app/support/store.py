"""A store of bytes under their own SHA-256: written once, never changed."""

import hashlib
import os
import tempfile
from pathlib import Path


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Store:
    """A folder of files. Several machines share one folder (a network file system)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not sha256.isalnum():
            raise KeyError(sha256)
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep ``content`` for good; returns its SHA-256. ``OSError`` when the disk is full: then nothing is kept."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if path.exists():
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

    def get(self, sha256: str) -> bytes:
        """The bytes; ``KeyError`` when they are not there."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError as missing:
            raise KeyError(sha256) from missing
