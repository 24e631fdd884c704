"""What several processes make at their start, at once: each goes on, and the file is whole whenever it is read."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from app.support.files import write_changed, write_whole

AT_ONCE, ROUNDS, SIZE = 4, 15, 400_000


def test_several_write_one_file(tmp_path: Path) -> None:
    target, together = tmp_path / "built" / "sheet.css", Barrier(AT_ONCE)

    def write_often(letter: bytes) -> None:
        for _ in range(ROUNDS):
            together.wait(60)
            write_whole(target, letter * SIZE)
            found = target.read_bytes()
            assert len(found) == SIZE and len(set(found)) == 1

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(write_often, (b"a", b"b", b"c", b"d")))
    assert [path.name for path in target.parent.iterdir()] == ["sheet.css"]


def test_what_is_the_same_keeps_its_time(tmp_path: Path) -> None:
    target = tmp_path / "sheet.css"
    write_changed(target, b"body {}")
    before = target.stat().st_mtime_ns
    write_changed(target, b"body {}")
    assert target.stat().st_mtime_ns == before
    write_changed(target, b"main {}")
    assert target.read_bytes() == b"main {}"
