"""Contacts: natural persons, their mail addresses and telephones."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.domain.languages import Language
from app.models.accounts import Account
from app.models.base import Model, Record, Searched, UtcDateTime, by_bytes, folded, text_enum, user_key
from app.models.campaigns import Campaign, contact_campaign
from app.models.custom_fields import Customised
from app.models.tags import Tagged
from app.models.teams import Team
from app.models.users import User
from app.models.words import word_table
from app.support.text import digits, fold

NAMELESS = "~"  # after all letters; the address may be hidden from whom the order is shown to


class Title(StrEnum):
    MRS = "mrs"
    MR = "mr"


class Validity(StrEnum):
    VALID = "valid"
    DOUBTFUL = "doubtful"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNKNOWN = "unknown"


class PhoneKind(StrEnum):
    FIXED = "fixed"
    MOBILE = "mobile"
    OTHER = "other"


contact_account = Table(
    "contact_account",
    Model.metadata,
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Contact(Tagged, Customised, Searched, Record):
    """A person. The firm has one address book: everyone who sees contacts sees that a person exists."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_name", "search_text"), Index("ix_contact_by_name", "last_name", "id"), Index("ix_contact_updated", "updated_at"),
        Index("ix_contact_in_order", "sort_name", "id"),
    )
    SEARCHED = ("first_name", "last_name", "job")
    FOLDED = {"last_name": "sort_name", "first_name": "sort_first_name", "job": "sort_job"}
    WORDS = word_table("contact")

    title: Mapped[Title | None] = mapped_column(text_enum(Title, "title_known", 5))
    first_name: Mapped[str] = mapped_column(String(80), default="")
    sort_first_name: Mapped[str] = folded(80)
    last_name: Mapped[str] = mapped_column(String(120), default="")
    sort_name: Mapped[str] = mapped_column(by_bytes(220), default="", server_default="", comment="Last name and first, folded; ~ without a name")
    job: Mapped[str | None] = mapped_column(String(120))
    sort_job: Mapped[str | None] = folded(120, nullable=True)
    department: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[Language | None] = mapped_column(text_enum(Language, "language_known", 5))
    remarks: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int | None] = user_key(index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)

    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])
    team: Mapped[Team | None] = relationship(Team)
    accounts: Mapped[list[Account]] = relationship(Account, secondary=contact_account, backref="contacts")
    campaigns: Mapped[list[Campaign]] = relationship(Campaign, secondary=contact_campaign, order_by=Campaign.sort_name)
    addresses: Mapped[list["ContactAddress"]] = relationship(
        back_populates="contact", cascade="all, delete-orphan", order_by="ContactAddress.position"
    )
    phones: Mapped[list["ContactPhone"]] = relationship(
        back_populates="contact", cascade="all, delete-orphan", order_by="ContactPhone.position"
    )

    def searched_parts(self) -> list[str | None]:
        return [self.first_name, self.last_name, self.job, *(a.address for a in self.addresses)]

    def following(self) -> dict[str, str | None]:
        return super().following() | {"sort_name": fold(f"{self.last_name or ''} {self.first_name or ''}")[:220] or NAMELESS}

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or (self.addresses[0].address if self.addresses else "–")

    @property
    def address(self) -> str | None:
        """The first mail address, if there is one."""
        return self.addresses[0].address if self.addresses else None

    def __str__(self) -> str:
        return self.name


class ContactAddress(Record):
    """One mail address of one contact: lower case, and of nobody else."""

    __tablename__ = "contact_address"
    __table_args__ = {"postgresql_with": {"fillfactor": 85}}  # where its page has room, hearing from one writes to its row and to no index

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    validity: Mapped[Validity] = mapped_column(text_enum(Validity, "validity_known", 10), default=Validity.UNKNOWN)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    position: Mapped[int] = mapped_column(default=0)
    contact: Mapped[Contact] = relationship(back_populates="addresses")

    def __str__(self) -> str:
        return self.address


def backwards(number: str) -> str:
    """Its digits, the last one first: people remember the end of a number."""
    return digits(number)[::-1]


class ContactPhone(Record):
    """One telephone of one contact, E.164 where it could be read so."""

    __tablename__ = "contact_phone"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(30), index=True)
    backwards: Mapped[str] = mapped_column(by_bytes(30), default="", server_default="", index=True, comment="Its digits, the last one first")
    kind: Mapped[PhoneKind] = mapped_column(text_enum(PhoneKind, "kind_known", 10), default=PhoneKind.OTHER)
    position: Mapped[int] = mapped_column(default=0)
    contact: Mapped[Contact] = relationship(back_populates="phones")

    def __str__(self) -> str:
        return self.number


@event.listens_for(ContactPhone, "before_insert")
@event.listens_for(ContactPhone, "before_update")
def _turn_digits(mapper: Mapper[ContactPhone], connection: Connection, target: ContactPhone) -> None:
    target.backwards = backwards(target.number)
