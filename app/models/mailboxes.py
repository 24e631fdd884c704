"""Where mail is fetched."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, UtcDateTime, folded, text_enum


class MailboxKind(StrEnum):
    IMAP = "imap"
    FOLDER = "folder"


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class SignIn(StrEnum):
    """How we prove to the server who we are: with a password, or with a grant that an administrator got from a provider."""

    PASSWORD = "password"
    MICROSOFT = "microsoft"
    GOOGLE = "google"
    OTHER = "other"


class Mailbox(Record):
    """One mailbox on a server, or one folder of this machine, and how far we have read it."""

    __tablename__ = "mailbox"
    __table_args__ = (
        CheckConstraint("kind <> 'imap' OR (host IS NOT NULL AND username IS NOT NULL)", name="imap_has_server"),
        CheckConstraint("kind <> 'folder' OR path IS NOT NULL", name="folder_has_path"),
        CheckConstraint("sign_in = 'password' OR client_id IS NOT NULL", name="provider_has_client"),
        CheckConstraint("sign_in <> 'other' OR (authorization_url IS NOT NULL AND token_url IS NOT NULL)", name="other_has_urls"),
    )
    FOLDED = {"name": "sort_name"}

    name: Mapped[str] = mapped_column(String(120), unique=True)
    sort_name: Mapped[str] = folded(120)
    kind: Mapped[MailboxKind] = mapped_column(text_enum(MailboxKind, "kind_known", 10))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_trusted: Mapped[bool] = mapped_column(default=False, comment="Only colleagues can put mail here: senders need no proof")
    authserv_id: Mapped[str | None] = mapped_column(String(200), comment="Whose Authentication-Results we believe")
    path: Mapped[str | None] = mapped_column(String(400))
    host: Mapped[str | None] = mapped_column(String(200))
    port: Mapped[int] = mapped_column(default=993)
    security: Mapped[Security] = mapped_column(text_enum(Security, "security_known", 10), default=Security.TLS)
    username: Mapped[str | None] = mapped_column(String(200))
    password_sealed: Mapped[str | None] = mapped_column(Text)
    sign_in: Mapped[SignIn] = mapped_column(text_enum(SignIn, "sign_in_known", 10), default=SignIn.PASSWORD)
    tenant: Mapped[str | None] = mapped_column(String(100))  # of Microsoft 365; empty: any organisation
    client_id: Mapped[str | None] = mapped_column(String(200))  # of this program at the provider
    client_secret_sealed: Mapped[str | None] = mapped_column(Text)
    authorization_url: Mapped[str | None] = mapped_column(String(500))
    token_url: Mapped[str | None] = mapped_column(String(500))
    scopes: Mapped[str | None] = mapped_column(String(500))  # separated by blanks
    folder: Mapped[str] = mapped_column(String(200), default="INBOX")
    move_to: Mapped[str | None] = mapped_column(String(200), comment="Where filed mail goes; empty: it stays")
    address: Mapped[str | None] = mapped_column(String(254), comment="An address that leads here; empty: the user name, if it is one")
    is_tested: Mapped[bool] = mapped_column(default=True, comment="A message of ours goes round once a day")

    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))
    last_error_params: Mapped[str | None] = mapped_column(Text, comment="JSON")

    @property
    def own_address(self) -> str | None:
        """An e-mail address that leads to this mailbox, as far as we know."""
        return self.address or (self.username if "@" in (self.username or "") else None)

    def __str__(self) -> str:
        return self.name
