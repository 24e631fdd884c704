"""The store in a bucket, of Amazon S3 or what speaks like it, of Google or of Azure: for machines that share no folder."""

import errno
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError

from app.support.store import FolderStore, Store, StoreAway, place_of

AT_ONCE = 16
_CAREFUL: Any = {
    "client_options": {"connect_timeout": "5s", "timeout": "60s", "allow_http": True},  # of one request; http where the endpoint says so
    "retry_config": {"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
}


class ObjectStore(Store):
    """``url`` names the bucket and perhaps a folder in it; who we are there stands in the environment, as for the provider's own tools.

    To be used in one process: one that is forked from it makes its own.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def _bucket(self) -> Any:
        return obstore.store.from_url(self.url, **_CAREFUL)

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        with _answering():
            obstore.put(self._bucket, place_of(sha256), content)
        return sha256

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        names = [hashlib.sha256(each).hexdigest() for each in contents]
        _at_once(self.put, list(dict(zip(names, contents, strict=True)).values()))
        return names

    def get(self, sha256: str) -> bytes:
        place = place_of(sha256)
        try:
            with _answering():
                return bytes(obstore.get(self._bucket, place).bytes())
        except FileNotFoundError as missing:
            raise KeyError(sha256) from missing

    def remove(self, sha256: str) -> None:
        place = place_of(sha256)
        try:
            with _answering():
                obstore.delete(self._bucket, place)
        except FileNotFoundError:
            return

    @contextmanager
    def at_hand(self, names: Sequence[str]) -> Iterator[FolderStore]:
        with tempfile.TemporaryDirectory(prefix="kurier-files-") as place:
            folder = FolderStore(Path(place))

            def fetch(name: str) -> None:
                try:
                    folder.put(self.get(name))
                except KeyError:
                    return

            _at_once(fetch, names)
            yield folder
            self.put_all([folder.get(name) for name in set(folder.names()) - {*names}])


def _at_once(work: Callable[[Any], Any], things: Sequence[Any]) -> None:
    if things:
        with ThreadPoolExecutor(min(AT_ONCE, len(things))) as threads:
            list(threads.map(work, things))


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise StoreAway(errno.EIO, str(error).splitlines()[0]) from error
