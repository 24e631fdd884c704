"""What is kept for a time only."""

from app.operations.audit import forget_audit
from app.permissions.actor import SYSTEM, acting


def forget_old_audit() -> int:
    """Remove the lines of the audit that are older than the firm keeps them, a batch in each transaction; returns how many."""
    gone = 0
    with acting(SYSTEM):
        while count := forget_audit(actor=SYSTEM):
            gone += count
    return gone
