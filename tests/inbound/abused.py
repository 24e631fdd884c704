"""A process that takes in every abusive message and prints, line by line, what became of it and what it cost.

It is a process of its own, so that its memory can be measured and its time can be limited. It reads as a poller does, in one process more.
"""

import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from app import create_app
from app.domain.messages import REASONS, State
from app.extensions import db
from app.inbound.pipeline import settle_all
from app.inbound.reader import ReadingProcess
from app.inbound.receive import receive
from app.models import Delivery, IncomingMessage, Mailbox
from app.permissions.actor import SYSTEM, acting
from config import load
from tests.inbound.abuse import abuses
from tests.inbound.mailroom import Arrived, make_mailbox, note
from tests.people import make_cast

ANNA = "Anna <anna@grandouest.example>"


def _forget_peaks(processes: Sequence[int]) -> None:
    for each in processes:
        Path(f"/proc/{each}/clear_refs").write_text("5")


def _peak(process: int) -> int:
    """Megabytes of memory in use at once since the last ``_forget_peaks``."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _seconds(processes: Sequence[int]) -> float:
    """Of processor time, together."""
    fields = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in processes]
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def _deliver(mailbox: Mailbox, raw: bytes, number: int, reader: ReadingProcess) -> IncomingMessage | None:
    key = receive(mailbox.id, Arrived(raw, f"a{number}"))
    settle_all([key], reader)
    return db.session.get_one(Delivery, key).message


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
    app = create_app(load(dict(os.environ)))
    with app.app_context(), acting(SYSTEM):
        make_cast()
        mailbox = make_mailbox(is_trusted=True)
        reader = ReadingProcess()
        _deliver(mailbox, note(ANNA, "k.dudek@jesion.example", subject="The first"), 0, reader)
        for number, (name, raw) in enumerate(abuses(), 1):
            both = os.getpid(), reader.pid or 0
            _forget_peaks(both)
            start = _seconds(both)
            message = _deliver(mailbox, raw, number, reader)
            assert reader.pid == both[1], f"{name} ended the process that reads"
            seconds, megabytes = _seconds(both) - start, max(map(_peak, both))
            following = _deliver(mailbox, note(ANNA, "k.dudek@jesion.example", subject=f"After {name}"), -number, reader)
            told = {
                "name": name, "seconds": round(seconds, 2), "megabytes": megabytes,
                "state": message.state if message else None, "reason": message.reason if message else None,
                "is_explained": message is not None and message.reason in REASONS,
                "is_next_filed": following is not None and following.state is State.ATTACHED,
            }  # fmt: skip
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
        reader.close()


if __name__ == "__main__":
    main()
