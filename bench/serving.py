"""A process of the bench: orders on standard input, a line each, and their answers on standard output."""

import json
import sys
from collections.abc import Callable
from typing import Any


def serve(worker: object) -> None:
    """Let ``worker`` do each order: ``do`` names the method, the rest are its arguments."""
    for line in sys.stdin:
        order = json.loads(line)
        work: Callable[..., dict[str, Any]] = getattr(worker, order.pop("do"))
        print(json.dumps(work(**order)), flush=True)
