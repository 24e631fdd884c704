"""Tables in files that somebody gave us: workbooks and text with separators, read behind a wall of memory and time."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.support import sheet_reader
from app.support.sheet_reader import Unreadable as Unreadable

SECONDS = 300.0  # by the clock, on a machine that has much else to do


@contextmanager
def table(path: Path, sheet: str = "") -> Iterator[tuple[dict[str, Any], Iterator[str]]]:
    """(what the file is, its rows one after the other, each as the JSON of ``[number, cells]``); ``Unreadable`` also while they are read."""
    script = Path(sheet_reader.__file__)
    with subprocess.Popen(
        [sys.executable, "-I", str(script), str(path), sheet], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        watch = threading.Timer(SECONDS, process.kill)
        watch.start()
        try:
            lines = _lines(process)
            yield json.loads(next(lines, "{}")), lines
        finally:
            watch.cancel()
            process.kill()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    assert process.stdout is not None
    for number, line in enumerate(process.stdout):
        text = line.decode().rstrip("\n")
        if text.startswith("{") and (number or text.startswith('{"wrong"')):
            break
        yield text
    else:
        raise Unreadable("too_large")  # it died in the middle: nothing but its walls ends it so
    said = json.loads(text)
    if "wrong" in said:
        raise Unreadable(said["wrong"])
