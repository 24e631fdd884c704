"""What only the kernel of Linux offers, and Python does not name."""

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)  # loaded before any fork


def die_with_parent(number: signal.Signals) -> None:
    """Get signal ``number`` when the process that started this one is gone: prctl(2). One that is gone already says nothing."""
    _libc.prctl(_PR_SET_PDEATHSIG, number)


def without_processor(process: int) -> float:
    """Seconds in which ``process`` could have gone on, but others had the processor, since it began; 0.0 where the kernel does not count them."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def sync_file_system(folder: Path) -> None:
    """Wait until everything written to the file system of ``folder`` is on the disk: syncfs(2)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if _libc.syncfs(descriptor):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)
