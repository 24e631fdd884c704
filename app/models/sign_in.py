"""What signing in leaves behind: sessions, second factors, recovery codes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, Record, UtcDateTime
from app.models.users import User
from app.support import clock


class UserSession(Model):
    """One browser in which somebody is signed in. The cookie holds the key, this row its hash."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(80), default="", comment="Browser and system, in the words of domain/devices")
    network: Mapped[str] = mapped_column(String(60), default="")
    must_set_up: Mapped[bool] = mapped_column(default=False, comment="Nothing opens but the page of the second factor")


class SecondFactor(Record):
    """The secret of an authenticator app; it counts once a first code was right."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    secret_sealed: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, comment="The half minute of the last code: none is taken twice")


class PasswordReset(Model):
    """Somebody asked for a new password. The link goes out in a mail alone; this row keeps its hash.

    Without ``user_id`` nobody has the name that was typed: the row is there all the same, so that asking takes as long.
    """

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    network: Mapped[str] = mapped_column(String(60), default="")
    salt: Mapped[str] = mapped_column(String(16), comment="One of the things that the link is made of; the key of the program is another")
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="A job wrote the mail, or found that there is nobody to write to")
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="SET NULL"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True, comment="SHA-256")
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User | None] = relationship(User, foreign_keys=[user_id])


class RecoveryCode(Model):
    """One code for the day when the telephone is lost. It works once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
