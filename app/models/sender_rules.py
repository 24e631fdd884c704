"""What people taught about senders."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.sender_rules import Effect
from app.models.base import Record, text_enum
from app.models.messages import IncomingMessage
from app.models.users import User


class SenderRule(Record):
    """How mail from one address, or from a domain and all below it, is treated. It never makes a sender a user."""

    __tablename__ = "sender_rule"

    sender: Mapped[str] = mapped_column(String(254), unique=True, comment="An address, or a domain; lower case")
    effect: Mapped[Effect] = mapped_column(text_enum(Effect, "effect_known", 10))
    is_active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(String(400), default="")
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("incoming_message.id", ondelete="SET NULL"), index=True, comment="The message that it was taught from"
    )

    message: Mapped[IncomingMessage | None] = relationship(IncomingMessage)
    taught_by: Mapped[User | None] = relationship(User, foreign_keys="SenderRule.created_by_id", viewonly=True)

    def __str__(self) -> str:
        return self.sender
