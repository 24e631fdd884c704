"""How a web process runs: the settings of gunicorn, in its own form (``--config``), for one machine and for many.

Collections of the garbage collector that walk through everything took half a second of a process every hundred pages or so: what
the program is made of never becomes garbage, so it is put aside once it stands, and collections are rarer.

A page asks the database ten times, and after each answer its thread waits for the interpreter while another computes: up to five milliseconds each
time as Python comes, so that two pages at once took as long as five. Half a millisecond is enough to compute with.
"""

import sys
from typing import Any

from app.support import garbage

worker_class = "gthread"
threads = 8
graceful_timeout = 5
loglevel = "warning"
control_socket_disable = True
SHARE = 0.0005  # seconds for which a thread computes while others wait


def post_worker_init(worker: Any) -> None:
    """Gunicorn calls it when the program is loaded, before the first request."""
    garbage.put_aside()
    sys.setswitchinterval(SHARE)
