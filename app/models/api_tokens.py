"""Personal tokens for programs that ask the API in the name of a person."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Json, Record, UtcDateTime
from app.models.users import User


class ApiToken(Record):
    """The person was shown the token once; this row holds its hash."""

    __tablename__ = "api_token"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[dict[str, str]] = mapped_column(Json, comment="Type of record, or *, to read or write")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_network: Mapped[str] = mapped_column(String(60), default="")

    user: Mapped[User] = relationship(User, foreign_keys=[user_id])

    def __str__(self) -> str:
        return self.name
