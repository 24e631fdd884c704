"""How a web process runs: the settings of gunicorn, in its own form (``--config``), for one machine and for many.

Collections of the garbage collector that walk through everything took half a second of a process every hundred pages or so: what
the program is made of never becomes garbage, so it is put aside once it stands, and collections are rarer.
"""

from typing import Any

from app.support import garbage

worker_class = "gthread"
threads = 8
graceful_timeout = 5
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Gunicorn calls it when the program is loaded, before the first request."""
    garbage.put_aside()
