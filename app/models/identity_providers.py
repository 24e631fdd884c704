"""Where people sign in besides our own page (OpenID Connect), and which account there is whose."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Record, UtcDateTime, folded
from app.models.users import User


class IdentityProvider(Record):
    """One provider, as the firm registered Kurier there."""

    __tablename__ = "identity_provider"
    FOLDED = {"name": "sort_name"}

    name: Mapped[str] = mapped_column(String(60), unique=True, comment="What the button says")
    sort_name: Mapped[str] = folded(60)
    issuer: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[str] = mapped_column(String(200))
    client_secret_sealed: Mapped[str | None] = mapped_column(Text)
    claim: Mapped[str] = mapped_column(String(60), default="email", comment="The claim that holds the mail address of the first match")
    is_directory: Mapped[bool] = mapped_column(default=False, comment="The firm's own: its addresses are true without its word for it")
    brings_factor: Mapped[bool] = mapped_column(default=False, comment="It has asked for a second factor: ours is not asked for")
    creates_users: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name


class Identity(Record):
    """An account at a provider, by its subject, and the user that it is."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("provider_id", "subject"), UniqueConstraint("provider_id", "user_id"))

    provider_id: Mapped[int] = mapped_column(ForeignKey("identity_provider.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(255))
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    provider: Mapped[IdentityProvider] = relationship(IdentityProvider)
    user: Mapped[User] = relationship(User, foreign_keys=[user_id])

    def __str__(self) -> str:
        return f"{self.user} · {self.provider}"
