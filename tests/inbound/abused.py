"""A process that takes in every abusive message and prints, line by line, what became of it and what it cost.

It is a process of its own, so that its memory can be measured and its time can be limited.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

from app import create_app
from app.domain.messages import REASONS, State
from app.permissions.actor import SYSTEM, acting
from config import load
from tests.inbound.abuse import abuses
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import make_cast

ANNA = "Anna <anna@grandouest.example>"


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """Megabytes of memory in use at once since the last `_forget_peak`."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
    app = create_app(load(dict(os.environ)))
    with app.app_context(), acting(SYSTEM):
        make_cast()
        mailbox = make_mailbox(is_trusted=True)
        for name, raw in abuses():
            _forget_peak()
            start = time.process_time()
            message = deliver(mailbox, raw)
            seconds, megabytes = time.process_time() - start, _peak()
            following = deliver(mailbox, note(ANNA, "k.dudek@jesion.example", subject=f"After {name}"))
            told = {
                "name": name, "seconds": round(seconds, 2), "megabytes": megabytes,
                "state": message.state if message else None, "reason": message.reason if message else None,
                "is_explained": message is not None and message.reason in REASONS,
                "is_next_filed": following is not None and following.state is State.ATTACHED,
            }  # fmt: skip
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
