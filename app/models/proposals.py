"""What mail says about a contact or an account, until somebody accepts or dismisses it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.proposals import LONGEST_LINE, LONGEST_VALUE, Detail, ProposalState
from app.models.accounts import Account
from app.models.base import Record, UtcDateTime, text_enum, user_key
from app.models.contacts import Contact
from app.models.messages import IncomingMessage


class Proposal(Record):
    """A value for one detail of one subject. It stays when it is decided, so that the same is not proposed again.

    One that was accepted by nobody filled a record that its own message made.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("contact_id", "detail", "value"),
        UniqueConstraint("account_id", "detail", "value"),
        CheckConstraint("(contact_id IS NULL) <> (account_id IS NULL)", name="one_subject"),
    )

    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    detail: Mapped[Detail] = mapped_column(text_enum(Detail, "detail_known", 12))
    value: Mapped[str] = mapped_column(String(LONGEST_VALUE), comment="Canonical; an address is three lines")
    line: Mapped[str] = mapped_column(String(LONGEST_LINE), comment="As it was written in the mail")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_message.id", ondelete="SET NULL"), index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When that mail was written")
    state: Mapped[ProposalState] = mapped_column(text_enum(ProposalState, "state_known", 10), default=ProposalState.OPEN)
    decided_by_id: Mapped[int | None] = user_key()
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contact: Mapped[Contact | None] = relationship(Contact)
    account: Mapped[Account | None] = relationship(Account)
    message: Mapped[IncomingMessage | None] = relationship(IncomingMessage)

    @property
    def subject(self) -> Contact | Account:
        found = self.contact or self.account
        assert found is not None, "the database allows no proposal without a subject"
        return found

    def __str__(self) -> str:
        return self.value.replace("\n", ", ")
