"""What a process and the one that it reads in take of processor and memory."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Costs:
    """Seconds of processor time; megabytes now and at most. Those of the reading process are zero before it starts."""

    busy: float
    reading_busy: float
    now: float
    peak: float
    reading_peak: float

    def answer(self) -> dict[str, float]:
        return asdict(self)


def costs() -> Costs:
    """Those of this process and its children, since each began."""
    children = _children()
    now, peak = _memory(os.getpid())
    return Costs(_busy(os.getpid()), sum(map(_busy, children)), now, peak, sum(_memory(each)[1] for each in children))


def _fields(process: int) -> list[str]:
    """From the state on: the name before it may hold blanks."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _children() -> list[int]:
    found = []
    for each in Path("/proc").iterdir():
        try:
            if each.name.isdigit() and int(_fields(int(each.name))[1]) == os.getpid():
                found.append(int(each.name))
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
    return found


def _busy(process: int) -> float:
    fields = _fields(process)
    return (int(fields[11]) + int(fields[12])) / _TICK


def _memory(process: int) -> tuple[float, float]:
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return int(facts["VmRSS"].split()[0]) / 1024, int(facts["VmHWM"].split()[0]) / 1024
