"""How far a new installation is."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from app.extensions import db
from app.models import Firm, IncomingMessage, Mailbox, User
from app.models.mailboxes import MailboxKind


@dataclass(frozen=True)
class Progress:
    """What stands already; ``mailbox`` is the first that is no folder of this machine."""

    firm_is_named: bool
    mailbox: Mailbox | None
    people: int
    has_mail: bool

    @property
    def is_read(self) -> bool:
        """Whether the mailbox was read once, and nothing is wrong with it now."""
        return self.mailbox is not None and self.mailbox.last_success_at is not None and self.mailbox.failing_since is None


def progress() -> Progress:
    mailbox = db.session.scalars(select(Mailbox).where(Mailbox.kind != MailboxKind.FOLDER, Mailbox.is_active).order_by(Mailbox.id)).first()
    return Progress(
        is_named(), mailbox, db.session.scalar(select(func.count(User.id)).where(User.active)) or 0,
        bool(db.session.scalar(select(exists(select(IncomingMessage.id))))),
    )


def is_named() -> bool:
    """Whether the firm said which mail domains are its own: without them no colleague is told from a stranger."""
    firm = db.session.get(Firm, 1)
    return firm is not None and bool(firm.domains)
