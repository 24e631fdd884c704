"""A connection to PostgreSQL that keeps what it prepared."""

from typing import Any

from psycopg import Connection
from psycopg.pq import ExecStatus, TransactionStatus

TIMES, MOST = 2, 200  # how often a statement is asked before it is prepared; how many are: what was not asked for longest goes first
_OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class Keeping(Connection[Any]):
    """After a ROLLBACK, too. PostgreSQL itself keeps it, and looks up anew what a table has become since."""

    def rollback(self) -> None:
        with self.lock:
            is_done = self.pgconn.transaction_status in _OPEN and self.pgconn.exec_(b"ROLLBACK").status == ExecStatus.COMMAND_OK
        if not is_done:
            super().rollback()  # nothing to take back, or an error to tell


def connect(*arguments: Any, **options: Any) -> Connection[Any]:
    """As ``psycopg.connect``."""
    made = Keeping.connect(*arguments, **{"prepare_threshold": TIMES, **options})
    made.prepared_max = MOST
    return made
