"""Passkeys (WebAuthn): the public half of a key that a device or a password manager keeps."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Record, UtcDateTime
from app.models.users import User


class Passkey(Record):
    """One key of one person, as a second factor or in place of the password."""

    __tablename__ = "passkey"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True, comment="base64url")
    public_key: Mapped[str] = mapped_column(Text, comment="COSE, base64url")
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0, comment="Of the authenticator; a copy of the key would fall behind it")
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(User, foreign_keys=[user_id])

    def __str__(self) -> str:
        return self.name
