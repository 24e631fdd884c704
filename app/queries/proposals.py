"""Reading what mail proposes."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from app.domain.proposals import ProposalState
from app.extensions import db
from app.models import Account, Contact, IncomingMessage, Proposal

LIMIT = 50


def open_proposals(subject: Contact | Account) -> list[Proposal]:
    """What waits for a decision about ``subject``, that of the latest mail first."""
    return _open(Proposal.contact_id == subject.id if isinstance(subject, Contact) else Proposal.account_id == subject.id)


def proposals_of(message: IncomingMessage) -> list[Proposal]:
    """What was first seen in ``message`` and waits for a decision."""
    return _open(Proposal.message_id == message.id)


def _open(condition: ColumnElement[bool]) -> list[Proposal]:
    query = select(Proposal).where(condition, Proposal.state == ProposalState.OPEN).options(
        selectinload(Proposal.message), selectinload(Proposal.contact), selectinload(Proposal.account)
    )
    return list(db.session.scalars(query.order_by(Proposal.seen_at.desc(), Proposal.id).limit(LIMIT)))
