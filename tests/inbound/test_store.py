"""The store keeps what it promised, and promises nothing that it did not keep."""

import os
import time
from pathlib import Path

import pytest

from app.support import store as module
from app.support.store import FolderStore

THREE = [b"one", b"two", b"three"]


def _files(folder: Path) -> set[str]:
    return {each.name for each in folder.rglob("*") if each.is_file()}


def test_equal_contents_in_one_batch_are_one_file(tmp_path: Path) -> None:
    names = FolderStore(tmp_path).put_all([b"same", b"same", b"other", b"same"])
    assert names[0] == names[1] == names[3] != names[2]
    assert _files(tmp_path) == set(names)


@pytest.mark.parametrize("count", [1, 3])
def test_what_cannot_be_kept_leaves_nothing_half_written(tmp_path: Path, count: int) -> None:
    """A name of the store that no folder can have: as a disk that is full, for one of them."""
    store = FolderStore(tmp_path)
    name = FolderStore(tmp_path / "elsewhere").put(THREE[count - 1])
    (tmp_path / name[:2]).write_bytes(b"a file where the folder should be")
    with pytest.raises(OSError, match="exist|directory"):
        store.put_all(THREE[:count])
    (tmp_path / name[:2]).unlink()
    assert not [each for each in _files(tmp_path) if each.startswith(".")]
    assert [store.get(each) for each in store.put_all(THREE)] == THREE


@pytest.mark.parametrize("count", [1, 3])
def test_what_a_killed_process_renamed_is_waited_for_before_it_is_promised(
    tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies under its name, but perhaps not on the disk: whoever finds it there waits for the disk too."""
    store = FolderStore(tmp_path)
    waited: list[Path] = []
    names = store.put_all(THREE[:count])

    def watch(name: str) -> None:
        real = getattr(module, name)

        def watched(folder: Path) -> None:
            waited.append(folder)
            real(folder)

        monkeypatch.setattr(module, name, watched)

    watch("_sync")
    watch("sync_file_system")
    store.put_all(THREE[:count])
    assert waited
    waited.clear()
    for name in names:
        long_ago = time.time() - 3600
        os.utime(tmp_path / name[:2] / name, (long_ago, long_ago))
    store.put_all(THREE[:count])
    assert not waited
