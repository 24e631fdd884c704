"""What is kept for a time only."""

from app.extensions import store
from app.operations.audit import forget_audit
from app.operations.importing import kept
from app.operations.mail_links import forget_used
from app.operations.order_retention import clear_all_due
from app.operations.password_resets import forget_resets
from app.permissions.actor import SYSTEM, acting


def forget_old_audit() -> int:
    """Remove lines of the audit older than the firm keeps them, in batches, traces of used links and of forgotten passwords; returns how many lines."""
    gone = 0
    with acting(SYSTEM):
        while count := forget_audit(actor=SYSTEM):
            gone += count
        forget_used(actor=SYSTEM)
        forget_resets(actor=SYSTEM)
    return gone


def clear_old_rows() -> int:
    """Delete what is known of rows of orders whose term is over; returns how many."""
    with acting(SYSTEM):
        return clear_all_due(actor=SYSTEM)


def clear_old_imports() -> int:
    """Delete what is kept of imports that can no more be taken back, and the files of theirs and of forgotten rows; returns how many files."""
    with acting(SYSTEM):
        while kept.clear_next(actor=SYSTEM):
            pass
        due = kept.due_files()
        for name in set(due) - kept.kept_for_mail(due):
            store().remove(name)
        kept.note_gone(due, actor=SYSTEM)
    return len(due)
